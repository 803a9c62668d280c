"""Releases stay within their limit, and closed reserves stay closed."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import Ledger


@CHECKS.register("release_limits")
def check_release_limits(ledger: Ledger) -> pd.DataFrame:
    """No reserve releases more than its largest release, and nothing where it is closed: by level or authority, and in the tail."""
    rows = ledger.stocks
    return compare("release", places(rows, "reserve", "period"), rows["released"], "is at most", rows["limit"], rows["unit"])
