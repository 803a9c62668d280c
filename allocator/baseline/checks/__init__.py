"""Checks across the tables of a baseline, one file each; every check returns all the faults it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from allocator.baseline.model import OWN, Baseline
from allocator.registry import Registry


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in one row of a table; `row` is the index of its frame (see `Baseline.tables`)."""

    table: str
    row: int
    column: str
    message: str
    code: str


Check = Callable[[Baseline], Iterable[Fault]]

CHECKS: Registry[Check] = Registry("baseline check", __name__)


def blamed(rows: pd.Index) -> int:
    """Return the row that is named for a fault of several: the first of the package, or one of own figures, as only these are new."""
    own = rows[rows >= OWN]
    return int(own[0] if len(own) else rows[0])


__all__ = ["CHECKS", "Check", "Fault", "blamed"]
