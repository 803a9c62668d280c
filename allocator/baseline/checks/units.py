"""One commodity, one unit."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.model import Baseline


@CHECKS.register("units")
def check_units(baseline: Baseline) -> Iterator[Fault]:
    """A quantity stands in the unit of its commodity (A113)."""
    unit_of = dict(zip(baseline.commodities["commodity"], baseline.commodities["unit"], strict=True))
    for name in ("demands", "supply_lines"):
        frame = baseline.tables[name]
        for row, commodity, unit in zip(frame.index, frame["commodity"], frame["unit"], strict=True):
            expected = unit_of.get(commodity, unit)
            if unit != expected:
                message = f"'{unit}', but {commodity} is measured in '{expected}'; convert the quantity"
                yield Fault(name, int(row), "unit", message, "A113")
