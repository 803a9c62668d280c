"""Levers bring what they can."""

from collections.abc import Iterator

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import Places, compare, places, together
from allocator.audit.ledger import Ledger
from allocator.audit.result import LIMIT


@CHECKS.register("lever_limits")
def check_lever_limits(ledger: Ledger) -> pd.DataFrame:
    """The lines of a lever together send no more than it can; nothing goes into a reserve but by a lever, and no more than it lets in.

    What is bought in lots or released in tranches comes in whole ones, what is ordered together at its minimum at least. Over the horizon
    all levers cost no more than the budget, fixed costs among it, and no more of them are used than may be together.
    """
    uses, stocks = ledger.uses, ledger.stocks
    lots = ledger.dispatches.merge(ledger.case.lots, on="line")
    whole = (lots["quantity"] / lots["size"]).round() * lots["size"]
    joint = uses.merge(ledger.case.bundles, on="lever")
    joint = joint[joint["used"] > LIMIT * joint["unit"]]
    tranches = stocks[stocks["tranche"] > 0.0]
    released = (tranches["released"] / tranches["tranche"]).round() * tranches["tranche"]
    return together(
        *_allowances(ledger),
        compare("whole lots", places(lots, "line", "period"), lots["quantity"], "is", whole, lots["unit"]),
        compare("joint order", places(joint, "lever", "period"), joint["used"], "is at least", joint["minimum"], joint["unit"]),
        compare("whole tranches", places(tranches, "reserve", "period"), tranches["released"], "is", released, tranches["unit"]),
        compare("use", places(uses, "lever", "period"), uses["used"], "is at most", uses["limit"], uses["unit"]),
        compare("refill", places(stocks, "reserve", "period"), stocks["refilled"], "is at most", stocks["most_refilled"], stocks["unit"]),
    )


def _allowances(ledger: Ledger) -> Iterator[pd.DataFrame]:
    found = {
        "budget_eur": ("cost in EUR", ledger.spending["cost_eur"].sum()),
        "at_most_together": ("number", ledger.spending["used"].sum()),
    }
    for name, most in ledger.case.allowances.itertuples(index=False):
        what, figure = found[name]
        unit = max(float(most), 1.0)
        yield compare(what, Places(("all levers",)), pd.Series([float(figure)]), "is at most", pd.Series([float(most)]), pd.Series([unit]))
