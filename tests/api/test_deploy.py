"""What the page for keepers of the service says can be done: files of containers that fit the program, a backup that is restored."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from ruamel.yaml import YAML

from allocator.cli import COMMANDS
from allocator_api.app import Service, create_app
from allocator_api.audit_events.service import verified
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client
from allocator_api.settings import Settings, settings_from
from tests.api.conftest import Keys
from tests.api.postgresql import Server, programs
from tests.api.test_walkthrough import blocks
from tests.docs.blocks import BLOCKS, ROOT, Block

PAGE = "docs/how-to/deploy.md"
#: The words above the blocks that a server of PostgreSQL is asked for.
SERVER = "make postgresql"


def blocks_of_server() -> list[Block]:
    """Return the blocks that are run on a server."""
    return [block for block in BLOCKS if (block.page, block.run_by) == (PAGE, SERVER)]


def test_a_backup_is_restored_as_the_page_says(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path))
    add_client(app.state.database, new_client("agency", Role.PARTNER, "NLD"))
    before = verified(app.state.database)
    told = [f'"{sys.executable}" - <<END\n{block.text}END' if block.language == "python" else block.text for block in blocks(PAGE)]
    program = [f'allocator() {{ "{sys.executable}" -m allocator "$@"; }}', "set -eu", *told]
    done = subprocess.run(
        ["bash", "-c", "\n".join(program)], cwd=tmp_path, env=os.environ.copy(), capture_output=True, text=True, check=False
    )
    app.state.database.close()
    assert done.returncode == 0, done.stderr
    assert before[1] in done.stdout
    assert "agency" in done.stdout
    token = app.state.issuer.sign("x", 60)
    restored = create_app(Settings(home=tmp_path / "restored"))
    assert restored.state.issuer.client_of(token) == "x"
    restored.state.database.close()


def test_a_database_of_a_server_is_restored_as_the_page_says(app: Service, key: Keys, server: Server | None, tmp_path: Path) -> None:
    if server is None:
        pytest.skip("asks for a PostgreSQL server: make postgresql")
    key(Role.PARTNER, "NLD", "agency")
    _, last = verified(app.state.database)
    told = "".join(block.text for block in blocks_of_server()).replace("@localhost/", f"@{server.host}/")
    assert told.count("\n") == 6
    host, port = server.host.split(":")
    path = f"{programs()}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PGHOST": host, "PGPORT": port, "PGDATABASE": "postgres", "ALLOCATOR_HOME": str(tmp_path)}
    program = f'allocator() {{ "{sys.executable}" -m allocator "$@"; }}\nset -eu\n{told}'
    done = subprocess.run(["bash", "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert last in done.stdout
    with psycopg.connect(server.url("restored", "keeper"), autocommit=True) as restored:
        counts = [
            restored.execute("SELECT count(*) FROM clients").fetchone(),
            restored.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = 'keeper'").fetchone(),
        ]
    assert counts == [(1,), (False,)]
    server.drop("restored")


@pytest.fixture
def compose() -> dict:
    return YAML(typ="safe").load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_containers_start_commands_and_set_settings_that_there_are(compose: dict) -> None:
    built = {name: service for name, service in compose["services"].items() if "build" in service}
    assert set(built) == {"migrate", "api", "worker"}
    for service in built.values():
        assert settings_from({name: text for name, text in service["environment"].items() if name.startswith("ALLOCATOR_")})
        assert service.get("command", ["allocator", "serve"])[1] in COMMANDS
        assert all(other in compose["services"] for other in service["depends_on"])
    named = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])}
    assert named == set(compose["volumes"])


def test_the_image_runs_without_rights_and_names_files_that_there_are() -> None:
    lines = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
    words = {line.split()[0] for line in lines if line and not line.startswith("#")}
    assert words <= {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"}
    assert "USER allocator" in lines
    assert all((ROOT / name).is_file() for line in lines for name in re.findall(r"-r (\S+)", line))
    settings_from(
        dict(pair.split("=", 1) for line in lines if line.startswith("ENV ") for pair in line.split()[1:] if "ALLOCATOR_" in pair)
    )
