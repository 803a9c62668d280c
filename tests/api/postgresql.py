"""A real PostgreSQL server in a temporary folder, run by a user without rights: it refuses to be run by root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from allocator_api.database import Database
from allocator_api.database.tables import all_tables

#: Who the server runs as when the tests run as root.
UNPRIVILEGED = "nobody"
SERVICE = "service"


def programs() -> Path:
    """The folder of the newest server; Debian keeps its programs off the path, in a folder of the version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise FileNotFoundError("no PostgreSQL server is installed; on Debian: apt-get install postgresql")
    return found[-1].parent if found else Path(str(on_path)).parent


class Server:
    """The server; its database has the tables of this version, and a role for the service that owns none of them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._run("postgres", f"CREATE ROLE {SERVICE} LOGIN", "CREATE ROLE keeper LOGIN CREATEDB", "CREATE DATABASE allocator OWNER keeper")
        database = Database(self.url("allocator", "keeper"))
        database.migrate()
        database.close()
        self.as_keeper(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {SERVICE}")

    @property
    def host(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.port}"

    def drop(self, database: str) -> None:
        """Take a database away."""
        self._run("postgres", f"DROP DATABASE {database}")

    def url(self, database: str, user: str = SERVICE) -> str:
        """The address of a database."""
        return f"postgresql://{user}@{self.host}/{database}"

    def emptied(self) -> str:
        """Empty every table and give the address of the database."""
        self.as_keeper(f"TRUNCATE {', '.join(all_tables().tables)}")
        return self.url("allocator")

    def as_keeper(self, *statements: str) -> None:
        """Run statements as the owner of the tables."""
        self._run("allocator", *statements, user="keeper")

    def _run(self, database: str, *statements: str, user: str = "postgres") -> None:
        with psycopg.connect(self.url(database, user), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def running() -> Iterator[Server]:
    """Give a server that ends with the block, and its folder with it."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    options = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, user.pw_uid, user.pw_gid)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": folder,
        "env": {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
    }
    bin_, data = programs(), folder / "data"
    subprocess.run([bin_ / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"], check=True, **quiet, **options)
    settings = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off"
    subprocess.run([bin_ / "pg_ctl", "-D", data, "-w", "-o", settings, "start"], check=True, **quiet, **options)
    try:
        yield Server(port)
    finally:
        subprocess.run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=False, **quiet, **options)
        shutil.rmtree(folder, ignore_errors=True)
