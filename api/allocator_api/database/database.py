"""Transactions, short and of one kind: reading, or writing, always on behalf of one tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from allocator.errors import Finding, InvalidInput
from allocator_api.database.tenancy import EVERYONE, guard

MIGRATIONS = Path(__file__).parent / "migrations"
#: Seconds for which a writer waits for another on SQLite.
BUSY = 30


class TenantSession(Session):
    """A session that sees and writes the rows of its tenant alone."""


guard(TenantSession)


class Database:
    """One database; sessions are given out by `reading` and `writing`."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writer = self.engine.execution_options(writes=True)

    @contextmanager
    def reading(self, tenant: str = EVERYONE) -> Iterator[Session]:
        """Give a session that sees one state of the database and changes nothing."""
        with TenantSession(self.engine, expire_on_commit=False, info={"tenant": tenant}) as session:
            yield session

    @contextmanager
    def writing(self, tenant: str = EVERYONE) -> Iterator[Session]:
        """Give a session that commits once, when the block ends well. Checks that take long belong before it: on SQLite others wait."""
        with TenantSession(self._writer, expire_on_commit=False, info={"tenant": tenant}) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the tables to the form that this version of the program needs. Raises `InvalidInput` if the database cannot be used."""
        with self._usable(), self.engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def require_current(self) -> None:
        """Raise `InvalidInput` unless the tables are there in the form that this version needs."""
        with self._usable(), self.engine.connect() as connection:
            if not _is_current(connection):
                raise _refused("the tables are not those of this version; run: allocator admin migrate")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            kind = type(getattr(error, "orig", None) or error).__name__
            raise _refused(f"the database cannot be used ({kind}); correct ALLOCATOR_DATABASE or ALLOCATOR_HOME, or start it") from None


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError
        engine = create_engine(parsed, connect_args={"timeout": BUSY} if parsed.get_backend_name() == "sqlite" else {}, pool_pre_ping=True)
    except (SQLAlchemyError, ValueError, ImportError):
        raise _refused("this is no URL of a database; write sqlite:///FILE or postgresql://USER@HOST/NAME in ALLOCATOR_DATABASE") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so, not where the driver thinks that one writes
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the lock of writers at once: a reader that becomes a writer can lose what it read."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    return config


def _is_current(connection: Connection) -> bool:
    connection.execute(text("SELECT 1"))
    return MigrationContext.configure(connection).get_current_revision() == ScriptDirectory.from_config(_config()).get_current_head()


def _refused(message: str) -> InvalidInput:
    return InvalidInput([Finding("database", 0, 0, "", message, "A602")])
