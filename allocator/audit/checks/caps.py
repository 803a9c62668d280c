"""Caps hold."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import CLAIM, Ledger


@CHECKS.register("caps")
def check_caps(ledger: Ledger) -> pd.DataFrame:
    """No claim is met, by allocation and restraint, above the share that its tier is capped at."""
    rows = ledger.cells[ledger.cells["cap"] < 1.0]
    met = rows["allocated"] + rows["restrained"]
    return compare("met", places(rows, *CLAIM, "period"), met, "is at most", rows["cap"] * rows["demand"], rows["unit"])
