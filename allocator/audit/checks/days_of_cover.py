"""How long a reserve lasts."""

import numpy as np
import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("days_of_cover")
def check_days_of_cover(ledger: Ledger) -> pd.DataFrame:
    """Days of cover are the closing stock over the daily demand and undisturbed process input where the reserve stands.

    A month has 30 days. No figure is given where nobody uses the commodity there.
    """
    rows = ledger.allocation.reserves
    asked = ledger.cells.groupby([*PLACE, "period"])["demand"].sum()
    inputs = ledger.case.flows[ledger.case.flows["direction"] == "input"]
    works = inputs.merge(ledger.case.processes[["process", "region", "undisturbed"]], on="process")
    taken = (works["quantity"] * works["undisturbed"]).groupby([works["region"], works["commodity"]]).sum()
    use = _looked_up(asked, rows[[*PLACE, "period"]]) + _looked_up(taken, rows[PLACE])
    days = (rows["closing"] * ledger.case.period_days / use.where(use > 0)).astype("float64")
    nowhere, silent = days.isna(), rows["days_of_cover"].isna()
    found = rows["days_of_cover"].mask(nowhere & silent, 0.0)
    return compare("days of cover", places(rows, "reserve", "period"), found, "is", days.mask(nowhere & silent, 0.0), 1.0)


def _looked_up(figures: pd.Series, keys: pd.DataFrame) -> pd.Series:
    found = figures.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(dtype=np.float64)
    return pd.Series(np.nan_to_num(found), index=keys.index)
