"""Shares of one whole add up."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault, blamed
from allocator.baseline.model import Baseline

#: Nine significant digits of 27 shares.
TOLERANCE = 1e-6


@CHECKS.register("shares")
def check_shares(baseline: Baseline) -> Iterator[Fault]:
    """Keys of the regions, of each sector, and blocks of restraint add up (A112)."""
    for column in ("gdp_share", "population_share", "import_value_share"):
        total = baseline.regions[column].sum()
        if len(baseline.regions) and abs(total - 1) > TOLERANCE:
            message = f"the shares add up to {total:.9g}, expected 1; correct one of them"
            yield Fault("regions", blamed(baseline.regions.index), column, message, "A112")
    for name, keys in baseline.sector_keys.groupby("sector", sort=True):
        total = keys["share"].sum()
        if abs(total - 1) > TOLERANCE:
            message = f"the shares of sector '{name}' add up to {total:.9g}, expected 1; correct one of them"
            yield Fault("sector_keys", blamed(keys.index), "share", message, "A112")
    for (sector, commodity), blocks in baseline.restraint.groupby(["sector", "commodity"], sort=True):
        total = blocks["share"].sum()
        if total > 1 + TOLERANCE:
            message = f"the blocks of {sector}/{commodity} add up to {total:.9g}, more than the whole demand; lower one of them"
            yield Fault("restraint", blamed(blocks.index), "share", message, "A112")
