"""The published supply is what the plan brings."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places
from allocator.audit.ledger import PLACE, Ledger

KEYS = ["period", *PLACE, "channel", "origin"]


@CHECKS.register("published_supply")
def check_published_supply(ledger: Ledger) -> pd.DataFrame:
    """What is published of a channel and origin is what comes by it, recomputed from what was sent, made, released and stored."""
    published = ledger.allocation.supply[[*KEYS, "quantity"]].groupby(KEYS)["quantity"].sum(skipna=False).reset_index()
    rows = _recomputed(ledger).merge(published, on=KEYS, how="outer", suffixes=("_due", ""), indicator="side")
    rows["quantity_due"] = rows["quantity_due"].mask(rows["side"] == "right_only", 0.0)
    rows["quantity"] = rows["quantity"].mask(rows["side"] == "left_only", 0.0)
    unit = rows["commodity"].map(ledger.mean_demand)
    return compare("quantity", places(rows, *PLACE, "period", "channel", "origin"), rows["quantity"], "is", rows["quantity_due"], unit)


def _recomputed(ledger: Ledger) -> pd.DataFrame:
    origins = ledger.case.lines.set_index("line")["origin"]
    stores, stocks, market, made = ledger.inventories, ledger.stocks, ledger.market, ledger.made
    tables = (
        market.assign(channel="market", origin=market["sender"].map(origins)),
        ledger.coming.assign(channel="pipeline"),
        stocks.assign(channel="reserve", origin=stocks["reserve"], quantity=stocks["released"]),
        made.assign(channel="process", origin=made["sender"]),
        ledger.moved.assign(channel="transfer"),
        stores.assign(channel="inventory", origin=stores["region"], quantity=stores["before"] - stores["stock"]),
        ledger.leaving.assign(channel=ledger.leaving["claim"], origin=ledger.leaving["region"]),
    )
    rows = pd.concat([table.loc[table["horizon"], [*KEYS, "quantity"]] for table in tables], ignore_index=True)
    return rows.groupby(KEYS)["quantity"].sum(skipna=False).reset_index()
