"""Equals are equal."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import CLAIM, PLACE, Ledger
from allocator.audit.result import LIMIT

SAME = [*PLACE, "period", "tier", "open_share", "guarantee", "guarantee_first", "cap"]


@CHECKS.register("equal_treatment")
def check_equal_treatment(ledger: Ledger) -> pd.DataFrame:
    """Claims of one tier, place and period with the same restraint share, guarantee and cap have equal coverage, whatever their size.

    Where the lowest coverage by period is raised first, and in the tail. The figure is what, taken from the best covered of them, would
    make the two equal; a claim that would then be worse off than without sharing is not one of them.
    """
    cells = ledger.claims
    cells = cells[cells["levelled"]]
    free = cells[cells["room"] > LIMIT * cells["unit"]]
    best = free.loc[free.groupby(SAME)["coverage"].idxmax(), [*SAME, "coverage", "demand", "claim"]]
    rows = cells.merge(best, on=SAME, suffixes=("", "_best"))
    rows = rows[rows["claim"] != rows["claim_best"]]
    smaller = 1.0 / (1.0 / rows["demand"] + 1.0 / rows["demand_best"])
    place = places(rows, *CLAIM, "period") + " beside " + rows["claim_best"]
    return compare("coverage", place, rows["coverage"], "is at least", rows["coverage_best"], rows["unit"] / smaller)
