"""Levers bring what they can."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import Ledger


@CHECKS.register("lever_limits")
def check_lever_limits(ledger: Ledger) -> pd.DataFrame:
    """The lines of a lever together send no more than it can; nothing goes into a reserve but by a lever, and no more than it lets in.

    What is bought in lots or released in tranches comes in whole ones.
    """
    uses, stocks = ledger.uses, ledger.stocks
    lots = ledger.dispatches.merge(ledger.case.lots, on="line")
    whole = (lots["quantity"] / lots["size"]).round() * lots["size"]
    tranches = stocks[stocks["tranche"] > 0.0]
    released = (tranches["released"] / tranches["tranche"]).round() * tranches["tranche"]
    return together(
        compare("whole lots", places(lots, "line", "period"), lots["quantity"], "is", whole, lots["unit"]),
        compare("whole tranches", places(tranches, "reserve", "period"), tranches["released"], "is", released, tranches["unit"]),
        compare("use", places(uses, "lever", "period"), uses["used"], "is at most", uses["limit"], uses["unit"]),
        compare("refill", places(stocks, "reserve", "period"), stocks["refilled"], "is at most", stocks["most_refilled"], stocks["unit"]),
    )
