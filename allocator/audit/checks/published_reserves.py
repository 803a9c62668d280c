"""The published stocks are the plan's."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import Ledger


@CHECKS.register("published_reserves")
def check_published_reserves(ledger: Ledger) -> pd.DataFrame:
    """What is published of a reserve is what was decided, to nine significant digits of its opening stock."""
    decided = ledger.stocks[["reserve", "period", "opening", "released", "refilled", "stock", "unit"]].rename(columns={"opening": "size"})
    rows = ledger.allocation.reserves.drop(columns="unit").merge(decided, on=["reserve", "period"], how="left", suffixes=("", "_decided"))
    place = places(rows, "reserve", "period")
    return together(
        compare("released", place, rows["released"], "is", rows["released_decided"], rows["unit"], rows["size"]),
        compare("closing stock", place, rows["closing"], "is", rows["stock"], rows["unit"], rows["size"]),
        compare("refilled", place, rows["refilled"], "is", rows["refilled_decided"], rows["unit"], rows["size"]),
    )
