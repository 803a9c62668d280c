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
INSTEAD = ("authority", "sign_by", "lever", "commodity", "unit", "quantity", "quantity_without", "cost_eur", "cost_eur_without")
#: A change of coverage, or of a quantity relative to what there was, that is no larger is noise.
NOISE = 1e-6
WEEK = 7.0
#: No more is asked once the parts that were solved again have this many columns together.
MOST_COLUMNS = 4_000_000


@dataclass(frozen=True)
class Orders:
    """What is ordered, and what depends on whose signature.

    Attributes:
        orders: columns `ORDERS`, a row for each lever that the plan uses and commodity, ranked by what a euro buys: the highest tier that
            it serves, then coverage there per euro, then per week. A fixed cost stands in the first row of its lever. `quantity` is what
            is sent, made, released, filled up, or given up over the horizon, `from` the first period in which it is, `sign_by` the last
            day on which it can be ordered to be there then. `serves` names the sectors that would have less without it, the highest tier
            first; `tier` is that tier, missing where nobody would; `coverage` what its claims would lose, added up over them, and
            `coverage_per_week` what they lose when it is ordered a week later.
        without: columns `WITHOUT`, a row for each claim that would have less if an authority ordered nothing; `sign_by` is the earliest
            day by which it must sign.
        instead: columns `INSTEAD`, the plan without that signature: a row for each lever of others that then brings another quantity.
        unasked: how many questions were left out because of `MOST_COLUMNS`: those about what a week costs first, then whom levers serve.
    """

    orders: pd.DataFrame
    without: pd.DataFrame
    instead: pd.DataFrame
    unasked: int = 0


class _Asking:
    """Asks what is lost with other levers, as long as what is solved again stays within `MOST_COLUMNS`."""

    def __init__(self, question: Question, tell: Callable[[int, int], None]) -> None:
        self.question, self.tell = question, tell
        self.asked, self.unasked, self.most = 0, 0, 0
        self.before = question.inquiry.resolver.columns_solved

    def without(self, changed: Mapping[str, Lever | None]) -> tuple[pd.Series, Case, Allocation] | None:
        """Return what claims lose, by name, and the case and plan with some levers changed or left out; None when no more is asked."""
        question, solved = self.question, self.question.inquiry.resolver.columns_solved - self.before
        if solved > MOST_COLUMNS:
            self.unasked += 1
            return None
        self.asked += 1
        self.tell(self.asked, max(self.asked, self.most))
        kept = [changed.get(name, lever) for name, lever in question.levers.items()]
        coverage, case, plan = question.with_levers(lever for lever in kept if lever is not None)
        base = question.outcome.coverage
        loss = base - coverage.reindex(base.index).fillna(base)
        return loss[loss > NOISE], case, plan


def plan_of_orders(question: Question, tell: Callable[[int, int], None]) -> Orders:
    """Return the plan of orders; `tell` hears which of how many questions is asked."""
    used = totals(question.case, question.allocation)
    names, levers, tiers = sorted(used["lever"].unique()), question.levers, question.tiers
    signed = {authority: _signed_by(levers, authority) for authority in sorted({levers[name].authority for name in names})}
    asking = _Asking(question, tell)
    asking.most = 2 * len(names) + sum(len(own) > 1 for own in signed.values())  # the only lever of an authority is asked about once
    unsigned = {authority: found for authority, own in signed.items() if (found := asking.without(own)) is not None}
    alone: dict[str, pd.Series] = {}
    for name in names:
        authority = levers[name].authority
        found = unsigned.get(authority) if len(signed[authority]) == 1 else asking.without({name: None})
        if found is not None:
            alone[name] = found[0]
    rows = []
    for name in names:
        lever, loss = levers[name], alone.get(name, pd.Series(dtype="float64"))
        found = asking.without({name: lever.model_copy(update={"effect_days": lever.effect_days + WEEK})}) if len(loss) else None
        rows.append(_served(name, lever, loss, found[0] if found else loss.iloc[:0], tiers))
    served = pd.DataFrame(rows, columns=["lever", "authority", "serves", "tier", "coverage", "coverage_per_week"])
    orders = _ranked(question, used, served)
    days = orders.groupby("authority")["sign_by"].min()
    without = [_without(days, authority, loss, question.outcome.coverage, tiers) for authority, (loss, _, _) in unsigned.items()]
    instead = [_instead(question, days, authority, used, totals(case, plan)) for authority, (_, case, plan) in unsigned.items()]
    return Orders(orders, _joined(without, WITHOUT), _joined(instead, INSTEAD), asking.unasked)


def _joined(parts: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.concat([*(part for part in parts if len(part)), pd.DataFrame(columns=list(columns))], ignore_index=True)[list(columns)]


def _instead(question: Question, days: pd.Series, authority: str, used: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the levers of other authorities that bring more or less where one signs nothing, and what they then cost."""
    keys = ["lever", "commodity"]
    both = used.merge(other, on=keys, how="outer", suffixes=("", "_without"))
    figures = ["quantity", "quantity_without", "cost_eur", "cost_eur_without"]
    both[figures] = both[figures].astype("float64").fillna(0.0)
    theirs = both["lever"].map({name: lever.authority for name, lever in question.levers.items()}) != authority
    moved = (both["quantity_without"] - both["quantity"]).abs() > NOISE * both[["quantity", "quantity_without"]].max(axis=1)
    both = both[theirs & moved].sort_values(keys)
    for figure in figures:
        both[figure] = significant(both[figure].to_numpy(dtype=np.float64))
    unit = both["commodity"].map(question.case.commodities.set_index("commodity")["unit"])
    return both.assign(authority=authority, sign_by=days[authority], unit=unit)


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
    table = used.rename(columns={"first": "from"}).merge(served, on="lever")
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


def _without(days: pd.Series, authority: str, loss: pd.Series, base: pd.Series, tiers: pd.Series) -> pd.DataFrame:
    """Return who would have less, and how much, if an authority ordered nothing; the highest tier and the largest loss first."""
    names = loss.index.to_series()
    parts = names.str.split("/", expand=True).reindex(columns=[0, 1, 2])
    table = pd.DataFrame(
        {
            "authority": authority,
            "sign_by": days[authority],
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
def totals(case: Case, allocation: Allocation) -> pd.DataFrame:
    """Return lever, commodity, quantity, cost_eur and `first` period of what levers do; a fixed cost stands in its lever's first row."""
    used = _used(case, allocation).groupby(["lever", "commodity"], as_index=False)
    table = used.agg(quantity=("quantity", "sum"), cost_eur=("cost_eur", "sum"), first=("period", "min"))
    fixed = table["lever"].map(case.activations.set_index("lever")["fixed_eur"]).astype("float64").fillna(0.0)
    table["cost_eur"] += fixed.where(~table["lever"].duplicated(), 0.0)
    return table


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
