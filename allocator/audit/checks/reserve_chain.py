"""Stocks follow from period to period."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import Ledger


@CHECKS.register("reserve_chain")
def check_reserve_chain(ledger: Ledger) -> pd.DataFrame:
    """Every reserve closes with what it opened with, less releases and losses, plus refills, and opens as the period before closed.

    Losses are what decays, which nothing does in the first period, and what disruptions destroy.
    """
    plan = ledger.stocks
    left = plan["before"] - plan["released"] + plan["refilled"]
    place = places(plan, "reserve", "period")
    return together(
        compare("stock", place, plan["stock"], "is", left, plan["unit"], plan["opening"]),
        _published(ledger),
    )


def _published(ledger: Ledger) -> pd.DataFrame:
    rows = ledger.allocation.reserves.drop(columns="unit")
    known = ledger.stocks[["reserve", "period", "number", "opening", "kept", "unit"]].rename(columns={"opening": "at_the_start"})
    rows = rows.merge(known, on=["reserve", "period"], how="left").sort_values(["reserve", "number"], ignore_index=True)
    place = places(rows, "reserve", "period")
    first = rows["number"] == 0
    due = rows.groupby("reserve")["closing"].shift().where(~first, rows["at_the_start"])
    gone = rows["opening"] * (1.0 - rows["kept"])
    left = rows["opening"] - rows["released"] + rows["refilled"] - rows["lost"]
    size = rows["at_the_start"]
    return together(
        compare("closing stock", place, rows["closing"], "is", left, rows["unit"], size),
        compare("opening stock", place, rows["opening"], "is", due, rows["unit"], size),
        compare("lost", place, rows["lost"], "is", gone, rows["unit"], 3.0 * size),
    )
