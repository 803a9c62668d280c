"""Lanes carry what they can."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import Ledger


@CHECKS.register("transfer_limits")
def check_transfer_limits(ledger: Ledger) -> pd.DataFrame:
    """No lane carries more than its capacity."""
    rows = ledger.transfers
    return compare("transfer", places(rows, "lane", "period"), rows["quantity"], "is at most", rows["limit"], rows["unit"])
