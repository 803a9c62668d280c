"""What all tables share; those of a noun stand in ``tables.py`` of its folder."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import Dialect, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as ISO 8601 text, which sorts as time does on every database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> str | None:
        """Write it in UTC."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, _: Dialect) -> datetime | None:
        """Read it with its offset."""
        return None if value is None else datetime.fromisoformat(value)


class Table(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Moment}


def all_tables() -> MetaData:
    """Return the tables of every noun."""
    package = __name__.split(".", maxsplit=1)[0]
    for folder in iter_modules(import_module(package).__path__, f"{package}."):
        if folder.ispkg and folder.name != __package__ and find_spec(f"{folder.name}.tables"):
            import_module(f"{folder.name}.tables")
    return Table.metadata


def new_id() -> str:
    """Return an id that nobody can guess and that tells nothing."""
    return str(uuid4())


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)
