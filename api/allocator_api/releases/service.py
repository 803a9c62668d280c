"""What is decided about releases: whether a run may be shown, and what of it to whom."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from allocator_api.audit_events.repository import append
from allocator_api.catalogue.service import FIGURES
from allocator_api.database import EVERYONE, Database
from allocator_api.identity import Caller
from allocator_api.identity.issuer import keyed_hash
from allocator_api.problems import Problem, missing
from allocator_api.releases.disclosure import aggregates, own_rows, told_by_difference
from allocator_api.releases.repository import all_releases, release_of
from allocator_api.releases.tables import Release
from allocator_api.runs.repository import file_of, run_by_id
from allocator_api.runs.tables import RunRow, Status


class Releases:
    """The releases of an installation."""

    def __init__(self, database: Database, home: Path) -> None:
        self._database, self._home = database, home

    def add(self, caller: Caller, run: str) -> Release:
        """Show a run to partners. Raises `Problem` 404, or 409 if it cannot be shown, or would tell of one partner."""
        with self._database.reading(caller.tenant) as session:
            row = run_by_id(session, run)
            if row is None:
                raise missing()
            if row.status != Status.DONE or row.owner != EVERYONE:
                raise Problem(409, "Only a finished run of the crisis team can be shown to partners.")
            contributors = self._contributors(row, _table(session, run, "allocation.csv"))
            earlier = [release.contributors for release in all_releases(session) if release.run != run]
        if told_by_difference(contributors, earlier):
            told = (
                "Beside an earlier release this one would tell figures of one or two partners; show one that differs in none, or in three."
            )
            raise Problem(409, told)
        release = Release(run=run, scenario=row.scenario, contributors=contributors, created_by=caller.name)
        try:
            with self._database.writing(caller.tenant) as session:
                session.add(release)
                append(session, caller.name, "run released", run)
        except IntegrityError:
            raise Problem(409, "The run is shown already.") from None
        return release

    def shown(self) -> Sequence[Release]:
        """Return all releases, the newest first."""
        with self._database.reading() as session:
            return all_releases(session)

    def aggregates(self, run: str) -> list[dict[str, Any]]:
        """Return the sums of a run that tell of nobody. Raises `Problem` 404 if it is not shown."""
        return aggregates(self._read(run, "allocation.csv"))

    def own(self, caller: Caller, run: str, file: str) -> str:
        """Return the caller's own rows of a table, as CSV. Raises `Problem` 404 if the run is not shown, 403 for who is no partner."""
        if caller.partner is None:
            raise Problem(403, "Own rows are those of a partner; read the run itself under /v1/runs.")
        table = self._read(run, file)
        named = set(self._read(run, "allocation.csv")["region"])
        return own_rows(table, caller.partner, named).to_csv(index=False, lineterminator="\n")

    def _read(self, run: str, file: str) -> pd.DataFrame:
        with self._database.reading() as session:  # of everyone: what a tenant may see of it is cut out of this table
            if release_of(session, run) is None:
                raise missing()
            return _table(session, run, file)

    def _contributors(self, row: RunRow, allocation: pd.DataFrame) -> dict[str, str]:
        """Return by region a hash of the figures of its own that the run rests on."""
        lines = [line for file, text in sorted(row.texts.items()) if file.startswith(f"{FIGURES}/") for line in text.splitlines()]
        regions = sorted(set(allocation["region"]))
        return {region: keyed_hash(self._home, json.dumps([line for line in lines if f",{region}," in f",{line},"])) for region in regions}


def _table(session: Session, run: str, file: str) -> pd.DataFrame:
    content = file_of(session, run, file)
    if content is None:
        raise missing()
    return pd.read_csv(io.BytesIO(zlib.decompress(content)), keep_default_na=False)
