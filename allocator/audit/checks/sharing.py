"""How members share, and that the guard keeps all of them from losing by it."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import Places, compare, places, together
from allocator.audit.ledger import CLAIM, PLACE, Ledger


@CHECKS.register("sharing")
def check_sharing(ledger: Ledger) -> pd.DataFrame:
    """Members that do not share release no more than is used at home; under the guard none is short of more than it would be then.

    Shortages count over the horizon and the tail. The plan without sharing, which says what each would be short of, is looked at by every
    check too.
    """
    return together(_at_home(ledger), *(_no_worse(ledger) if ledger.case.sharing == "guarded" else ()))


def _at_home(ledger: Ledger) -> pd.DataFrame:
    rows = ledger.spare_at_home
    least = rows["quantity"].clip(upper=0.0) if ledger.case.sharing != "standalone" else 0.0  # who shares may send on what is released
    return compare("use beyond what is released", places(rows, *PLACE, "period"), rows["quantity"], "is at least", least, rows["unit"])


def _no_worse(ledger: Ledger) -> list[pd.DataFrame]:
    apart = ledger.alone
    here, there = ledger.cells, apart.cells
    both = here.merge(there[[*CLAIM, "period", "shortfall"]], on=[*CLAIM, "period"], how="left", suffixes=("", "_alone"))
    total = both.groupby(CLAIM, as_index=False).agg(
        shortfall=("shortfall", "sum"), alone=("shortfall_alone", lambda each: each.sum(skipna=False)), unit=("unit", "first")
    )
    worst = {name: check(apart)["size"].max() for name, check in CHECKS.items()}
    found = pd.Series(list(worst.values()), dtype="float64").fillna(0.0)
    return [
        compare("shortage", places(total, *CLAIM), total["shortfall"], "is at most", total["alone"], total["unit"]),
        compare("what is wrong with the plan without sharing", Places((pd.Series(list(worst)),)), found, "is at most", 0.0, 1.0),
    ]
