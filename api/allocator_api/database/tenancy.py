"""Whose rows a session sees: a tenant's own and nobody else's, whatever a query asks for. PostgreSQL enforces the same by itself.

A session of a tenant runs statements of the ORM alone, so that each can be narrowed; Core statements and raw SQL are refused, and so is a
row written for somebody else.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, event, text
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

#: The tenant that is none: the crisis team and the service itself see the rows of all.
EVERYONE = "*"


class Owned:
    """Mixin of tables whose rows belong to a tenant."""

    owner: Mapped[str] = mapped_column(String(3))


class OwnedOrShared(Owned):
    """Mixin of tables of which a tenant also reads the rows of everyone."""


def guard(session: type[Session]) -> None:
    """Let every session of this class keep to its tenant."""
    event.listen(session, "after_begin", _tell_the_server)
    event.listen(session, "do_orm_execute", _narrow)
    event.listen(session, "before_flush", _check_owner)


def _tell_the_server(session: Session, _: Any, connection: Any) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": session.info["tenant"]})


def _narrow(state: ORMExecuteState) -> None:
    tenant = state.session.info["tenant"]
    if tenant == EVERYONE:
        return
    if not state.is_orm_statement or state.is_insert:
        raise PermissionError("a session of a tenant runs statements of the ORM, and adds rows as objects")
    shared = (tenant, EVERYONE) if state.is_select else (tenant,)
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda table: table.owner == tenant, include_aliases=True)
        if not _reads(state, OwnedOrShared)
        else with_loader_criteria(OwnedOrShared, lambda table: table.owner.in_(shared), include_aliases=True)
    )


def _reads(state: ORMExecuteState, kind: type) -> bool:
    return any(issubclass(mapper.class_, kind) for mapper in state.all_mappers)


def _check_owner(session: Session, *_: Any) -> None:
    tenant = session.info["tenant"]
    touched = {*session.new, *session.dirty, *session.deleted}
    if tenant != EVERYONE and any(isinstance(row, Owned) and row.owner != tenant for row in touched):
        raise PermissionError("a row is written for its owner alone")
