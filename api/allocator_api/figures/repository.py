"""Queries on figures; the session narrows each to what its tenant owns."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from allocator_api.figures.tables import FigureRow


def revisions(session: Session, owner: str, kind: str) -> Sequence[FigureRow]:
    """Return the revisions of an owner, the newest first."""
    mine = select(FigureRow).where(FigureRow.owner == owner, FigureRow.kind == kind)
    return session.scalars(mine.order_by(FigureRow.revision.desc())).all()


def newest(session: Session, kind: str) -> dict[str, FigureRow]:
    """Return the newest revision of every owner, by owner."""
    rows = session.scalars(select(FigureRow).where(FigureRow.kind == kind).order_by(FigureRow.owner, FigureRow.revision))
    return {row.owner: row for row in rows}
