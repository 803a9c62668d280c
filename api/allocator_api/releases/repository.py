"""Queries on releases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from allocator_api.releases.tables import Release


def all_releases(session: Session) -> Sequence[Release]:
    """Return all releases, the newest first."""
    return session.scalars(select(Release).order_by(Release.created_at.desc(), Release.run)).all()


def release_of(session: Session, run: str) -> Release | None:
    """Return the release of a run."""
    return session.scalars(select(Release).where(Release.run == run)).first()
