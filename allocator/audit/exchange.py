"""What could have gone elsewhere: the audit's argument about ranks, in tables.

Ranks are not audited by solving anything again. If a unit that somebody got could have gone to somebody who comes first, by a step that the
plan leaves open, the plan is wrong. A step is staying where it is, a lane with room, or commercial stock kept one period longer or shorter.
Three tables say it: *sources* (what a place could spare), *steps*, and *wants*, all keyed by region, commodity and number of the period.

The order of a claim's cell is ``2 x tier``, plus 1 in the tail: cells of the tail are levelled after those of the horizon, and before lower
tiers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocator.audit.compare import smaller
from allocator.audit.ledger import PLACE, Ledger, whole_ones
from allocator.audit.steps import TRACE

AT = [*PLACE, "number"]


def spare_of_claims(cells: pd.DataFrame, floor: str) -> pd.Series:
    """What each claim gets above a floor: allocated, and met above it, until it is worse off than without sharing."""
    return smaller(smaller(cells["allocated"], cells["met"] - cells[floor]), cells["room"]).clip(lower=0.0)


def shortage(cells: pd.DataFrame, most: str = "capped") -> pd.Series:
    """What each claim is short of, up to its cap, or up to what comes before lower tiers (`called`)."""
    return smaller(cells["shortfall"], cells[most] - cells["met"]).clip(lower=0.0)


def notable(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose `quantity` is more than a trace."""
    return table[table["quantity"] > TRACE * table["unit"]]


def wants_of_claims(ledger: Ledger) -> pd.DataFrame:
    """Return what claims are short of and what they give up, with `order`: only what comes strictly later may be asked to make way.

    Restraint of a tier is settled after all its coverage, so only lower tiers make way for it.
    """
    cells = ledger.claims
    short = cells.assign(quantity=shortage(cells, "called"), claim=cells["claim"] + " is short")
    gives_up = cells.assign(quantity=cells["restrained"], order=2 * cells["tier"] + 1, claim=cells["claim"] + " is restrained")
    return summed(pd.concat([short, gives_up], ignore_index=True), ["order", "tier"])


def idle_supply(ledger: Ledger) -> pd.DataFrame:
    """Return what is thrown away or sold, and what lines of the market could still send, where and when it would arrive."""
    market = ledger.market[~ledger.market["sender"].isin(ledger.case.lever_members["member"])]
    spare = (market["limit"] - market["sending"]).clip(lower=0.0)
    unsent = market.assign(quantity=spare * market["weight"], claim="line " + market["sender"].astype("str"))
    columns = [*AT, "unit", "quantity", "claim"]
    return summed(pd.concat([ledger.leaving[columns], unsent[columns]], ignore_index=True), [])


def idle_reserves(ledger: Ledger) -> pd.DataFrame:
    """Return what reserves could still release, and lines of levers still send, by the lowest tier that may draw on them.

    A release lowers the stock of every later period, by what would be left of it; the scarcest of them decides. What is released in
    tranches has whole ones.
    """
    stocks = ledger.stocks.sort_values(["reserve", "number"], ascending=[True, False])
    left = stocks["left"]
    scarcest = ((stocks["stock"] - stocks["least"]) / left.where(left > 0)).fillna(np.inf).groupby(stocks["reserve"]).cummin()
    room = smaller(stocks["limit"] - stocks["released"], (scarcest * left).where(left > 0, 0.0)).clip(lower=0.0)
    openers = ledger.case.lever_members[ledger.case.lever_members["channel"] == "reserve"].merge(ledger.spending, on="lever")
    left_eur = stocks["reserve"].map(openers.groupby("member")["left_eur"].max()).astype("float64").fillna(np.inf)
    room = whole_ones(room, stocks["tranche"]).where(left_eur >= 0.0, 0.0)
    lowest = ledger.case.tiers["tier"].max()
    table = stocks.assign(quantity=room, claim="reserve " + stocks["reserve"].astype("str"), rank=stocks["rank"].clip(upper=lowest))
    lines = ledger.brought[ledger.brought["spare"] > 0]
    lines = lines.assign(
        quantity=lines["spare"] * lines["weight"], claim="lever " + lines["lever"].astype("str"), rank=lines["rank"].clip(upper=lowest)
    )
    columns = [*AT, "unit", "quantity", "claim", "rank"]
    return summed(pd.concat([table[columns], lines[columns]], ignore_index=True), ["rank"])


def wanted(table: pd.DataFrame, wants: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of goods that somebody wants: no step turns one good into another."""
    return table[table["commodity"].isin(wants["commodity"].unique())]


def reachable(sources: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return `sources` where they stand and wherever one of the steps takes them, with what would arrive as `quantity`; `by` says how."""
    typed = {"number": "float64"}  # a table without rows has no type of its own, and pandas then refuses to join it
    moved = sources.astype(typed).merge(steps.astype(typed), on=AT, how="inner")
    moved["quantity"] = smaller(moved["quantity"], moved["room"]) * moved["weight"]
    moved = moved.assign(region=moved["to_region"], number=moved["to_number"])
    return pd.concat([sources.assign(by=""), moved[[*sources.columns, "by"]]], ignore_index=True)


def summed(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return more than traces, summed by place, period and `by`; `claim` names the largest part."""
    keys = [*AT, *by]
    rows = notable(table)[[*keys, "unit", "quantity", "claim"]].sort_values(["quantity", "claim"], ascending=[False, True])
    return rows.groupby(keys, as_index=False).agg(unit=("unit", "first"), quantity=("quantity", "sum"), claim=("claim", "first"))


def taken_away(sources: pd.DataFrame, wants: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return every pair of a source and a want that it can reach, with `could`: how much of the want it could have met.

    Columns of the source end in ``_there`` where both have them; `said` names the pair.
    """
    typed = {"number": "float64"}
    pairs = wants.astype(typed).merge(
        reachable(wanted(sources, wants), wanted(ledger.steps, wants)).astype(typed), on=AT, how="inner", suffixes=("", "_there")
    )
    pairs["could"] = smaller(pairs["quantity"], pairs["quantity_there"])
    by = (" " + pairs["by"].astype("str")).where(pairs["by"] != "", "")
    pairs["period"] = pairs["number"].map(ledger.case.periods.set_index("number")["period"])
    pairs["said"] = pairs["claim"].astype("str") + " while there is " + pairs["claim_there"].astype("str") + by
    return pairs
