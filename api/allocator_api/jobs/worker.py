"""The worker: one run at a time, in the folder and by the functions of the command line, so that the bytes are the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic
from typing import Any

from structlog import get_logger

from allocator.cli._faults import fault_of
from allocator.errors import AllocatorError, Cancelled
from allocator.output import Target, write_run
from allocator.run import InputFile, run_scenario
from allocator.solve import Control
from allocator_api.catalogue.service import FIGURES, laid_out
from allocator_api.database import Database, new_id
from allocator_api.identity.issuer import keyed_hash
from allocator_api.jobs.lease import Lease, finish, give_back, renew, take
from allocator_api.runs.tables import Status
from allocator_api.settings import Settings
from allocator_api.telemetry import Telemetry

#: Seconds between two looks for a run that waits, and at most between two signs of life.
POLL = 0.2
BEAT = 0.5


class Watched:
    """A run that is worked on: renews its lease, and stops the work when that is lost, cancelled, or takes too long."""

    def __init__(self, database: Database, lease: Lease, settings: Settings, stop: Event) -> None:
        self._database, self._lease, self._settings, self._stop = database, lease, settings, stop
        self._began = monotonic()
        self._ended = Event()
        self._stage = ""
        self.control = Control(lambda where: self.tell("solve", str(where)))
        self.why = ""  # the work was stopped: cancelled, late, lost or stopping

    def tell(self, phase: str, what: str) -> None:
        """Take in what is being done. Raises `Cancelled` if it is to stop."""
        self._stage = f"{phase}: {what}"
        self.control.check()

    def sealed(self, file: InputFile) -> InputFile:
        """Return an input as the manifest names it: private figures by a keyed hash, for from a plain one few numbers could be guessed."""
        return replace(file, sha256=keyed_hash(self._settings.home, file.sha256)) if file.role == FIGURES else file

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the lease while the block runs."""
        heart = Thread(target=self._beat, daemon=True)
        heart.start()
        try:
            yield
        finally:
            self._ended.set()
            heart.join()

    def _beat(self) -> None:
        while not self._ended.wait(min(BEAT, self._settings.lease_seconds / 4)):
            if why := self._reason():
                self.why = why
                self.control.cancel()
                return

    def _reason(self) -> str:
        if self._stop.is_set():
            return "stopping"
        if monotonic() - self._began > self._settings.max_run_seconds:
            return "late"
        cancel = renew(self._database, self._lease, self._stage, self._settings.lease_seconds)
        return "lost" if cancel is None else "cancelled" if cancel else ""


class Worker:
    """Takes runs from the database, one after the other."""

    def __init__(self, database: Database, settings: Settings, telemetry: Telemetry | None = None) -> None:
        self._database, self._settings = database, settings
        self._telemetry = telemetry or Telemetry()
        self.name = new_id()

    def work(self, stop: Event) -> None:
        """Work until `stop` is set; a run in hand is given back."""
        while not stop.is_set():
            if not self.once(stop):
                stop.wait(POLL)

    def once(self, stop: Event | None = None) -> bool:
        """Work on one run; return whether there was one."""
        lease = take(self._database, self.name, self._settings.lease_seconds)
        if lease is None:
            return False
        log = get_logger().bind(run=lease.run, attempt=lease.attempt, worker=self.name)
        log.info("run taken")
        watched = Watched(self._database, lease, self._settings, stop or Event())
        status = Status.FAILED
        files: dict[str, bytes] = {}
        values: dict[str, Any] = {}
        with watched.beating(), self._telemetry.span("run", run=lease.run, attempt=lease.attempt):
            try:
                files, values = perform(lease, watched, self._settings.library)
                status = Status.DONE
            except Cancelled:
                status = Status.CANCELLED
            except AllocatorError as error:
                fault = fault_of(error)
                values = {"fault": {"exit_code": fault.exit_code, "messages": fault.messages}}
            except Exception as error:  # a defect must not end the worker
                log.error("run failed", kind=type(error).__name__)
                values = {"fault": {"exit_code": 5, "messages": ["the program failed; tell the administrator the id of the run"]}}
        self._end(lease, watched, status, files, values)
        log.info("run ended", status=status, why=watched.why)
        return True

    def _end(self, lease: Lease, watched: Watched, status: Status, files: Mapping[str, bytes], values: Mapping[str, Any]) -> None:
        if status is Status.CANCELLED and watched.why == "stopping":
            give_back(self._database, lease)
        elif status is Status.CANCELLED and watched.why == "late":
            told = f"the run took more than {self._settings.max_run_seconds:g} seconds; ask for fewer periods or regions"
            finish(self._database, lease, Status.FAILED, {}, fault={"exit_code": 5, "messages": [told]})
        elif watched.why != "lost":
            finish(self._database, lease, status, files, **values)


def perform(lease: Lease, watched: Watched, library: Path | None) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Compute a run as `allocator run` does in a folder that holds its files; return what it writes, and its name.

    Raises:
        AllocatorError: as `run_scenario`.
    """
    law = f"frameworks/{lease.framework}.yaml"
    with laid_out(lease.texts, library) as folder, TemporaryDirectory(prefix="allocator-") as out, _inside(folder):
        named = law if law in lease.texts else lease.framework
        own = Path(FIGURES) if lease.figures != "none" else None
        done = run_scenario(lease.scenario, named, lease.settings, watched.tell, own, control=watched.control)
        done = replace(done, inputs=tuple(map(watched.sealed, done.inputs)))
        written = write_run(done, Target(Path(out) / "run", False), lease.language, watched.tell)  # type: ignore[arg-type] # en or nl
        files = {path.name: path.read_bytes() for path in sorted(written.folder.iterdir())}
    return files, {"name": done.name, "case_hash": done.case.sha256}


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Be in a folder: ids are sought there first, and names are written as seen from there."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
