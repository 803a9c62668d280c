"""Editions of lists end after they begin."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.model import Baseline


@CHECKS.register("dates")
def check_dates(baseline: Baseline) -> Iterator[Fault]:
    """A list is in force from a day until a later one (A116)."""
    lists = baseline.lists
    for row, start, end in zip(lists.index, lists["from"], lists["until"], strict=True):
        if end and end <= start:
            yield Fault("lists", int(row), "until", f"{end} is not after {start}", "A116")
