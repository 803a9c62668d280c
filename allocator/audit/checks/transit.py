"""What is on the way arrives once, later, and less what decays."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import MONTH_DAYS, Ledger


@CHECKS.register("transit")
def check_transit(ledger: Ledger) -> pd.DataFrame:
    """What is sent arrives in one or two successive periods, in the share that is left after its lead.

    The lead is read off the shares: half after one period and half after two is one and a half. Dispatches whose arrivals may reach beyond
    the last period are left out. What was under way at the start is at most what the same shares leave of the undisturbed dispatch.
    """
    sent = _sent(ledger)
    place = places(sent, "channel", "sender", "sent")
    left = (1.0 - sent["loss"]) ** (sent["lead"] * ledger.case.period_days / MONTH_DAYS)
    return together(
        compare("share that arrives", place, sent["share"], "is", left, 1.0),
        compare("periods between first and last arrival", place, sent["last"] - sent["first"], "is at most", 1.0, 1.0),
        compare("periods on the way", place, sent["first"], "is at least", 0.0, 1.0),
        _under_way(ledger, sent),
    )


def _sent(ledger: Ledger) -> pd.DataFrame:
    """Return share, lead in periods, first and last offset and monthly loss of every dispatch whose arrivals are all known."""
    case = ledger.case
    rows = case.arrivals.assign(offset=case.arrivals["period"].map(ledger.numbers) - case.arrivals["sent"].map(ledger.numbers))
    rows["moment"] = rows["offset"] * rows["weight"]
    by_sent = rows.groupby(["channel", "sender", "sent"], as_index=False).agg(
        share=("weight", "sum"), moment=("moment", "sum"), first=("offset", "min"), last=("offset", "max")
    )
    by_sent["number"] = by_sent["sent"].map(ledger.numbers)
    by_sent["lead"] = by_sent["moment"] / by_sent["share"]
    goods = case.commodities.set_index("commodity")["loss_per_month"].astype("float64")
    carried = pd.concat([case.lines.set_index("line")["commodity"], case.lanes.set_index("lane")["commodity"]])
    loss = by_sent["sender"].map(carried.map(goods)).astype("float64")
    by_sent["loss"] = loss.where(by_sent["channel"] != "process", 0.0)
    return by_sent[by_sent["number"] + by_sent["last"] + 1 < len(case.periods)].reset_index(drop=True)


def _under_way(ledger: Ledger, sent: pd.DataFrame) -> pd.DataFrame:
    """What arrives of earlier dispatches is at most the undisturbed one in all shares that arrive later than the period's number."""
    start = sent.loc[sent["number"] == 0, ["channel", "sender", "share", "lead", "first", "last"]]
    rows = ledger.coming.merge(start, on=["channel", "sender"], how="inner")
    second = (rows["share"] * (rows["lead"] - rows["first"])).where(rows["last"] > rows["first"], 0.0)
    later = (rows["share"] - second) * (rows["first"] > rows["number"]) + second * (rows["last"] > rows["number"])
    senders = _undisturbed(ledger)
    rows = rows.assign(weight=later).merge(senders, on=["channel", "sender", "commodity"], how="left")
    most = rows["weight"] * rows["undisturbed"]
    place = places(rows, "region", "commodity", "period", "channel", "sender")
    return compare("under way", place, rows["quantity"], "is at most", most, rows["unit"])


def _undisturbed(ledger: Ledger) -> pd.DataFrame:
    case = ledger.case
    outputs = case.flows[case.flows["direction"] == "output"].merge(case.processes[["process", "undisturbed"]], on="process")
    outputs["undisturbed"] *= outputs["quantity"]
    tables = (
        case.lines.rename(columns={"line": "sender"}).assign(channel="line"),
        case.lanes.rename(columns={"lane": "sender"}).assign(channel="lane"),
        outputs.rename(columns={"process": "sender"}).assign(channel="process"),
    )
    return pd.concat([table[["channel", "sender", "commodity", "undisturbed"]] for table in tables], ignore_index=True)
