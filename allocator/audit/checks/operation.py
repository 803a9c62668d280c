"""Plants run at their minimum at least, or stand still."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, smaller, together
from allocator.audit.ledger import Ledger


@CHECKS.register("operation")
def check_operation(ledger: Ledger) -> pd.DataFrame:
    """No plant gets less than its minimum unless it stands still, gives something up while it does, or runs before it can start again."""
    rows = ledger.plants
    place = places(rows, "name", "period")
    below = smaller(rows["amount"], rows["least"] - rows["amount"]).clip(lower=0.0)
    given_up = rows["restrained"].where(rows["stands"], 0.0)
    pairs = rows[rows["stopped"]].merge(rows[["name", "number", "period", "amount", "unit"]], on="name", suffixes=("", "_later"))
    after = pairs["number_later"] - pairs["number"]
    pairs = pairs[(after > 0) & (after < pairs["restart"])]
    early = places(pairs.assign(period=pairs["period_later"]), "name", "period") + ": stopped in " + pairs["period"]
    return together(
        compare("what it gets below its minimum", place, below, "is", 0.0, rows["unit"]),
        compare("restrained while it stands still", place, given_up, "is", 0.0, rows["unit"]),
        compare("what it gets before it can start again", early, pairs["amount_later"], "is", 0.0, pairs["unit"]),
    )
