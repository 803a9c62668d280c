"""Finished runs kept ready for questions: the last few, each with its files laid out as its worker had them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, RLock, Timer
from typing import Any

from allocator.allocation import Allocation
from allocator.errors import Cancelled, InvalidInput
from allocator.solve import Control
from allocator.whatif import Answer, WhatIf
from allocator_api.catalogue.service import figures_in, laid_out, seen_from
from allocator_api.identity import Caller
from allocator_api.problems import Problem, found_wrong
from allocator_api.runs.service import NAMING, Runs
from allocator_api.runs.tables import RunRow
from allocator_api.settings import Settings

#: Runs kept ready; each holds a solved scenario.
MOST_OPEN = 4
#: A change of coverage that is no larger is noise.
NOISE = 1e-9
KEYS = ["region", "sector", "commodity"]


@dataclass
class _Open:
    """A run and the folder of its files, opened when it is first asked."""

    stack: ExitStack = field(default_factory=ExitStack)
    lock: RLock = field(default_factory=RLock)
    folder: Path = Path()
    whatif: WhatIf | None = None

    def close(self) -> None:
        """Remove its files; one that is asked just now is answered first."""
        with self.lock:
            self.stack.close()
            self.whatif = None


class WhatIfs:
    """Answers questions to finished runs; its methods may be called from several threads."""

    def __init__(self, runs: Runs, settings: Settings) -> None:
        self._runs, self._settings = runs, settings
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._lock = Lock()

    def ask(self, caller: Caller, run: str, settings: tuple[str, ...]) -> dict[str, Any]:
        """Return what settings change in a run of the caller.

        Raises:
            Problem: 400 with every fault of the settings; 404, 409 or 410 where there is no such answer; 503 where it takes too long.
        """
        named = [setting for setting in settings if setting.split("=")[0].split(".")[0] in NAMING]
        if named:
            raise Problem(400, f"'{named[0].split('=')[0]}' cannot be set here; ask for a run of another scenario or framework.")
        self._runs.file(caller, run, "summary.json")
        row = self._runs.read(caller, run)
        with self._within_time() as control:
            answer, before = self._answer(row, settings, control)
        return {"run": row.name, "case_hash": answer.case.sha256, **_changes(answer, before)}

    @contextmanager
    def _within_time(self) -> Iterator[Control]:
        """Give a control that is cancelled when a run would be."""
        control = Control()
        clock = Timer(self._settings.max_run_seconds, control.cancel)
        clock.daemon = True
        clock.start()
        try:
            yield control
        except Cancelled:
            told = f"The answer takes more than {self._settings.max_run_seconds:g} seconds; ask for a run with fewer periods or regions."
            raise Problem(503, told) from None
        finally:
            clock.cancel()

    def _answer(self, row: RunRow, settings: tuple[str, ...], control: Control) -> tuple[Answer, Allocation]:
        opened = self._opened(row.id)
        with opened.lock:
            if opened.whatif is None:
                opened.folder = opened.stack.enter_context(laid_out(row.texts, self._settings.library))
                opened.whatif = self._whatif(row, opened.folder, control)
            try:
                return opened.whatif.change(settings, control), opened.whatif.opened.allocation
            except InvalidInput as error:
                raise found_wrong([seen_from(opened.folder, finding) for finding in error.findings]) from None
            finally:
                if self._open.get(row.id) is not opened:  # others took its place while it waited
                    opened.close()

    def _whatif(self, row: RunRow, folder: Path, control: Control) -> WhatIf:
        own, law = folder / f"{row.scenario}.yaml", folder / "frameworks" / f"{row.framework}.yaml"
        path: Path | str = own if own.exists() else row.scenario
        figures = figures_in(folder) if row.figures != "none" else None
        return WhatIf(path, str(law) if law.exists() else row.framework, row.settings, control, figures)

    def _opened(self, run: str) -> _Open:
        with self._lock:
            found = self._open.setdefault(run, _Open())
            self._open.move_to_end(run)
            oldest = self._open.popitem(last=False)[1] if len(self._open) > MOST_OPEN else None
        if oldest:
            oldest.close()
        return found

    def close(self) -> None:
        """Let go of all runs and remove their files."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()


def _changes(answer: Answer, before: Allocation) -> dict[str, Any]:
    """Return which claims differ from before, and how much was solved again."""
    now, then = (_covered(allocation) for allocation in (answer.allocation, before))
    table = now.join(then["coverage"].rename("coverage_before"))
    moved = table[~((table["coverage"] - table["coverage_before"]).abs() <= NOISE)]
    rows = moved.reset_index().sort_values(["tier", *KEYS]).to_dict("records")
    changed = [
        {**row, "coverage_before": None if row["coverage_before"] != row["coverage_before"] else row["coverage_before"]} for row in rows
    ]
    return {"parts": answer.parts, "touched": answer.touched, "rebuilt": answer.rebuilt, "claims": len(now), "changed": changed}


def _covered(allocation: Allocation) -> Any:
    """Return demand, shortfall and coverage over the horizon of every claim, with its unit and highest tier."""
    table = allocation.allocation.groupby(KEYS).agg(
        unit=("unit", "first"), tier=("tier", "min"), demand=("demand", "sum"), shortfall=("shortfall", "sum")
    )
    return table.assign(coverage=(1.0 - table["shortfall"] / table["demand"]).round(9))
