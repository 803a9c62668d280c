"""Queries on what callers added; each tenant sees its own, and those of the crisis team."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from allocator_api.catalogue.tables import Added
from allocator_api.database import EVERYONE


def added(session: Session, kind: str) -> Sequence[Added]:
    """Return what may be named, by id; a tenant's own come after the crisis team's, so that they win."""
    return session.scalars(select(Added).where(Added.kind == kind).order_by(Added.owner != EVERYONE, Added.id)).all()
