"""What is on the way arrives once, later, and less what decays."""

import numpy as np
import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import MONTH_DAYS, Ledger


@CHECKS.register("transit")
def check_transit(ledger: Ledger) -> pd.DataFrame:
    """What is sent arrives in one or two successive periods, in the share that its time on the way leaves, or is lost to a disruption.

    The lead is read off the shares: half after one period and half after two is one and a half. Less the delay that is in force at dispatch
    it is the same in every period. Goods are on the way for as long; on a lane for its days, from which the lead is at most half a period.
    Dispatches whose arrivals may reach beyond the last period are left out. What was under way at the start is at most what the same leads
    leave of the undisturbed dispatches before it; of a line it is at most those of all lines of the same goods, because ships may have gone
    round.
    """
    sent = _sent(ledger)
    place = places(sent, "channel", "sender", "sent")
    left = (1.0 - sent["loss"]) ** (sent["on_the_way"] * ledger.case.period_days / MONTH_DAYS)
    own = sent["lead"] - sent["delay"]
    usual = own.groupby([sent["channel"], sent["sender"]]).transform("first")
    return together(
        compare("share that arrives or is lost", place, sent["share"], "is", left, 1.0),
        compare("periods between first and last arrival", place, sent["last"] - sent["first"], "is at most", 1.0, 1.0),
        compare("periods on the way", place, sent["first"], "is at least", 0.0, 1.0),
        compare("lead in periods, delays aside", place, own, "is", usual, 1.0),
        compare("periods on the way apart from the lead", place, (sent["on_the_way"] - sent["lead"]).abs(), "is at most", 0.5, 1.0),
        _under_way(ledger, sent.assign(usual=usual)),
    )


def _sent(ledger: Ledger) -> pd.DataFrame:
    """Return share, lead, delay and time on the way in periods, first and last offset and monthly loss of dispatches that all arrive."""
    case = ledger.case
    rows = case.arrivals.assign(offset=case.arrivals["period"].map(ledger.numbers) - case.arrivals["sent"].map(ledger.numbers))
    rows["share"] = rows["weight"] + rows["lost"]
    rows["moment"] = rows["offset"] * rows["share"]
    by_sent = rows.groupby(["channel", "sender", "sent"], as_index=False, sort=False).agg(
        share=("share", "sum"), moment=("moment", "sum"), first=("offset", "min"), last=("offset", "max")
    )
    by_sent["number"] = by_sent["sent"].map(ledger.numbers)
    by_sent["lead"] = by_sent["moment"] / by_sent["share"]
    by_sent = _delayed(ledger, by_sent)
    days = by_sent["sender"].map(case.lanes.set_index("lane")["transit_days"]).where(by_sent["channel"] == "lane")
    by_sent["on_the_way"] = (days.astype("float64") / case.period_days).fillna(by_sent["lead"])
    goods = case.commodities.set_index("commodity")["loss_per_month"].astype("float64")
    carried = pd.concat([case.lines.set_index("line")["commodity"], case.lanes.set_index("lane")["commodity"]])
    loss = by_sent["sender"].map(carried.map(goods)).astype("float64")
    by_sent["loss"] = loss.where(by_sent["channel"] != "process", 0.0)
    known: pd.DataFrame = by_sent[by_sent["number"] + by_sent["last"] + 1 < len(case.periods)]
    return known.sort_values(["channel", "sender", "number"], ignore_index=True)


def _delayed(ledger: Ledger, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the delay in periods that is in force for a sender in the period with this number."""
    delays = ledger.case.delays.rename(columns={"line": "sender"}).assign(channel="line")
    rows = rows.merge(delays, on=["channel", "sender", "number"], how="left")
    return rows.assign(delay=rows["days"].astype("float64").fillna(0.0) / ledger.case.period_days).drop(columns="days")


def _under_way(ledger: Ledger, sent: pd.DataFrame) -> pd.DataFrame:
    """What arrives of earlier dispatches is at most the undisturbed ones in the shares that their leads bring into the period."""
    senders = sent.groupby(["channel", "sender"], as_index=False)[["usual", "loss"]].first()
    longest = float(senders["usual"].max()) if len(senders) else 0.0
    longest += float(ledger.case.delays["days"].max()) / ledger.case.period_days if len(ledger.case.delays) else 0.0
    before = pd.DataFrame({"number": range(-int(np.ceil(longest)) - 1, 0)})
    earlier = _delayed(ledger, senders.merge(before, how="cross"))
    lead = earlier["usual"] + earlier["delay"]
    earlier["kept"] = (1.0 - earlier["loss"]) ** (lead * ledger.case.period_days / MONTH_DAYS)
    earlier["due"] = earlier["number"] + lead
    rows = ledger.coming.merge(earlier[["channel", "sender", "kept", "due"]], on=["channel", "sender"], how="inner")
    rows["weight"] = rows["kept"] * (1.0 - (rows["due"] - rows["number"]).abs()).clip(lower=0.0)
    key = ["region", "commodity", "period", "channel", "sender"]
    rows = rows.groupby(key, as_index=False).agg(weight=("weight", "sum"), quantity=("quantity", "first"), unit=("unit", "first"))
    rows = rows.merge(_undisturbed(ledger), on=["channel", "sender", "commodity"], how="left")
    most = rows["weight"] * rows["undisturbed"]
    return compare("under way", places(rows, *key), rows["quantity"], "is at most", most, rows["unit"])


def _undisturbed(ledger: Ledger) -> pd.DataFrame:
    case = ledger.case
    outputs = case.flows[case.flows["direction"] == "output"].merge(case.processes[["process", "undisturbed"]], on="process")
    outputs["undisturbed"] *= outputs["quantity"]
    same_goods = case.lines.groupby(["commodity", "origin", "region"])["undisturbed"]
    tables = (
        case.lines.rename(columns={"line": "sender"}).assign(channel="line", undisturbed=same_goods.transform("sum")),
        case.lanes.rename(columns={"lane": "sender"}).assign(channel="lane"),
        outputs.rename(columns={"process": "sender"}).assign(channel="process"),
    )
    return pd.concat([table[["channel", "sender", "commodity", "undisturbed"]] for table in tables], ignore_index=True)
