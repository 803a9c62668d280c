"""The answer in the users' own units and names: tidy tables, rounded so that every row adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case import Case
from allocator.rounding import exponent_of, from_steps, significant, to_steps
from allocator_models.instance import Instance

FloatArray = npt.NDArray[np.float64]

#: What the solver leaves of a figure that is zero, in scaled units (near 1).
NOISE = 1e-9
#: Small flows are differences of large ones: they carry no more than this many digits beyond the nine of their commodity's yardstick.
FINER = 2

ALLOCATION = (
    *("branch", "period", "region", "sector", "commodity", "unit", "tier"),
    *("demand", "restrained", "allocated", "shortfall", "coverage"),
)
RESERVES = (
    *("branch", "period", "reserve", "owner", "region", "commodity", "unit"),
    *("opening", "released", "refilled", "lost", "closing", "days_of_cover"),
)
SUPPLY = ("branch", "period", "region", "commodity", "unit", "channel", "origin", "quantity")
CHANNELS = ("market", "pipeline", "reserve", "process", "transfer", "inventory", "surplus", "sale")
#: Channels by which goods leave the balance.
LEAVING = ("surplus", "sale")

#: Index columns by name of the tables that hold the plan itself; each also has branch, period, horizon and its figures.
PLAN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "claims": (("region", "sector", "commodity"), ("demand", "restrained", "allocated", "shortfall")),
    "blocks": (("region", "sector", "commodity", "block"), ("restrained",)),
    "dispatches": (("line",), ("quantity",)),
    "runs": (("process",), ("runs",)),
    "transfers": (("lane",), ("quantity",)),
    "stocks": (("reserve",), ("released", "refilled", "stock")),
    "inventories": (("region", "commodity"), ("stock",)),
    "surplus": (("region", "commodity"), ("quantity",)),
    "sales": (("region", "commodity", "buyer"), ("quantity",)),
}


class Plan(Protocol):
    """What a solver hands over: by variable, index columns with the instance's codes and `value` in internal units."""

    @property
    def values(self) -> Mapping[str, pd.DataFrame]:
        """One frame per variable."""
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
    """

    allocation: pd.DataFrame
    reserves: pd.DataFrame
    supply: pd.DataFrame
    plan: Mapping[str, pd.DataFrame]


def decode(case: Case, instance: Instance, plan: Plan) -> Allocation:
    """Return the allocation that a plan of `instance`, compiled from `case`, stands for."""
    decided = _Decoder(case, instance, plan.values).tables()
    return Allocation(
        allocation=_allocation(case, decided["claims"]),
        reserves=_reserves(case, decided["stocks"], decided["claims"]),
        supply=_supply(case, decided),
        plan=decided,
    )


class _Decoder:
    """Codes back to names, internal units back to natural ones."""

    def __init__(self, case: Case, instance: Instance, values: Mapping[str, pd.DataFrame]) -> None:
        self.case, self.instance, self.values = case, instance, values
        self.scale = instance.commodities["scale"].to_numpy(dtype=np.float64)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of `PLAN`."""
        at = self.instance
        claim_good = at.claims["commodity"].to_numpy()
        claims = self._claims(claim_good)
        stocks = self._natural("release", "reserve", at.reserves["commodity"].to_numpy(), "released")
        held = self._natural("stock", "reserve", at.reserves["commodity"].to_numpy(), "stock")
        filled = self._natural("refill", "reserve", at.reserves["commodity"].to_numpy(), "refilled")
        runs = self._value("run", self.instance.processes["scale"].to_numpy(dtype=np.float64)[self._codes("run", "process")])
        tables = {
            "claims": claims,
            "blocks": self._natural("restrain", "claim", claim_good, "restrained"),
            "dispatches": self._natural("dispatch", "line", at.lines["commodity"].to_numpy(), "quantity"),
            "runs": self.values["run"][["process", "node"]].assign(runs=runs),
            "transfers": self._natural("transfer", "lane", at.lanes["commodity"].to_numpy(), "quantity"),
            "stocks": stocks.merge(held, on=["reserve", "node"])
            .merge(filled, on=["reserve", "node"], how="left")
            .fillna({"refilled": 0.0}),
            "inventories": self._natural("inventory", "commodity", np.arange(len(self.scale)), "stock"),
            "surplus": self._natural("surplus", "commodity", np.arange(len(self.scale)), "quantity"),
            "sales": self._natural("sell", "commodity", np.arange(len(self.scale)), "quantity"),
        }
        return {name: self._named(name, table) for name, table in tables.items()}

    def _codes(self, variable: str, column: str) -> npt.NDArray[np.int64]:
        return self.values[variable][column].to_numpy(dtype=np.int64)

    def _value(self, variable: str, scale: FloatArray) -> FloatArray:
        value = self.values[variable]["value"].to_numpy(dtype=np.float64)
        return np.where(np.abs(value) < NOISE, 0.0, value) * scale

    def _natural(self, variable: str, member: str, good_of_member: npt.NDArray[np.int64], figure: str) -> pd.DataFrame:
        scale = self.scale[good_of_member[self._codes(variable, member)]]
        return self.values[variable].drop(columns="value").assign(**{figure: self._value(variable, scale)})

    def _claims(self, claim_good: npt.NDArray[np.int64]) -> pd.DataFrame:
        """Demand from the instance; what is short or given up from the plan; a share within the noise of its demand is nothing."""
        cells = self.instance.cells[["claim", "node", "demand"]].copy()
        cells["demand"] *= self.scale[claim_good[cells["claim"]]]
        given_up = (
            self._natural("restrain", "claim", claim_good, "restrained").groupby(["claim", "node"], as_index=False)["restrained"].sum()
        )
        cells = cells.merge(given_up, on=["claim", "node"], how="left")
        cells = cells.merge(self._natural("shortfall", "claim", claim_good, "shortfall"), on=["claim", "node"], how="left")
        cells = cells.merge(self._natural("allocate", "claim", claim_good, "allocated"), on=["claim", "node"], how="left").fillna(0.0)
        for figure in ("restrained", "allocated", "shortfall"):
            cells[figure] = cells[figure].where(cells[figure] > NOISE * cells["demand"], 0.0)
        return cells

    def _named(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        index, figures = PLAN[name]
        nodes = self.instance.nodes
        node = table["node"].to_numpy(dtype=np.int64)
        named = {column: nodes[column].to_numpy()[node] for column in ("branch", "period", "horizon")}
        members = {
            "line": "lines",
            "process": "processes",
            "lane": "lanes",
            "reserve": "reserves",
            "region": "regions",
            "commodity": "commodities",
        }
        claims = self.instance.claims
        for column in index:
            if column in ("block", "buyer"):
                named[column] = table[column].to_numpy()
            elif "claim" in table:
                source = claims[column].to_numpy()[table["claim"]]
                named[column] = source if column == "sector" else self._names(members[column], source)
            else:
                named[column] = self._names(members[column], table[column].to_numpy(dtype=np.int64))
        named |= {figure: table[figure].to_numpy(dtype=np.float64) for figure in figures}
        columns = ["branch", "period", *index, "horizon", *figures]
        return pd.DataFrame(named)[columns].sort_values(["branch", "period", *index], ignore_index=True)

    def _names(self, table: str, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        members: pd.DataFrame = getattr(self.instance, table)
        names: npt.NDArray[np.object_] = members["name"].to_numpy(dtype=object)[codes]
        return names


def _units(case: Case, table: pd.DataFrame) -> pd.Series:
    return table["commodity"].map(case.commodities.set_index("commodity")["unit"])


def _reported(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["horizon"].astype(bool)].reset_index(drop=True)


def _allocation(case: Case, claims: pd.DataFrame) -> pd.DataFrame:
    """Round to steps of the demand's ninth digit; what is allocated is what the others leave."""
    table = _reported(claims).merge(
        case.cells[["region", "sector", "commodity", "period", "tier"]], on=["region", "sector", "commodity", "period"], how="left"
    )
    step = exponent_of(table["demand"].to_numpy())
    demand = to_steps(table["demand"].to_numpy(), step)
    restrained = np.minimum(to_steps(table["restrained"].to_numpy(), step), demand)
    shortfall = np.minimum(to_steps(table["shortfall"].to_numpy(), step), demand - restrained)
    for name, figure in {
        "demand": demand,
        "restrained": restrained,
        "allocated": demand - restrained - shortfall,
        "shortfall": shortfall,
    }.items():
        table[name] = from_steps(figure, step)
    table["coverage"] = significant(1.0 - shortfall / demand)
    table["unit"] = _units(case, table)
    return table[list(ALLOCATION)].sort_values(list(ALLOCATION[:5]), ignore_index=True)


def _reserves(case: Case, stocks: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    table = stocks.merge(case.reserves[["reserve", "owner", "region", "commodity", "opening", "loss_per_month"]], on="reserve")
    table = table.merge(case.releases[["reserve", "period", "loss_share"]], on=["reserve", "period"])
    table = table.sort_values(["branch", "reserve", "period"], ignore_index=True)
    step = exponent_of(table["opening"].to_numpy())
    begin = table.groupby(["branch", "reserve"]).cumcount().to_numpy() == 0
    for name, figure in _stock_steps(table, step, begin).items():
        table[name] = from_steps(figure, step)
    use = _daily_use(case, claims)
    table = table.merge(use, on=["branch", "period", "region", "commodity"], how="left")
    days = (table["closing"] / table["daily_use"]).to_numpy(dtype=np.float64)
    table["days_of_cover"] = np.where(np.isfinite(days), significant(np.where(np.isfinite(days), days, 0.0)), np.nan)
    table["unit"] = _units(case, table)
    reported: pd.DataFrame = _reported(table)[list(RESERVES)]
    return reported.sort_values(["branch", "period", "reserve"], ignore_index=True)


def _stock_steps(table: pd.DataFrame, step: npt.NDArray[np.int64], begin: npt.NDArray[np.bool_]) -> dict[str, FloatArray]:
    """Return opening, released, refilled, lost and closing stock in whole steps, so that each row adds up and rounding never piles up.

    Where nothing is ever lost, releases less refills are rounded together and stock is what they leave; elsewhere stock is rounded and loss
    takes the rest, in the periods in which there is one. In the others the release takes what rounding leaves, or the refill where there is
    one.
    """
    groups = [table["branch"], table["reserve"]]
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


def _daily_use(case: Case, claims: pd.DataFrame) -> pd.DataFrame:
    """Return what the claims of a region ask for and what its processes take undisturbed, per day."""
    keys = ["branch", "period", "region", "commodity"]
    asked = claims[[*keys, "demand"]].rename(columns={"demand": "use"})
    inputs = case.flows[case.flows["direction"] == "input"].merge(case.processes[["process", "region", "undisturbed"]], on="process")
    inputs["use"] = inputs["quantity"] * inputs["undisturbed"]
    nodes = claims[["branch", "period"]].drop_duplicates()
    taken = inputs[["region", "commodity", "use"]].merge(nodes, how="cross")
    together = pd.concat([asked, taken[[*keys, "use"]]], ignore_index=True)
    use = together.groupby(keys)["use"].sum().reset_index(name="daily_use")
    use["daily_use"] = (use["daily_use"] / case.period_days).where(use["daily_use"] > 0)
    return use


def _supply(case: Case, plan: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    keys = ["branch", "period", "region", "commodity", "channel", "origin"]
    tables = [
        _arriving(
            case, "line", plan["dispatches"].rename(columns={"line": "sender"}), case.lines.rename(columns={"line": "sender"})
        ).assign(channel="market"),
        _pipeline(case, plan["surplus"]),
        _released(case, plan["stocks"]),
        _yields(case, plan["runs"]),
        _arriving(case, "lane", plan["transfers"].rename(columns={"lane": "sender"}), case.lanes.rename(columns={"lane": "sender"})).assign(
            channel="transfer"
        ),
        _drawn(case, plan["inventories"]),
        plan["surplus"].assign(channel="surplus", origin=plan["surplus"]["region"]),
        plan["sales"].assign(channel="sale", origin=plan["sales"]["region"]),
    ]
    supply = pd.concat([table[[*keys, "quantity"]] for table in tables], ignore_index=True)
    supply = supply.groupby(keys)["quantity"].sum().reset_index()
    scale = supply["commodity"].map(case.commodities.set_index("commodity")["yardstick"])
    within = supply["period"].isin(case.periods.loc[case.periods["horizon"], "period"])
    kept = within & (supply["quantity"].abs() > NOISE * scale)
    supply, scale = supply[kept].reset_index(drop=True), scale[kept]
    quantity = supply["quantity"].to_numpy(dtype=np.float64)
    step = np.maximum(exponent_of(quantity), exponent_of(scale.to_numpy(dtype=np.float64)) - FINER)
    supply["quantity"] = from_steps(to_steps(quantity, step), step)
    supply["unit"] = _units(case, supply)
    supply["channel"] = pd.Categorical(supply["channel"], CHANNELS)
    ordered = supply[list(SUPPLY)].sort_values(["branch", "period", "region", "commodity", "channel", "origin"], ignore_index=True)
    return ordered.astype({"channel": "str"})


def _arriving(case: Case, channel: str, sent: pd.DataFrame, senders: pd.DataFrame) -> pd.DataFrame:
    """Return what arrives of what was sent from the first period on, with the region and commodity of its sender."""
    arrivals = case.arrivals[case.arrivals["channel"] == channel]
    table = arrivals.merge(sent.rename(columns={"period": "sent"})[["branch", "sent", "sender", "quantity"]], on=["sent", "sender"])
    table["quantity"] *= table["weight"]
    return table.drop(columns="channel").merge(senders[["sender", "origin", "region", "commodity"]], on="sender")


def _pipeline(case: Case, balances: pd.DataFrame) -> pd.DataFrame:
    coming = case.under_way.drop(columns="channel").merge(balances[["branch", "period"]].drop_duplicates(), on="period")
    return coming.assign(channel="pipeline")


def _released(case: Case, stocks: pd.DataFrame) -> pd.DataFrame:
    table = stocks.merge(case.reserves[["reserve", "region", "commodity"]], on="reserve")
    return table.rename(columns={"released": "quantity", "reserve": "origin"}).assign(channel="reserve")


def _yields(case: Case, runs: pd.DataFrame) -> pd.DataFrame:
    senders = case.processes[["process", "region"]].rename(columns={"process": "sender"}).assign(commodity="", origin="")
    runs = runs.rename(columns={"process": "sender", "runs": "quantity"})
    arriving = _arriving(case, "process", runs, senders).drop(columns="commodity")
    outputs = case.flows[case.flows["direction"] == "output"].rename(columns={"process": "sender", "quantity": "per_run"})
    left = case.runs.rename(columns={"process": "sender", "period": "sent"})[["sender", "sent", "yield_share"]]
    table = arriving.merge(outputs, on="sender").merge(left, on=["sender", "sent"])
    return table.assign(quantity=table["quantity"] * table["per_run"] * table["yield_share"], origin=table["sender"], channel="process")


def _drawn(case: Case, inventories: pd.DataFrame) -> pd.DataFrame:
    """Return what the carried stock (after decay; at the start the opening stock) leaves after what is kept."""
    goods = case.commodities.set_index("commodity")["loss_per_month"]
    table = inventories.merge(case.inventories[["region", "commodity", "opening"]], on=["region", "commodity"])
    table = table.sort_values(["branch", "region", "commodity", "period"], ignore_index=True)
    kept = (1.0 - table["commodity"].map(goods).astype("float64")) ** (case.period_days / 30.0)
    before = table.groupby(["branch", "region", "commodity"])["stock"].shift() * kept
    quantity = before.fillna(table["opening"]) - table["stock"]
    return table.assign(quantity=quantity, origin=table["region"], channel="inventory")
