"""What enters the balances, channel by channel: which figure of the plan counts where, and the sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case import Case
from allocator.named import NOISE, FloatArray, IntArray, Named
from allocator.rounding import exponent_of, from_steps, to_steps
from allocator_models.kept import Kept, Read

SUPPLY = ("branch", "period", "region", "commodity", "unit", "channel", "origin", "quantity")
CHANNELS = ("market", "pipeline", "reserve", "process", "transfer", "inventory", "surplus", "sale")
#: Channels by which goods leave the balance.
LEAVING = ("surplus", "sale")
KEYS = ["branch", "period", "region", "commodity", "channel", "origin"]
#: Small flows are differences of large ones: they carry no more than this many digits beyond the nine of their commodity's yardstick.
FINER = 2


@dataclass(frozen=True)
class Sent:
    """Rows that a channel brings: whose figure of the plan each is, what it is multiplied by, one after the other, and its keys."""

    rows: IntArray
    factors: tuple[FloatArray, ...]
    keys: pd.DataFrame

    def quantity(self, figure: FloatArray) -> FloatArray:
        """Return the quantities of a figure of the plan."""
        found = figure[self.rows]
        for factor in self.factors:
            found = found * factor
        return found


@dataclass(frozen=True)
class Balances:
    """Where all rows add up: the group of each row; and in the order of the table the place of each group, its keys and its yardstick."""

    groups: npt.NDArray[Any]
    order: IntArray
    table: pd.DataFrame
    scale: FloatArray


def supply_table(case: Case, plan: Mapping[str, Named], kept: Kept) -> pd.DataFrame:
    """Return the table of supply (see `allocator.allocation.Allocation`)."""
    of = {name: one.names for name, one in plan.items()}
    lines = kept.step("sent by lines", _arriving, Read(case), "line", "market", of["dispatches"])
    lanes = kept.step("sent by lanes", _arriving, Read(case), "lane", "transfer", of["transfers"])
    made = kept.step("made", _yields, Read(case), of["runs"])
    before = kept.step("pipeline", _pipeline, kept.same("coming", case.under_way.drop(columns="quantity")), of["surplus"])
    freed = kept.step("freed", _released, Read(case), of["stocks"])
    stores = kept.step("stores", _Stores, Read(case), of["inventories"])
    sold = kept.step("sold", _own, of["sales"])
    over = kept.step("thrown away", _own, of["surplus"])
    parts = {
        "market": (lines.keys, lines.quantity(plan["dispatches"].figures["quantity"])),
        "pipeline": (before.keys, before.quantity(case.under_way["quantity"].to_numpy(dtype=np.float64))),
        "reserve": (freed.keys, freed.quantity(plan["stocks"].figures["released"])),
        "process": (made.keys, made.quantity(plan["runs"].figures["runs"])),
        "transfer": (lanes.keys, lanes.quantity(plan["transfers"].figures["quantity"])),
        "inventory": (stores.keys, stores.drawn(plan["inventories"].figures["stock"])),
        "surplus": (over, plan["surplus"].figures["quantity"]),
        "sale": (sold, plan["sales"].figures["quantity"]),
    }
    balances = kept.step("supply by balance", _balances, Read(case), {channel: keys for channel, (keys, _) in parts.items()})
    quantity = np.concatenate([found for _, found in parts.values()])
    total = np.bincount(balances.groups, quantity)[balances.order].astype(np.float64)
    there = np.flatnonzero(np.abs(total) > NOISE * balances.scale)
    total, scale = total[there], balances.scale[there]
    step = np.maximum(exponent_of(total), exponent_of(scale) - FINER)
    return balances.table.iloc[there].reset_index(drop=True).assign(quantity=from_steps(to_steps(total, step), step))


def _balances(case: Case, keys: Mapping[str, pd.DataFrame]) -> Balances:
    """Return where rows of all channels add up; groups after the horizon are left out."""
    together = pd.concat([table.assign(channel=channel)[KEYS] for channel, table in keys.items()], ignore_index=True)
    groups = together.groupby(KEYS)
    table = groups.size().reset_index()[KEYS]
    goods = case.commodities.set_index("commodity")
    table = table.assign(unit=table["commodity"].map(goods["unit"]), channel=pd.Categorical(table["channel"], CHANNELS))
    table = table[table["period"].isin(case.periods.loc[case.periods["horizon"], "period"])].sort_values(KEYS)
    scale = table["commodity"].map(goods["yardstick"]).to_numpy(dtype=np.float64)
    order = table.index.to_numpy(dtype=np.int64)
    named = table.astype({"channel": "str"})[list(SUPPLY[:-1])].reset_index(drop=True)
    return Balances(groups.ngroup().to_numpy(), order, named, scale)


def _arriving(case: Case, channel: str, name: str, sent: pd.DataFrame) -> Sent:
    """Return what arrives of what was sent from the first period on, with the region and commodity of its sender."""
    del name
    senders = case.lines if channel == "line" else case.lanes
    table = _arrivals(case, channel, sent).merge(senders.rename(columns={channel: "sender"})[["sender", "origin", "region", "commodity"]])
    return _sent(table, table["weight"])


def _arrivals(case: Case, channel: str, sent: pd.DataFrame) -> pd.DataFrame:
    """Return sender, sent, period, weight, branch and the row of what was sent, of all arrivals of a channel."""
    arrivals = case.arrivals.loc[case.arrivals["channel"] == channel, ["sender", "sent", "period", "weight"]]
    own = sent[["branch", "period", channel]].rename(columns={"period": "sent", channel: "sender"})
    return arrivals.merge(own.assign(row=np.arange(len(own))), on=["sent", "sender"])


def _yields(case: Case, runs: pd.DataFrame) -> Sent:
    outputs = case.flows[case.flows["direction"] == "output"].rename(columns={"process": "sender", "quantity": "per_run"})
    left = case.runs.rename(columns={"process": "sender", "period": "sent"})[["sender", "sent", "yield_share"]]
    regions = case.processes[["process", "region"]].rename(columns={"process": "sender"})
    table = _arrivals(case, "process", runs).merge(regions, on="sender").merge(outputs, on="sender").merge(left, on=["sender", "sent"])
    return _sent(table.assign(origin=table["sender"]), table["weight"], table["per_run"], table["yield_share"])


def _pipeline(coming: pd.DataFrame, balances: pd.DataFrame) -> Sent:
    own = coming.drop(columns="channel").assign(row=np.arange(len(coming)))
    return _sent(own.merge(balances[["branch", "period"]].drop_duplicates(), on="period"))


def _released(case: Case, stocks: pd.DataFrame) -> Sent:
    table = stocks.assign(row=np.arange(len(stocks))).merge(case.reserves[["reserve", "region", "commodity"]], on="reserve")
    return _sent(table.rename(columns={"reserve": "origin"}))


def _own(names: pd.DataFrame) -> pd.DataFrame:
    """Return the keys of what leaves a region by itself."""
    return names[["branch", "period", "region", "commodity"]].assign(origin=names["region"])


def _sent(table: pd.DataFrame, *factors: pd.Series) -> Sent:
    keys = table[["branch", "period", "region", "commodity", "origin"]]
    return Sent(table["row"].to_numpy(dtype=np.int64), tuple(factor.to_numpy(dtype=np.float64) for factor in factors), keys)


class _Stores:
    """What carried stock (after decay; at the start the opening stock) leaves after what is kept."""

    def __init__(self, case: Case, inventories: pd.DataFrame) -> None:
        loss = case.commodities.set_index("commodity")["loss_per_month"]
        table = inventories.assign(row=np.arange(len(inventories)))
        table = table.merge(case.inventories[["region", "commodity", "opening"]], on=["region", "commodity"])
        table = table.sort_values(["branch", "region", "commodity", "period"], ignore_index=True)
        self.keys = table[["branch", "period", "region", "commodity"]].assign(origin=table["region"])
        self.rows, self.opening = table["row"].to_numpy(dtype=np.int64), table["opening"].to_numpy(dtype=np.float64)
        self.kept = ((1.0 - table["commodity"].map(loss).astype("float64")) ** (case.period_days / 30.0)).to_numpy(dtype=np.float64)
        self.begins = table.groupby(["branch", "region", "commodity"]).cumcount().to_numpy() == 0

    def drawn(self, stock: FloatArray) -> FloatArray:
        """Return what is drawn from stores, negative where they grow."""
        own = stock[self.rows]
        drawn: FloatArray = np.where(self.begins, self.opening, np.roll(own, 1) * self.kept) - own
        return drawn
