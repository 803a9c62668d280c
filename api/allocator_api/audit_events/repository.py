"""Queries on audit events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from allocator_api.audit_events.tables import AuditEvent
from allocator_api.database import utc_now

#: What stands before the first event.
FIRST = "0" * 64
#: Number of the lock under which PostgreSQL appends, one transaction after the other; SQLite has one writer at a time.
LOCK = 27_182_818


def append(session: Session, who: str, what: str, subject: str, manifest: str | None = None) -> None:
    """Append an event in the transaction of what it tells of: both are there or neither."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.number.desc()).limit(1)).first()
    number, before = (last.number + 1, last.hash) if last else (1, FIRST)
    event = AuditEvent(
        number=number,
        at=utc_now().isoformat(timespec="microseconds"),
        who=who,
        what=what,
        subject=subject,
        manifest=manifest,
        before=before,
    )
    event.hash = hash_of(event)
    session.add(event)


def hash_of(event: AuditEvent) -> str:
    """Return the hash that an event must carry."""
    told = [event.number, event.at, event.who, event.what, event.subject, event.manifest, event.before]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def all_events(session: Session) -> Sequence[AuditEvent]:
    """Return all events, the first one first."""
    return session.scalars(select(AuditEvent).order_by(AuditEvent.number)).all()


def events_of(session: Session, offset: int, limit: int) -> tuple[Sequence[AuditEvent], int]:
    """Return some of the events, the newest first, and how many there are."""
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.number.desc()).offset(offset).limit(limit)).all()
    return rows, session.scalar(select(func.count(AuditEvent.number))) or 0
