"""Queries on runs; the session narrows each to what its tenant owns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from allocator_api.runs.tables import RunFile, RunRow


def run_by_id(session: Session, run: str) -> RunRow | None:
    """Return a run."""
    return session.scalars(select(RunRow).where(RunRow.id == run)).first()


def run_by_key(session: Session, client: str, key: str) -> RunRow | None:
    """Return the run that a client asked for under an idempotency key."""
    return session.scalars(select(RunRow).where(RunRow.client == client, RunRow.idempotency_key == key)).first()


def runs_of(session: Session, offset: int, limit: int) -> tuple[Sequence[RunRow], int]:
    """Return some of the runs, the newest first, and how many there are."""
    rows = session.scalars(select(RunRow).order_by(RunRow.created_at.desc(), RunRow.id).offset(offset).limit(limit)).all()
    return rows, session.scalar(select(func.count(RunRow.id))) or 0


def files_of(session: Session, run: str) -> dict[str, bytes]:
    """Return all files of a run by name, compressed as they are kept."""
    return {row.name: row.content for row in session.scalars(select(RunFile).where(RunFile.run == run).order_by(RunFile.name))}


def file_of(session: Session, run: str, name: str) -> bytes | None:
    """Return a file of a run, compressed as it is kept."""
    return session.scalars(select(RunFile.content).where(RunFile.run == run, RunFile.name == name)).first()


def ended_before(session: Session, moment: datetime) -> Sequence[RunRow]:
    """Return the runs that ended before a moment and still have what they were made from or gave."""
    kept = select(RunFile.run).distinct()
    rows = select(RunRow).where(RunRow.finished_at < moment, RunRow.id.in_(kept)).order_by(RunRow.finished_at)
    return session.scalars(rows).all()


def remove_files(session: Session, run: str) -> None:
    """Remove what a run gave."""
    session.execute(delete(RunFile).where(RunFile.run == run))
