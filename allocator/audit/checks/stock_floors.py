"""Reserves stay above their floor."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import Ledger


@CHECKS.register("stock_floors")
def check_stock_floors(ledger: Ledger) -> pd.DataFrame:
    """No reserve falls below its floor, which decays as the goods do."""
    rows = ledger.stocks
    return compare("stock", places(rows, "reserve", "period"), rows["stock"], "is at least", rows["least"], rows["unit"])
