"""The answer in the users' own units and names: tidy tables, rounded so that every row adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case import Case
from allocator.named import PLAN, Figures, FloatArray, Named, named_plan
from allocator.rounding import exponent_of, from_steps, significant, to_steps
from allocator.supply import CHANNELS, LEAVING, SUPPLY, supply_table
from allocator_models.instance import Instance
from allocator_models.kept import Kept, Read

__all__ = ["ALLOCATION", "CHANNELS", "LEAVING", "PLAN", "RESERVES", "SUPPLY", "Allocation", "Plan", "decode"]

ALLOCATION = (
    *("branch", "period", "region", "sector", "commodity", "unit", "tier"),
    *("demand", "restrained", "allocated", "shortfall", "coverage"),
)
RESERVES = (
    *("branch", "period", "reserve", "owner", "region", "commodity", "unit"),
    *("opening", "released", "refilled", "lost", "closing", "days_of_cover"),
)


class Plan(Protocol):
    """What a solver hands over."""

    @property
    def values(self) -> Figures:
        """By variable."""
        ...

    @property
    def alone(self) -> Plan | None:
        """The plan without sharing, where no member may be worse off than in it."""
        ...


@dataclass(frozen=True)
class Allocation:
    """Who gets what, when and from where.

    Attributes:
        allocation: columns `ALLOCATION`, one row per claim and period of the horizon with demand;
            demand = restrained + allocated + shortfall; coverage = 1 - shortfall / demand.
        reserves: columns `RESERVES`, one row per reserve and period of the horizon; closing = opening - released + refilled - lost; nothing
            decays in the first period; `days_of_cover` is the closing stock over the daily use of the commodity in the reserve's region
            (demand of the period and undisturbed process input; a month is 30 days), missing where nobody uses it there.
        supply: columns `SUPPLY`, what enters the balance of a region and commodity in a period of the horizon, by channel: ``market``
            arrivals of what lines sent since the start (origin: country), ``pipeline`` arrivals of what was under way at the start
            (origin: country, process or region), ``reserve`` releases (origin: reserve), ``process`` yields (origin: process),
            ``transfer`` arrivals from another region (origin: region), ``inventory`` drawn from commercial stock, negative where it grows,
            ``surplus`` what is thrown away and ``sale`` what is sold to buyers without a rank, positive figures that leave the balance
            (origin of these three: the region itself). Market to inventory, less surplus and sale, equals allocations, process inputs
            and transfers out. Rows with nothing are left out.
        plan: the decisions themselves, not rounded, in natural units, for every period with its `horizon` flag; columns by `PLAN`. Figures
            that the solver left within 1e-9 scaled units of zero are zero.
        alone: the answer without sharing, where the framework guards that no member is worse off than in it.
    """

    allocation: pd.DataFrame
    reserves: pd.DataFrame
    supply: pd.DataFrame
    plan: Mapping[str, pd.DataFrame]
    alone: Allocation | None = None


def decode(case: Case, instance: Instance, plan: Plan, kept: Kept | None = None) -> Allocation:
    """Return the allocation that a plan of `instance`, compiled from `case`, stands for; with `kept`, names are not put together again."""
    kept = kept or Kept()
    decided = named_plan(instance, plan.values, kept)
    return Allocation(
        allocation=_allocation(case, decided["claims"], kept),
        reserves=_reserves(case, decided["stocks"], decided["claims"], kept),
        supply=supply_table(case, decided, kept),
        plan={name: named.table() for name, named in decided.items()},
        alone=None if plan.alone is None else decode(case, instance, plan.alone),
    )


def _units(case: Case, table: pd.DataFrame) -> pd.Series:
    return table["commodity"].map(case.commodities.set_index("commodity")["unit"])


def _allocation(case: Case, claims: Named, kept: Kept) -> pd.DataFrame:
    """Round to steps of the demand's ninth digit; what is allocated is what the others leave."""
    rows, table = kept.step("reported claims", _reported_claims, Read(case), claims.names)
    figures = {name: values[rows] for name, values in claims.figures.items()}
    step = exponent_of(figures["demand"])
    demand = to_steps(figures["demand"], step)
    restrained = np.minimum(to_steps(figures["restrained"], step), demand)
    shortfall = np.minimum(to_steps(figures["shortfall"], step), demand - restrained)
    steps = {"demand": demand, "restrained": restrained, "allocated": demand - restrained - shortfall, "shortfall": shortfall}
    rounded = {name: from_steps(figure, step) for name, figure in steps.items()}
    return table.assign(**rounded, coverage=significant(1.0 - shortfall / demand))


def _reported_claims(case: Case, names: pd.DataFrame) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Return the rows of the horizon, and the columns of `ALLOCATION` before its figures."""
    claim = ["region", "sector", "commodity", "period"]
    reported = names[names["horizon"].astype(bool)]
    table = reported.reset_index(drop=True).merge(case.cells[[*claim, "tier"]], on=claim, how="left")
    return reported.index.to_numpy(dtype=np.int64), table.assign(unit=_units(case, table))[list(ALLOCATION[:7])]


def _reserves(case: Case, stocks: Named, claims: Named, kept: Kept) -> pd.DataFrame:
    demand = kept.same("demand of all", claims.figures["demand"])
    use = kept.step("daily use", _daily_use, Read(case), stocks.names, claims.names, demand)
    rows, about = kept.step("about reserves", _about_reserves, Read(case), stocks.names, use)
    table = about.assign(**{name: values[rows] for name, values in stocks.figures.items()})
    step = exponent_of(table["opening"].to_numpy())
    table = table.assign(**{name: from_steps(figure, step) for name, figure in _stock_steps(table, step).items()})
    days = (table["closing"] / table["daily_use"]).to_numpy(dtype=np.float64)
    table["days_of_cover"] = np.where(np.isfinite(days), significant(np.where(np.isfinite(days), days, 0.0)), np.nan)
    reported: pd.DataFrame = table.loc[table["horizon"].astype(bool), list(RESERVES)]
    return reported.sort_values(["branch", "period", "reserve"], ignore_index=True)


def _about_reserves(case: Case, names: pd.DataFrame, use: pd.DataFrame) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Return the rows of stocks by reserve, period after period, and what is known of them: opening, losses, daily use and unit."""
    table = names.assign(row=np.arange(len(names)))
    table = table.merge(case.reserves[["reserve", "owner", "region", "commodity", "opening", "loss_per_month"]], on="reserve")
    table = table.merge(case.releases[["reserve", "period", "loss_share"]], on=["reserve", "period"])
    table = table.sort_values(["branch", "reserve", "period"], ignore_index=True)
    table = table.merge(use, on=["branch", "period", "region", "commodity"], how="left")
    store = table.groupby(["branch", "reserve"]).ngroup()
    return table["row"].to_numpy(dtype=np.int64), table.assign(unit=_units(case, table), store=store).drop(columns="row")


def _stock_steps(table: pd.DataFrame, step: npt.NDArray[np.int64]) -> dict[str, FloatArray]:
    """Return opening, released, refilled, lost and closing stock in whole steps, so that each row adds up and rounding never piles up.

    Where nothing is ever lost, releases less refills are rounded together and stock is what they leave; elsewhere stock is rounded and loss
    takes the rest, in the periods in which there is one. In the others the release takes what rounding leaves, or the refill where there is
    one.
    """
    groups = table["store"].to_numpy()
    begin = ~table["store"].duplicated().to_numpy()
    first = to_steps(table["opening"].to_numpy(dtype=np.float64), step)
    decays, struck = (table["loss_per_month"] > 0).to_numpy(), (table["loss_share"] > 0).to_numpy()
    losing = (decays & ~begin) | struck
    ever = decays | pd.Series(struck).groupby(groups).transform("any").to_numpy()
    taken = (table["released"] - table["refilled"]).groupby(groups).cumsum()
    together = to_steps(taken.to_numpy(dtype=np.float64), step)
    closing = np.where(ever, to_steps(table["stock"].to_numpy(dtype=np.float64), step), np.maximum(first - together, 0.0))
    opening = np.where(begin, first, pd.Series(closing).groupby(groups).shift().to_numpy())
    refilled = to_steps(table["refilled"].to_numpy(dtype=np.float64), step)
    closing = np.minimum(closing, opening + refilled)
    left = opening + refilled - closing
    released = np.minimum(np.where(losing, to_steps(table["released"].to_numpy(dtype=np.float64), step), left), left)
    return {"opening": opening, "released": released, "refilled": refilled, "lost": left - released, "closing": closing}


def _daily_use(case: Case, stocks: pd.DataFrame, claims: pd.DataFrame, demand: FloatArray) -> pd.DataFrame:
    """Return what the claims of a region ask for and what its processes take undisturbed, per day, in every period that has stocks."""
    keys = ["branch", "period", "region", "commodity"]
    asked = claims[keys].assign(use=demand)
    inputs = case.flows[case.flows["direction"] == "input"].merge(case.processes[["process", "region", "undisturbed"]], on="process")
    inputs["use"] = inputs["quantity"] * inputs["undisturbed"]
    nodes = stocks[["branch", "period"]].drop_duplicates()
    taken = inputs[["region", "commodity", "use"]].merge(nodes, how="cross")
    together = pd.concat([asked, taken[[*keys, "use"]]], ignore_index=True)
    use = together.groupby(keys)["use"].sum().reset_index(name="daily_use")
    use["daily_use"] = (use["daily_use"] / case.period_days).where(use["daily_use"] > 0)
    return use
