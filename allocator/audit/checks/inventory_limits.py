"""Commercial stock stays between working stock and room."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("inventory_limits")
def check_inventory_limits(ledger: Ledger) -> pd.DataFrame:
    """Firms hold at least their working stock, which decays, and at most their room; from the last period on no more than at the start."""
    rows = ledger.inventories
    place = places(rows, *PLACE, "period")
    return together(
        compare("stock", place, rows["stock"], "is at least", rows["least"], rows["unit"]),
        compare("stock", place, rows["stock"], "is at most", rows["most"], rows["unit"]),
    )
