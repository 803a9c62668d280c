"""Lines send what they can."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import Ledger


@CHECKS.register("dispatch_limits")
def check_dispatch_limits(ledger: Ledger) -> pd.DataFrame:
    """No line sends more than it can after disruptions."""
    rows = ledger.dispatches
    return compare("dispatch", places(rows, "line", "period"), rows["quantity"], "is at most", rows["limit"], rows["unit"])
