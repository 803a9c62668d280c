"""Demand is what the case says, and is accounted for."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import CLAIM, Ledger


@CHECKS.register("demand")
def check_demand(ledger: Ledger) -> pd.DataFrame:
    """Demand is the case's, and equals what is restrained, allocated and short, in the plan and in the published table."""
    published = ledger.allocation.allocation.merge(
        ledger.cells[[*CLAIM, "period", "demand", "tier", "unit"]], on=[*CLAIM, "period"], how="left", suffixes=("", "_of_case")
    )
    published = published.rename(columns={"unit_of_case": "mean", "demand": "stated", "demand_of_case": "demand"})
    plan = ledger.cells.rename(columns={"unit": "mean"})
    place = places(published, *CLAIM, "period")
    tiers = compare("tier", place, published["tier"], "is", published["tier_of_case"], 1.0)
    return together(_accounted(plan), _accounted(published), tiers)


def _accounted(table: pd.DataFrame) -> pd.DataFrame:
    place = places(table, *CLAIM, "period")
    parts = table["restrained"] + table["allocated"] + table["shortfall"]
    return together(
        compare("demand", place, table["stated"], "is", table["demand"], table["mean"]),
        compare("restrained + allocated + shortfall", place, parts, "is", table["stated"], table["mean"]),
    )
