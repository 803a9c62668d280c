"""Nothing appears and nothing vanishes."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import Ledger


@CHECKS.register("mass")
def check_mass(ledger: Ledger) -> pd.DataFrame:
    """All there ever was of a commodity is used, thrown away, sold, lost, still on the way or still there, over all regions and periods.

    Also as published: what supply.csv brings in the horizon equals what allocation.csv allocates, processes take, lanes carry off and
    reserves.csv refills.
    """
    return together(_plan(ledger), _published(ledger))


def _plan(ledger: Ledger) -> pd.DataFrame:
    stores, stocks = ledger.inventories, ledger.stocks
    last = len(ledger.case.periods) - 1
    brought = stocks.groupby("reserve")["stock"].shift().where(stocks["number"] > 0, stocks["opening"])
    lost_stock = brought - stocks["before"] + stocks["stock"].where(stocks["number"] == last, 0.0)
    decayed_store = (stores["stock"] * (1.0 - stores["kept"])).where(stores["number"] < last, stores["stock"])
    had = _summed(
        (ledger.coming, ledger.coming["quantity"]),
        (ledger.market, ledger.market["quantity"]),
        (ledger.made, ledger.made["quantity"]),
        (stocks, stocks["opening"].where(stocks["number"] == 0, 0.0)),
        (stores, stores["opening"].where(stores["number"] == 0, 0.0)),
    )
    gone = _summed(
        (ledger.cells, ledger.cells["allocated"]),
        (ledger.taken, ledger.taken["quantity"]),
        (ledger.leaving, ledger.leaving["quantity"]),
        (ledger.transfers, ledger.transfers["quantity"]),
        (ledger.moved, -ledger.moved["quantity"]),
        (stocks, lost_stock),
        (stores, decayed_store),
    )
    return _compared("all there ever was", had, gone, ledger)


def _published(ledger: Ledger) -> pd.DataFrame:
    supply, claims = ledger.allocation.supply, ledger.allocation.allocation
    taken, sent = ledger.taken[ledger.taken["horizon"]], ledger.transfers[ledger.transfers["horizon"]]
    had = _summed((supply, supply["quantity"].where(~supply["channel"].isin(["surplus", "sale"]), -supply["quantity"])))
    stocks = ledger.allocation.reserves
    gone = _summed((claims, claims["allocated"]), (taken, taken["quantity"]), (sent, sent["quantity"]), (stocks, stocks["refilled"]))
    return _compared("supply as published", had, gone, ledger)


def _summed(*entries: tuple[pd.DataFrame, pd.Series]) -> pd.DataFrame:
    """Return commodity, net and gross sum."""
    rows = pd.concat(
        [table[["commodity"]].assign(net=figure.astype("float64")) for table, figure in entries if len(table)] or [_NOTHING],
        ignore_index=True,
    )
    rows["gross"] = rows["net"].abs()
    return rows.groupby("commodity")[["net", "gross"]].sum(skipna=False)


def _compared(what: str, had: pd.DataFrame, gone: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    rows = had.merge(gone, left_index=True, right_index=True, how="outer", suffixes=("_had", "_gone"))
    missing = ~rows.index.isin(had.index), ~rows.index.isin(gone.index)
    for side, absent in zip(("had", "gone"), missing, strict=True):
        rows.loc[absent, [f"net_{side}", f"gross_{side}"]] = 0.0
    rows = rows.reset_index(names="commodity")
    unit = rows["commodity"].map(ledger.mean_demand)
    return compare(what, places(rows, "commodity"), rows["net_had"], "is", rows["net_gone"], unit, rows["gross_had"] + rows["gross_gone"])


_NOTHING = pd.DataFrame({"commodity": pd.Series([], dtype="str"), "net": pd.Series([], dtype="float64")})
