"""The worse covered first, inside a tier."""

import numpy as np
import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, smaller, together
from allocator.audit.exchange import AT, notable, shortage, spare_of_claims, wanted
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("levelling")
def check_levelling(ledger: Ledger) -> pd.DataFrame:
    """No claim gets a unit above its guarantee that could have raised a worse covered claim of the same tier below its cap.

    Where the lowest coverage by period is raised first, and in the tail; in the same place and period, over a lane with room, or by
    commercial stock. The figure is what would make the two coverages equal, as far as the source, the step and the want allow.
    """
    cells = ledger.claims
    levelled = cells[cells["levelled"]]
    columns = [*AT, "period", "order", "tier", "unit", "demand", "coverage", "claim", "quantity"]
    poor = notable(levelled.assign(quantity=shortage(levelled)))[columns]
    rich = notable(wanted(levelled.assign(quantity=spare_of_claims(levelled, "floor")), poor))[columns]
    here = poor.merge(rich, on=[*AT, "order"], suffixes=("", "_rich")).assign(weight=1.0, room=np.inf, by="")
    best = rich.sort_values(["coverage", "claim"], ascending=[False, True]).drop_duplicates([*AT, "order"])
    worst = poor.sort_values(["coverage", "claim"]).drop_duplicates([*AT, "order"])
    moved = best.merge(ledger.steps, on=AT).drop(columns="number").rename(columns={"region": "from_region"})
    there = worst.merge(moved.rename(columns={"to_region": "region", "to_number": "number"}), on=[*AT, "order"], suffixes=("", "_rich"))
    everything = compare("coverage", places(cells, "claim", "period"), cells["coverage"], "is at most", 1.0, 1.0)
    return together(everything, _unlevelled(here), _unlevelled(there))


def _unlevelled(pairs: pd.DataFrame) -> pd.DataFrame:
    pairs = pairs[pairs["coverage_rich"] > pairs["coverage"]]
    equal = (pairs["coverage_rich"] - pairs["coverage"]) / (1.0 / pairs["demand_rich"] + pairs["weight"] / pairs["demand"])
    could = smaller(smaller(equal, pairs["quantity_rich"]), smaller(pairs["room"], pairs["quantity"] / pairs["weight"]))
    by = (" " + pairs["by"].astype("str")).where(pairs["by"] != "", "")
    place = places(pairs, *PLACE, "period") + ": tier " + pairs["tier"] + ", " + pairs["claim"]
    place = place + " is covered less than " + pairs["claim_rich"] + by
    return compare("what would make them equal", place, could, "is", 0.0, pairs["unit"])
