"""What enters a region equals what leaves it."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("balance")
def check_balance(ledger: Ledger) -> pd.DataFrame:
    """In every place and period, also of the tail, what arrives, is made, released and carried over equals what is used or kept.

    Arrivals are what lines and lanes sent, by their leads and less what decays on the way, and what was under way at the start; uses are
    allocations, process inputs, departures over lanes, refills, sales and surplus.
    """
    stores, stocks = ledger.inventories, ledger.stocks
    supply = (
        ledger.coming["quantity"],
        ledger.market["quantity"],
        ledger.made["quantity"],
        ledger.moved["quantity"],
        stocks["released"],
        stores["before"],
    )
    supplied = (ledger.coming, ledger.market, ledger.made, ledger.moved, stocks, stores)
    departures = ledger.transfers.assign(region=ledger.transfers["origin"])
    use = (
        ledger.cells["allocated"],
        ledger.taken["quantity"],
        departures["quantity"],
        stores["stock"],
        ledger.leaving["quantity"],
        stocks["refilled"],
    )
    used = (ledger.cells, ledger.taken, departures, stores, ledger.leaving, stocks)
    entries = pd.concat(
        [table[[*PLACE, "period"]].assign(supply=figure, use=0.0) for table, figure in zip(supplied, supply, strict=True)]
        + [table[[*PLACE, "period"]].assign(supply=0.0, use=figure) for table, figure in zip(used, use, strict=True)],
        ignore_index=True,
    )
    rows = entries.groupby([*PLACE, "period"], as_index=False)[["supply", "use"]].sum(skipna=False)
    unit = rows["commodity"].map(ledger.mean_demand)
    return compare("what enters", places(rows, *PLACE, "period"), rows["supply"], "is", rows["use"], unit)
