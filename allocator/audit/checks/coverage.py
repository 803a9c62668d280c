"""Coverage is what is not short."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import CLAIM, Ledger


@CHECKS.register("coverage")
def check_coverage(ledger: Ledger) -> pd.DataFrame:
    """Coverage is the share of demand that is not short."""
    rows = ledger.allocation.allocation
    covered = 1.0 - rows["shortfall"] / rows["demand"]
    return compare("coverage", places(rows, *CLAIM, "period"), rows["coverage"], "is", covered, 1.0)
