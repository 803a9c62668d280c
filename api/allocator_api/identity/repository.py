"""Queries on clients."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from allocator_api.identity.tables import Client, UsedAssertion


def client_by_id(session: Session, client: str) -> Client | None:
    """Return a client that is not revoked."""
    return session.scalars(select(Client).where(Client.id == client, Client.revoked_at.is_(None))).first()


def client_by_name(session: Session, name: str) -> Client | None:
    """Return a client, revoked or not."""
    return session.scalars(select(Client).where(Client.name == name)).first()


def all_clients(session: Session) -> Sequence[Client]:
    """Return all clients, by name."""
    return session.scalars(select(Client).order_by(Client.name)).all()


def forget_assertions(session: Session, now: int) -> None:
    """Forget assertions that are not in force any more."""
    session.execute(delete(UsedAssertion).where(UsedAssertion.until < now))
