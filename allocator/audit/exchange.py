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

from allocator.audit.compare import places, smaller
from allocator.audit.ledger import CLAIM, PLACE, Ledger

AT = [*PLACE, "number"]
#: Amounts below this share of the mean demand are what solvers leave behind.
TRACE = 1e-9


def met_figures(ledger: Ledger) -> pd.DataFrame:
    """Return the ledger's cells with `order`, `met`, `capped` (most that may be met), `coverage`, `claim` and two floors.

    `floor_first` is the guarantee that comes before all tiers, which a claim keeps whoever is short; `floor` is any guarantee, which it
    keeps against its own tier.
    """
    cells = ledger.cells
    guaranteed = cells["guarantee"] * cells["demand"]
    return cells.assign(
        order=2 * cells["tier"] + (~cells["horizon"]).astype("int64"),
        met=cells["allocated"] + cells["restrained"],
        capped=cells["cap"] * cells["demand"],
        coverage=1.0 - cells["shortfall"] / cells["demand"],
        claim=places(cells, *CLAIM),
        floor=guaranteed,
        floor_first=guaranteed.where(cells["guarantee_first"], 0.0),
    )


def spare_of_claims(cells: pd.DataFrame, floor: str) -> pd.Series:
    """What each claim gets above a floor: allocated, and met above it."""
    return smaller(cells["allocated"], cells["met"] - cells[floor]).clip(lower=0.0)


def shortage(cells: pd.DataFrame) -> pd.Series:
    """What each claim is short of, up to its cap."""
    return smaller(cells["shortfall"], cells["capped"] - cells["met"]).clip(lower=0.0)


def notable(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose `quantity` is more than a trace."""
    return table[table["quantity"] > TRACE * table["unit"]]


def wants_of_claims(ledger: Ledger) -> pd.DataFrame:
    """Return what claims are short of and what they give up, with `order`: only what comes strictly later may be asked to make way.

    Restraint of a tier is settled after all its coverage, so only lower tiers make way for it.
    """
    cells = met_figures(ledger)
    short = cells.assign(quantity=shortage(cells), claim=cells["claim"] + " is short")
    gives_up = cells.assign(quantity=cells["restrained"], order=2 * cells["tier"] + 1, claim=cells["claim"] + " is restrained")
    return summed(pd.concat([short, gives_up], ignore_index=True), ["order", "tier"])


def idle_supply(ledger: Ledger) -> pd.DataFrame:
    """Return what is thrown away, and what lines could still send, where and when it would arrive."""
    thrown = ledger.surplus.assign(claim="surplus")
    spare = (ledger.market["limit"] - ledger.market["sending"]).clip(lower=0.0)
    unsent = ledger.market.assign(quantity=spare * ledger.market["weight"], claim="line " + ledger.market["sender"].astype("str"))
    columns = [*AT, "unit", "quantity", "claim"]
    return summed(pd.concat([thrown[columns], unsent[columns]], ignore_index=True), [])


def idle_reserves(ledger: Ledger) -> pd.DataFrame:
    """Return what reserves could still release, by the lowest tier that may draw on them.

    A release lowers the stock of every later period, by what would be left of it; the scarcest of them decides.
    """
    stocks = ledger.stocks.sort_values(["reserve", "number"], ascending=[True, False])
    left = stocks["kept"] ** stocks["number"]
    scarcest = ((stocks["stock"] - stocks["least"]) / left.where(left > 0)).fillna(np.inf).groupby(stocks["reserve"]).cummin()
    room = smaller(stocks["limit"] - stocks["released"], scarcest * left).clip(lower=0.0)
    lowest = ledger.case.tiers["tier"].max()
    table = stocks.assign(quantity=room, claim="reserve " + stocks["reserve"].astype("str"), rank=stocks["rank"].clip(upper=lowest))
    return summed(table, ["rank"])


def steps(ledger: Ledger) -> pd.DataFrame:
    """Return where a unit could go instead: AT, to_region, to_number, `weight` that arrives of it, `room` in units sent, and `by`.

    Staying is not among them; see `reachable`.
    """
    lanes = ledger.moved.assign(room=(ledger.moved["limit"] - ledger.moved["sending"]).clip(lower=0.0))
    lanes["by"] = "over lane " + lanes["sender"].astype("str")
    lanes = lanes.rename(columns={"region": "to_region", "number": "to_number", "origin": "region", "sent_number": "number"})
    stores = ledger.inventories
    later = stores[stores["number"] < len(ledger.case.periods) - 1]
    keep = later.assign(
        to_region=later["region"],
        to_number=later["number"] + 1,
        weight=later["kept"],
        room=later["most"] - later["stock"],
        by="kept longer",
    )
    spend = keep[keep["kept"] > 0]
    spend = spend.assign(
        number=spend["to_number"],
        to_number=spend["number"],
        weight=1.0 / spend["kept"],
        room=(spend["stock"] - spend["least"]) * spend["kept"],
        by="spent sooner",
    )
    columns = [*AT, "to_region", "to_number", "weight", "room", "unit", "by"]
    table = pd.concat([part[columns] for part in (lanes, keep, spend) if len(part)] or [_NO_STEPS], ignore_index=True)
    return table[(table["room"] > TRACE * table["unit"]) & (table["weight"] > 0)].drop(columns="unit").reset_index(drop=True)


def reachable(sources: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return `sources` where they stand and wherever one step takes them, with what would arrive as `quantity`; `by` says how."""
    moved = sources.merge(steps(ledger), on=AT, how="inner")
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
    pairs = wants.merge(reachable(sources, ledger), on=AT, how="inner", suffixes=("", "_there"))
    pairs["could"] = smaller(pairs["quantity"], pairs["quantity_there"])
    by = (" " + pairs["by"].astype("str")).where(pairs["by"] != "", "")
    pairs["period"] = pairs["number"].map(ledger.case.periods.set_index("number")["period"])
    pairs["said"] = pairs["claim"].astype("str") + " while there is " + pairs["claim_there"].astype("str") + by
    return pairs


_NO_STEPS = pd.DataFrame(
    {name: pd.Series([], dtype="float64") for name in ("number", "to_number", "weight", "room", "unit")}
    | {name: pd.Series([], dtype="str") for name in ("region", "commodity", "to_region", "by")}
)
