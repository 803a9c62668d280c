"""Low, figure and high are in order."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.layout import TABLES
from allocator.baseline.model import Baseline

#: Figures are rounded to nine significant digits, each by itself.
ROUNDING = 1e-8


@CHECKS.register("ranges")
def check_ranges(baseline: Baseline) -> Iterator[Fault]:
    """A figure lies between its low and its high (A114)."""
    for name, table in TABLES.items():
        if not table.figure:
            continue
        frame = baseline.tables[name]
        outside = (frame["low"] > frame[table.figure] * (1 + ROUNDING)) | (frame[table.figure] > frame["high"] * (1 + ROUNDING))
        for row, low, value, high in frame.loc[outside, ["low", table.figure, "high"]].itertuples(name=None):
            message = f"{value:.9g} is not between low {low:.9g} and high {high:.9g}; correct one of the three"
            yield Fault(name, int(row), table.figure, message, "A114")
