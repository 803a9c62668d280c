"""One commodity, one unit."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.layout import UNITS
from allocator.baseline.model import Baseline

_TABLES = ("demands", "supply_lines")


@CHECKS.register("units")
def check_units(baseline: Baseline) -> Iterator[Fault]:
    """A quantity stands in the unit of its commodity (A113); where no row agrees with the commodity, it is the commodity that is named."""
    rows = pd.concat([baseline.tables[name].assign(table=name)[["table", "commodity", "unit"]] for name in _TABLES])
    pairs = rows[["commodity", "unit"]].drop_duplicates()
    for row, commodity, unit in baseline.commodities[["commodity", "unit"]].itertuples(name=None):
        if unit not in UNITS or set(pairs.loc[pairs["commodity"] == commodity, "unit"]) <= {unit}:
            continue
        own = rows[rows["commodity"] == commodity]
        others = own[own["unit"] != unit]
        if len(own) > 1 and len(others) == len(own) and own["unit"].nunique() == 1:
            message = (
                f"'{unit}', but all {len(own)} quantities of {commodity} stand in '{own['unit'].iloc[0]}'; correct it, or convert them all"
            )
            yield Fault("commodities", int(row), "unit", message, "A113")
            continue
        for line, table, _, wrong in others.itertuples(name=None):
            message = f"'{wrong}', but {commodity} is measured in '{unit}'; convert the quantity"
            yield Fault(table, int(line), "unit", message, "A113")
