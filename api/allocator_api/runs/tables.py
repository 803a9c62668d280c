"""The tables of runs and of the files that they wrote."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from allocator_api.database import Owned, Table, new_id, utc_now


class Status(StrEnum):
    """Where a run stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunRow(Owned, Table):
    """A run, and the lease of the worker that has it.

    `texts` are the files that it is made from and that are not shipped; `lease_until` is in seconds since 1970 by the clock of the
    database; `attempt` counts the workers that took it, and a worker may only write as long as it is the last.
    """

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("client", "idempotency_key"), Index(None, "status", "created_at"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    owner: Mapped[str] = mapped_column(String(3), index=True)
    client: Mapped[str] = mapped_column(String(200))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    scenario: Mapped[str] = mapped_column(String(100))
    framework: Mapped[str | None] = mapped_column(String(100))
    settings: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(2))
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    figures: Mapped[str] = mapped_column(String(10), default="none")
    status: Mapped[str] = mapped_column(String(10), default=Status.QUEUED)
    stage: Mapped[str] = mapped_column(String(300), default="")
    attempt: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[float | None]
    cancel: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    name: Mapped[str | None] = mapped_column(String(120))
    case_hash: Mapped[str | None] = mapped_column(String(64))
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class RunFile(Owned, Table):
    """A file that a run wrote, compressed; it appears in the same transaction as the end of the run."""

    __tablename__ = "run_files"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(3))
    content: Mapped[bytes] = mapped_column(LargeBinary)
