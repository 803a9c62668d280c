"""The published allocation is the plan."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import CLAIM, Ledger


@CHECKS.register("published_claims")
def check_published_claims(ledger: Ledger) -> pd.DataFrame:
    """What is published of a claim is what was decided, to nine significant digits of its demand."""
    rows = ledger.allocation.allocation.drop(columns="unit").merge(
        ledger.cells, on=[*CLAIM, "period"], how="left", suffixes=("", "_decided")
    )
    place = places(rows, *CLAIM, "period")
    figures = ("restrained", "allocated", "shortfall")
    return together(
        *(compare(figure, place, rows[figure], "is", rows[f"{figure}_decided"], rows["unit"], rows["demand"]) for figure in figures)
    )
