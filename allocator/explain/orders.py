"""The plan of orders: which lever is used, when, on whose signature, what it costs and whom it serves.

Whom a lever serves is not read off the flows, which have no label where they mix, but asked: the whole ranked problem is solved again
without it. So is what is lost when an authority signs nothing, and when a lever is ordered a week later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from allocator.allocation import Allocation
from allocator.case import Case
from allocator.case.scope import EXPORTS
from allocator.explain.question import Question
from allocator.periods import first_day
from allocator.rounding import significant
from allocator.scenario import Lever
from allocator.scenario.levers.reserve_release import ReserveRelease

ORDERS = (
    *("order", "lever", "authority", "from", "quantity", "unit", "cost_eur", "serves"),
    *("commodity", "sign_by", "tier", "coverage", "coverage_per_week"),
)
WITHOUT = ("authority", "sign_by", "region", "sector", "commodity", "tier", "coverage", "coverage_without")
#: A change of coverage that is no larger is noise.
NOISE = 1e-6
WEEK = 7.0


@dataclass(frozen=True)
class Orders:
    """What is ordered, and what depends on whose signature.

    Attributes:
        orders: columns `ORDERS`, a row for each lever that the plan uses and commodity, ranked by what a euro buys: the highest tier
            that it serves, then coverage there per euro, then per week. A fixed cost stands in the first row of its lever. `quantity` is
            what is sent, made, released, filled up, or given up over the horizon, `from` the first period in which it is, `sign_by` the
            last day on which it can be ordered to be there then. `serves` names the sectors that would have less without it, the highest
            tier first; `tier` is that tier, missing where nobody would; `coverage` what its claims would lose, added up over them, and
            `coverage_per_week` what they lose when it is ordered a week later.
        without: columns `WITHOUT`, a row for each claim that would have less if an authority ordered nothing; `sign_by` is the earliest
            day by which it must sign.
    """

    orders: pd.DataFrame
    without: pd.DataFrame


def plan_of_orders(question: Question, tell: Callable[[int, int], None]) -> Orders:
    """Return the plan of orders; `tell` hears which of how many questions is asked."""
    used = _used(question.case, question.allocation)
    names = sorted(used["lever"].unique())
    levers = question.levers
    signed = {levers[name].authority: _signed_by(levers, levers[name].authority) for name in names}
    base, tiers = question.outcome.coverage, question.tiers
    most = 2 * len(names) + sum(len(own) > 1 for own in signed.values())  # the only lever of an authority is asked about once
    count = iter(range(1, most + 1))

    def lost(changed: Mapping[str, Lever | None]) -> pd.Series:
        tell(next(count), most)
        kept = [changed.get(name, lever) for name, lever in levers.items()]
        other = question.coverage_with(lever for lever in kept if lever is not None)
        loss = base - other.reindex(base.index).fillna(base)
        found: pd.Series = loss[loss > NOISE]
        return found

    rows, alone = [], {}
    for name in names:
        lever = levers[name]
        alone[name] = loss = lost({name: None})
        later = lost({name: lever.model_copy(update={"effect_days": lever.effect_days + WEEK})}) if len(loss) else loss
        rows.append(_served(name, lever, loss, later, tiers))
    served = pd.DataFrame(rows, columns=["lever", "authority", "serves", "tier", "coverage", "coverage_per_week"])
    orders = _ranked(question, used, served)
    without = [
        _without(orders, authority, lost(own) if len(own) > 1 else alone[next(iter(own))], base, tiers)
        for authority, own in sorted(signed.items())
    ]
    return Orders(orders, pd.concat([*without, pd.DataFrame(columns=list(WITHOUT))], ignore_index=True)[list(WITHOUT)])


def _signed_by(levers: Mapping[str, Lever], authority: str) -> Mapping[str, Lever | None]:
    return {name: None for name, lever in levers.items() if lever.authority == authority}


def _served(name: str, lever: Lever, loss: pd.Series, later: pd.Series, tiers: pd.Series) -> tuple[object, ...]:
    """Return the row of a lever: whom it serves, and what the highest tier of them would lose."""
    ranks = tiers.reindex(loss.index)
    highest = ranks.min() if len(ranks) else np.nan
    sectors = sorted({(int(rank), str(claim).split("/")[1]) for claim, rank in ranks.items()})
    total, a_week = (float(part[tiers.reindex(part.index) == highest].sum()) for part in (loss, later))
    return name, lever.authority, "; ".join(dict.fromkeys(sector for _, sector in sectors)), highest, total, a_week


def _ranked(question: Question, used: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """Return the orders: the highest tier first, then what a euro buys there, then what a week does."""
    keys = ["lever", "commodity"]
    table = used.groupby(keys, as_index=False).agg(quantity=("quantity", "sum"), cost_eur=("cost_eur", "sum"), first=("period", "min"))
    table = table.rename(columns={"first": "from"}).merge(served, on="lever")
    fixed = table["lever"].map(question.case.activations.set_index("lever")["fixed_eur"]).astype("float64").fillna(0.0)
    table["cost_eur"] += fixed.where(~table["lever"].duplicated(), 0.0)
    cost = table.groupby("lever")["cost_eur"].transform("sum")
    table["per_euro"] = np.where(cost > 0, table["coverage"] / cost.where(cost > 0, 1.0), np.inf)
    table = table.sort_values(
        ["tier", "per_euro", "coverage_per_week", *keys], ascending=[True, False, False, True, True], na_position="last", ignore_index=True
    )
    table["sign_by"] = [_sign_by(question, *row) for row in table[["lever", "commodity", "from"]].itertuples(index=False)]
    table["unit"] = table["commodity"].map(question.case.commodities.set_index("commodity")["unit"])
    for figure in ("quantity", "cost_eur", "coverage", "coverage_per_week"):
        table[figure] = significant(table[figure].to_numpy(dtype=np.float64))
    return table.assign(order=np.arange(1, len(table) + 1), tier=table["tier"].astype("float64"))[list(ORDERS)]


def _sign_by(question: Question, name: str, commodity: str, period: str) -> str:
    """Return the last day on which a lever can be ordered to work in a period; while it grows, the day from which that counts."""
    lever, begins = question.levers[name], first_day(question.scenario.horizon.start)
    ordered = begins if lever.start is None else max(begins, first_day(lever.start))
    if lever.ramp_months > 0.0:
        return ordered.isoformat()
    days = lever.effect_days
    if isinstance(lever, ReserveRelease):
        reserves = question.baseline.reserves
        days += float(reserves.loc[lever.opens(reserves) & (reserves["commodity"] == commodity), "first_release_days"].max())
    latest: date = max(ordered, first_day(period) - timedelta(days=days))
    return latest.isoformat()


def _without(orders: pd.DataFrame, authority: str, loss: pd.Series, base: pd.Series, tiers: pd.Series) -> pd.DataFrame:
    """Return who would have less, and how much, if an authority ordered nothing; the highest tier and the largest loss first."""
    names = loss.index.to_series()
    parts = names.str.split("/", expand=True).reindex(columns=[0, 1, 2])
    table = pd.DataFrame(
        {
            "authority": authority,
            "sign_by": orders.loc[orders["authority"] == authority, "sign_by"].min(),
            "region": parts[0],
            "sector": parts[1],
            "commodity": parts[2],
            "tier": tiers.reindex(loss.index),
            "coverage": significant(base.reindex(loss.index).to_numpy(dtype=np.float64)),
            "coverage_without": significant((base.reindex(loss.index) - loss).to_numpy(dtype=np.float64)),
            "loss": loss.round(8),
        }
    )
    return table.sort_values(["tier", "loss", "region", "sector", "commodity"], ascending=[True, False, True, True, True])


# ---- what is used ------------------------------------------------------------------------------------------------------------------------
def _used(case: Case, allocation: Allocation) -> pd.DataFrame:
    """Return lever, commodity, period, quantity and cost_eur of everything that levers bring, fill or let give up in the horizon."""
    members = {channel: own[["lever", "member"]] for channel, own in case.lever_members.groupby("channel")}
    none = case.lever_members[["lever", "member"]].iloc[:0]
    plan = allocation.plan
    lines = plan["dispatches"].merge(case.lines[["line", "commodity", "premium_eur"]], on="line")
    outputs = case.flows.loc[case.flows["direction"] == "output", ["process", "commodity", "quantity"]]
    runs = plan["runs"].merge(outputs, on="process").merge(case.processes[["process", "cost_eur"]], on="process")
    runs = runs.assign(quantity=runs["quantity"] * runs["runs"], unit_cost=runs["cost_eur"] / runs["quantity"])
    stocks = plan["stocks"].merge(case.reserves[["reserve", "commodity"]], on="reserve").assign(unit_cost=0.0)
    key = ["region", "sector", "commodity", "period", "block"]
    blocks = plan["blocks"].merge(case.restraints[[*key, "cost_eur"]], on=key)
    blocks = blocks.rename(columns={"restrained": "quantity", "cost_eur": "unit_cost"})
    made = runs.merge(members.get("process", none), left_on="process", right_on="member")
    made = made.merge(case.levers[["lever", "commodity"]], on=["lever", "commodity"])
    kept = blocks[blocks["sector"] == EXPORTS].merge(members.get("exports", none), left_on="commodity", right_on="member")
    parts = [
        lines.rename(columns={"premium_eur": "unit_cost"}).merge(members.get("line", none), left_on="line", right_on="member"),
        made,
        stocks.rename(columns={"released": "quantity"}).merge(members.get("reserve", none), left_on="reserve", right_on="member"),
        stocks.rename(columns={"refilled": "quantity"}).merge(members.get("refill", none), left_on="reserve", right_on="member"),
        pd.concat([blocks.merge(members.get("sector", none), left_on="sector", right_on="member"), kept]).drop_duplicates(key),
    ]
    columns = ["lever", "commodity", "period", "quantity", "unit_cost", "horizon"]
    used = pd.concat([part[columns] for part in parts], ignore_index=True)
    used = used[used["horizon"].astype(bool) & (used["quantity"] > 0)]
    return used.assign(cost_eur=used["quantity"] * used["unit_cost"])
