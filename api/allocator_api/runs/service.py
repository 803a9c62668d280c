"""What is decided about runs: whether one may start, is the same as before, may be cancelled, and which of its files answers."""

from __future__ import annotations

import zlib
from hashlib import sha256

from sqlalchemy.exc import IntegrityError

from allocator.errors import Finding, suggestion
from allocator.output import FILES
from allocator_api.audit_events.repository import append
from allocator_api.catalogue import Catalogue
from allocator_api.database import Database, utc_now
from allocator_api.figures import Figures
from allocator_api.identity import Caller
from allocator_api.problems import Problem, found_wrong, missing
from allocator_api.runs.bundle import sealed
from allocator_api.runs.repository import file_of, files_of, run_by_id, run_by_key, runs_of
from allocator_api.runs.schemas import Asked
from allocator_api.runs.tables import RunRow, Status

#: Keys of a scenario that name files; a setting could name one of the machine's.
NAMING = ("baseline", "extends", "framework")


class Runs:
    """The runs of an installation."""

    def __init__(self, database: Database, catalogue: Catalogue, figures: Figures) -> None:
        self._database, self._catalogue, self._figures = database, catalogue, figures

    def start(self, caller: Caller, asked: Asked, key: str | None) -> RunRow:
        """Queue a run, once for each idempotency key. Raises `Problem` 400 with every fault of what is asked."""
        digest = sha256(asked.model_dump_json().encode()).hexdigest()
        known = self._known(caller, key, digest)
        if known is not None:
            return known
        row = self._checked(caller, asked, key, digest)  # takes seconds, so no transaction is open
        try:
            with self._database.writing(caller.tenant) as session:
                session.add(row)
                session.flush()
                append(session, caller.name, "run asked", row.id)
        except IntegrityError:  # the same key came twice at the same time
            known = self._known(caller, key, digest)
            if known is None:
                raise
            return known
        return row

    def _known(self, caller: Caller, key: str | None, digest: str) -> RunRow | None:
        if key is None:
            return None
        with self._database.reading(caller.tenant) as session:
            row = run_by_key(session, caller.id, key)
        if row is not None and row.request_hash != digest:
            raise Problem(422, "The Idempotency-Key was used for another request; use a new key for every run.")
        return row

    def _checked(self, caller: Caller, asked: Asked, key: str | None, digest: str) -> RunRow:
        faults = [
            Finding("settings", 0, 0, str(number), f"'{setting.split('=')[0]}' cannot be set here; post a scenario", "A322")
            for number, setting in enumerate(asked.settings)
            if setting.split("=")[0].split(".")[0] in NAMING
        ]
        for kind, code, name in (("scenario", "A300", asked.scenario), ("framework", "A322", asked.framework)):
            known = self._catalogue.documents(caller, kind)
            if name is not None and name not in known:
                told = f"there is no {kind} '{name}'{suggestion(name, list(known))}; GET /v1/{kind}s names all"
                faults.append(Finding(kind, 0, 0, kind, told, code))
        if faults:
            raise found_wrong(faults)
        scenario = self._catalogue.document(caller, "scenario", asked.scenario)
        own = self._figures.laid_over(caller, asked.figures)
        findings = self._catalogue.check(caller, scenario, asked.framework, tuple(asked.settings), own)
        if findings:
            raise found_wrong(findings)
        return RunRow(
            owner=caller.tenant,
            client=caller.id,
            idempotency_key=key,
            request_hash=digest,
            **asked.model_dump(),
            texts={**self._catalogue.gather(caller, scenario, asked.framework), **own},
        )

    def list(self, caller: Caller, offset: int, limit: int) -> tuple[list[RunRow], int]:
        """Return some of the caller's runs, the newest first, and how many there are."""
        with self._database.reading(caller.tenant) as session:
            rows, total = runs_of(session, offset, limit)
        return list(rows), total

    def read(self, caller: Caller, run: str) -> RunRow:
        """Return a run. Raises `Problem` 404 if the caller may see none of that id."""
        with self._database.reading(caller.tenant) as session:
            row = run_by_id(session, run)
        if row is None:
            raise missing()
        return row

    def cancel(self, caller: Caller, run: str) -> RunRow:
        """Ask for a run to stop; one that waits is cancelled at once. Raises `Problem` 404, or 409 if it has ended."""
        with self._database.writing(caller.tenant) as session:
            row = run_by_id(session, run)
            if row is None:
                raise missing()
            if row.status in (Status.DONE, Status.FAILED):
                raise Problem(409, f"The run is {row.status}; only one that is queued or running can be cancelled.")
            row.cancel = True
            append(session, caller.name, "cancellation asked", row.id)
            if row.status == Status.QUEUED:
                row.status, row.finished_at = Status.CANCELLED, utc_now()
        return row

    def bundle(self, caller: Caller, run: str) -> bytes:
        """Return a finished run as one sealed file. Raises `Problem` 404, or 409 while there is no answer."""
        self.file(caller, run, "manifest.json")
        row = self.read(caller, run)
        with self._database.reading(caller.tenant) as session:
            packed = files_of(session, run)
        return sealed(row, {name: zlib.decompress(content) for name, content in packed.items()}, self._catalogue.library)

    def file(self, caller: Caller, run: str, name: str) -> bytes:
        """Return a file of a finished run. Raises `Problem` 404, or 409 while there is no answer."""
        with self._database.reading(caller.tenant) as session:
            row = run_by_id(session, run)
            if row is None:
                raise missing()
            content = file_of(session, row.id, name) if row.status == Status.DONE else None
        if row.status != Status.DONE:
            told = "wait until its status is done" if row.status in (Status.QUEUED, Status.RUNNING) else "it has no answer, and never will"
            raise Problem(409, f"The run is {row.status}: {told}.", headers={"Retry-After": "1"})
        if content is None:
            told = "The run was removed after the time for which runs are kept; ask for its bundle where bundles are archived."
            raise Problem(410, told) if name in FILES else missing()
        return zlib.decompress(content)
