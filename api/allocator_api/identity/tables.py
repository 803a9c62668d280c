"""The table of clients."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from allocator_api.database import Table, new_id, utc_now


class Client(Table):
    """One who may call the API: a person's key or a system; `partner` is the region whose rows it owns."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    partner: Mapped[str | None] = mapped_column(String(3))
    public_key: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    revoked_at: Mapped[datetime | None]


class UsedAssertion(Table):
    """An assertion that was taken; it is remembered until it is not in force any more, so that nobody can send it again."""

    __tablename__ = "used_assertions"

    client: Mapped[str] = mapped_column(String(36), primary_key=True)
    jti: Mapped[str] = mapped_column(String(200), primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger)
