"""Editions of lists begin, end after they begin, and are either empty or filled."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.model import Baseline


@CHECKS.register("dates")
def check_dates(baseline: Baseline) -> Iterator[Fault]:
    """A list is in force from a day until a later one; an edition without entries is one row without material (A116)."""
    lists = baseline.lists
    size = lists.groupby(["list", "edition"])["material"].transform("size")
    for row, start, end, material, rows in zip(lists.index, lists["from"], lists["until"], lists["material"], size, strict=True):
        if end and end <= start:
            yield Fault("lists", int(row), "until", f"{end} is not after {start}; correct one of both", "A116")
        if material and not start:
            yield Fault(
                "lists", int(row), "from", f"{material} is listed without the day from which it holds; write it as 2026-03-01", "A116"
            )
        if not material and rows > 1:
            yield Fault("lists", int(row), "material", "empty although the edition has entries; remove the row", "A116")
