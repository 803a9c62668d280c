"""Queries on runs; a tenant sees its own, everyone's tenant sees all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from allocator_api.database import EVERYONE
from allocator_api.runs.tables import RunFile, RunRow


def _seen(tenant: str) -> ColumnElement[bool]:
    return true() if tenant == EVERYONE else RunRow.owner == tenant


def run_by_id(session: Session, tenant: str, run: str) -> RunRow | None:
    """Return a run that the tenant may see."""
    return session.scalars(select(RunRow).where(RunRow.id == run, _seen(tenant))).first()


def run_by_key(session: Session, client: str, key: str) -> RunRow | None:
    """Return the run that a client asked for under an idempotency key."""
    return session.scalars(select(RunRow).where(RunRow.client == client, RunRow.idempotency_key == key)).first()


def runs_of(session: Session, tenant: str, offset: int, limit: int) -> tuple[Sequence[RunRow], int]:
    """Return some of the runs that a tenant may see, the newest first, and how many there are."""
    rows = session.scalars(select(RunRow).where(_seen(tenant)).order_by(RunRow.created_at.desc(), RunRow.id).offset(offset).limit(limit))
    return rows.all(), session.scalar(select(func.count()).select_from(RunRow).where(_seen(tenant))) or 0


def file_of(session: Session, run: RunRow, name: str) -> bytes | None:
    """Return a file of a run, compressed as it is kept."""
    return session.scalars(select(RunFile.content).where(RunFile.run == run.id, RunFile.name == name)).first()
