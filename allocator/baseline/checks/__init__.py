"""Checks across the tables of a baseline, one file each; every check returns all the faults it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allocator.baseline.model import Baseline
from allocator.registry import Registry


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in one row of a table; `row` is the index of its frame (the line in the file less 2)."""

    table: str
    row: int
    column: str
    message: str
    code: str


Check = Callable[[Baseline], Iterable[Fault]]

CHECKS: Registry[Check] = Registry("baseline check", __name__)

__all__ = ["CHECKS", "Check", "Fault"]
