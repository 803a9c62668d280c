"""Processes run as often as they can."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import Ledger


@CHECKS.register("run_limits")
def check_run_limits(ledger: Ledger) -> pd.DataFrame:
    """No process runs above its capacity after disruptions."""
    rows = ledger.runs
    return compare("runs", places(rows, "process", "period"), rows["runs"], "is at most", rows["limit"], rows["unit"])
