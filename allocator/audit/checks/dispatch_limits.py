"""Lines send what they can."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("dispatch_limits")
def check_dispatch_limits(ledger: Ledger) -> pd.DataFrame:
    """No line sends more than it can after disruptions, and no buyer without a rank takes more than it may."""
    rows, sales = ledger.dispatches, ledger.sales
    return together(
        compare("dispatch", places(rows, "line", "period"), rows["quantity"], "is at most", rows["limit"], rows["unit"]),
        compare("sale", places(sales, *PLACE, "period"), sales["quantity"], "is at most", sales["limit"], sales["unit"]),
    )
