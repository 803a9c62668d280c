"""The lease of a run: taken, renewed, given back and ended by one statement each, so that two workers never both succeed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Float

from allocator_api.audit_events.repository import append
from allocator_api.database import Database, utc_now
from allocator_api.runs.tables import RunFile, RunRow, Status

#: Workers that may die over one run before it is given up: the run may be what kills them, or the machine.
ATTEMPTS = 10


class seconds_now(GenericFunction[float]):  # noqa: N801 - a function of SQL
    """Seconds since 1970 by the clock of the database, which all workers share."""

    type = Float()
    inherit_cache = True


@compiles(seconds_now, "sqlite")
def _sqlite(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "(julianday('now') - 2440587.5) * 86400.0"


@compiles(seconds_now, "postgresql")
def _postgresql(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "extract(epoch from clock_timestamp())"


@dataclass(frozen=True)
class Lease:
    """A run as a worker took it; `attempt` is the proof that nobody took it since."""

    run: str
    attempt: int
    worker: str
    owner: str
    scenario: str
    framework: str | None
    settings: tuple[str, ...]
    language: str
    texts: Mapping[str, str]
    figures: str


def take(database: Database, worker: str, seconds: float) -> Lease | None:
    """Take the oldest run that waits, or whose worker has given no sign of life; None if there is none."""
    with database.writing() as session:
        run = session.scalars(_waiting()).first()
        if run is None:
            return None
        if run.attempt >= ATTEMPTS or run.cancel:
            run.status = Status.CANCELLED if run.cancel else Status.FAILED
            run.finished_at = utc_now()
            run.fault = None if run.cancel else {"exit_code": 5, "messages": [f"{ATTEMPTS} workers died over this run; make it smaller"]}
            return None
        run.status, run.worker, run.attempt = Status.RUNNING, worker, run.attempt + 1
        run.started_at, run.lease_until = utc_now(), seconds_now() + seconds  # computed by the database
        return Lease(
            run.id,
            run.attempt,
            worker,
            run.owner,
            run.scenario,
            run.framework,
            tuple(run.settings),
            run.language,
            dict(run.texts),
            run.figures,
        )


def renew(database: Database, lease: Lease, stage: str, seconds: float) -> bool | None:
    """Renew a lease and tell the stage; return whether the run is to be cancelled, None if the lease was lost."""
    with database.writing() as session:
        renewed = update(RunRow).where(_held(lease)).values(lease_until=seconds_now() + seconds, stage=stage[:300]).returning(RunRow.cancel)
        return session.scalars(renewed).first()


def give_back(database: Database, lease: Lease) -> None:
    """Let another worker have the run, as if it had never been taken."""
    with database.writing() as session:
        session.execute(
            update(RunRow)
            .where(_held(lease))
            .values(status=Status.QUEUED, worker=None, lease_until=None, stage="", attempt=RunRow.attempt - 1)
        )


def finish(database: Database, lease: Lease, status: Status, files: Mapping[str, bytes], **values: Any) -> bool:
    """End a run, with its files in the same transaction; return whether the lease still held, and nothing is written if not."""
    packed = [
        RunFile(run=lease.run, name=name, owner=lease.owner, content=zlib.compress(content)) for name, content in sorted(files.items())
    ]
    with database.writing() as session:
        ended = update(RunRow).where(_held(lease)).values(status=status, finished_at=utc_now(), lease_until=None, stage="", **values)
        held = session.scalars(ended.returning(RunRow.id)).first() is not None
        if held:
            session.execute(delete(RunFile).where(RunFile.run == lease.run))
            session.add_all(packed)
            manifest = sha256(files["manifest.json"]).hexdigest() if "manifest.json" in files else None
            append(session, lease.worker, f"run {status}", lease.run, manifest)
    return held


def waiting(session: Session) -> int:
    """Return how many runs wait for a worker."""
    return session.scalar(select(func.count()).select_from(RunRow).where(RunRow.status == Status.QUEUED)) or 0


def _waiting() -> Select[RunRow]:
    abandoned = and_(RunRow.status == Status.RUNNING, RunRow.lease_until < seconds_now())
    free = or_(RunRow.status == Status.QUEUED, abandoned)
    return select(RunRow).where(free).order_by(RunRow.created_at, RunRow.id).limit(1).with_for_update(skip_locked=True)


def _held(lease: Lease) -> Any:
    return and_(RunRow.id == lease.run, RunRow.status == Status.RUNNING, RunRow.attempt == lease.attempt, RunRow.worker == lease.worker)
