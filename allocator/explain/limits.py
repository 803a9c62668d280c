"""Limits of a lowered problem: whose bounds and right-hand sides they are, which of them have a price, and moving them.

A limit is moved in every period of the horizon by the same amount; what was held at the start, and what a claim may be short of in all,
once. Nothing else is moved with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.solve.holding import Holding
from allocator.solve.parts import Partition
from allocator_models import Instance, MatrixForm

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
#: A limit by its kind and the codes of whose it is.
Key = tuple[str, tuple[int, ...]]
#: A step, in shares of a limit's largest figure; where that is 0, of the commodity's baseline demand per period.
SHARE = 0.01


@dataclass(frozen=True)
class Kind:
    """Where limits of a kind stand.

    Attributes:
        block: variable whose bound, or kind of row whose right-hand side it is.
        side: ``upper`` or ``lower`` bound, or ``row``.
        owner: index columns of the block that say whose it is.
        sign: of the price that says that it stops something: of reduced costs, which are negative at an upper bound, positive at a lower
            one; 0 where a dual of either sign does.
        at: where it stands: in every period of the ``horizon``, in the first one (``start``), or in the last one of all, for all periods
            up to there (``end``).
    """

    block: str
    side: str
    owner: tuple[str, ...]
    sign: int
    at: Literal["horizon", "start", "end"] = "horizon"


KINDS: Mapping[str, Kind] = {
    "cap": Kind("cap", "row", ("claim",), 0),
    "floor": Kind("stock", "lower", ("reserve",), 1),
    "guard": Kind("worse_off", "row", ("claim",), -1, "end"),
    "inventory": Kind("balance", "row", ("region", "commodity"), 0, "start"),
    "lane": Kind("transfer", "upper", ("lane",), -1),
    "line": Kind("dispatch", "upper", ("line",), -1),
    "process": Kind("run", "upper", ("process",), -1),
    "release": Kind("release", "upper", ("reserve",), -1),
    "restraint": Kind("restrain", "upper", ("claim",), -1),
    "room": Kind("inventory", "upper", ("region", "commodity"), -1),
    "stock": Kind("reserve", "row", ("reserve",), 0, "start"),
    "supply": Kind("balance", "row", ("region", "commodity"), 0),
    "working_stock": Kind("inventory", "lower", ("region", "commodity"), 1),
}
#: Kinds of limits of claims.
OF_CLAIMS = ("cap", "guard", "restraint")
#: The table of an instance that names whose limit of a kind it is; that of all others is the table of reserves.
OWNERS = {"line": "lines", "process": "processes", "lane": "lanes", **dict.fromkeys(OF_CLAIMS, "claims")}
#: Bounds that follow from the rows and are widened when something is moved, so that they stop nothing.
IMPLIED = ("surplus", "stock", "draw", "first_draw", "restrained", "change")


class Limits:
    """All limits of one problem."""

    def __init__(self, partition: Partition, instance: Instance) -> None:
        self.partition, self.instance = partition, instance
        self.form: MatrixForm = partition.form
        self._reported = instance.nodes["horizon"].to_numpy(dtype=bool)
        self._root = instance.nodes["parent"].to_numpy() < 0
        self._places = {name: self._by_owner(kind) for name, kind in KINDS.items()}

    def positions(self, key: Key) -> IntArray:
        """Return where the bounds (columns) or right-hand sides (rows) of a limit stand, those of the horizon."""
        return self._places[key[0]].get(key[1], np.zeros(0, dtype=np.int64))

    def nodes(self, key: Key) -> IntArray:
        """Return the node of each position of a limit."""
        kind = KINDS[key[0]]
        block = (self.form.rows if kind.side == "row" else self.form.variables)[kind.block]
        return block.index["node"].to_numpy(dtype=np.int64)[self.positions(key) - block.start]

    def size(self, key: Key) -> float:
        """Return the largest figure of a limit in the horizon, in scaled units; of a cap and a restraint as a share of demand.

        Of a guard it is what its claim would be short of alone.
        """
        at = self.positions(key)
        kind, codes = key
        if kind == "guard" and self.partition.guard is not None:
            return self.partition.guard.short_alone(self.form, at)
        if kind == "supply":
            return 0.0
        if kind == "inventory":
            stores = self.instance.inventories
            own = stores[(stores["region"] == codes[0]) & (stores["commodity"] == codes[1])]
            return float(own["opening"].max()) if len(own) else 0.0
        if kind == "stock":
            return float(self.instance.reserves["opening"].iloc[codes[0]])
        figures = self._figures(KINDS[kind])[at]
        if kind in ("cap", "restraint"):
            figures = figures / self.demand(key, at)
        return float(np.abs(figures).max(initial=0.0))

    def columns(self, key: Key) -> int:
        """Return how many columns the part of a limit has."""
        return int(self.partition.alike(self._touched(key)).sum())

    def _touched(self, key: Key) -> IntArray:
        """Return the columns that a limit bounds, or that its rows hold."""
        at = self.positions(key)
        return np.unique(self.form.matrix[at].indices).astype(np.int64) if KINDS[key[0]].side == "row" else at

    def step(self, key: Key) -> float:
        """Return by how much a limit is moved, in scaled units of its size."""
        size = self.size(key)
        kind, codes = key
        if kind in ("cap", "restraint"):
            return SHARE
        if kind == "guard":
            return SHARE * self._asked(key)
        if size > 0.0:
            return SHARE * size
        if kind == "process":
            outputs = self.instance.outputs[self.instance.outputs["process"] == codes[0]]
            runs = outputs["commodity"].map(self.instance.commodities["yardstick"]) / outputs["quantity"]
            return SHARE * float(runs.max()) if len(runs) else SHARE
        return SHARE * float(self.instance.commodities["yardstick"].iloc[self.commodity(key)])

    def commodity(self, key: Key) -> int:
        """Return the commodity that a limit is about; of a process its first output, -1 where it has none."""
        kind, codes = key
        if kind in ("supply", "inventory", "room", "working_stock"):
            return codes[1]
        if kind == "process":
            outputs = self.instance.outputs.loc[self.instance.outputs["process"] == codes[0], "commodity"]
            return int(outputs.min()) if len(outputs) else -1
        return int(getattr(self.instance, OWNERS.get(kind, "reserves"))["commodity"].iloc[codes[0]])

    def scale(self, key: Key) -> float:
        """Return the natural units in a scaled unit of a limit's size."""
        kind, codes = key
        if kind in ("cap", "restraint"):
            return 1.0
        if kind == "process":
            return float(self.instance.processes["scale"].iloc[codes[0]])
        return float(self.instance.commodities["scale"].iloc[self.commodity(key)])

    def name(self, key: Key) -> str:
        """Return whose limit it is: a line, process, lane, reserve or claim, or region/commodity."""
        kind, codes = key
        if len(codes) == 2:
            return f"{self.instance.regions['name'].iloc[codes[0]]}/{self.instance.commodities['name'].iloc[codes[1]]}"
        return str(getattr(self.instance, OWNERS.get(kind, "reserves"))["name"].iloc[codes[0]])

    def key(self, text: str) -> Key | None:
        """Return the limit that is written ``kind[name]``; None where there is none."""
        kind, _, name = text.rstrip("]").partition("[")
        return next((key for key in self.every(kind) if self.name(key) == name), None) if kind in KINDS else None

    def every(self, kind: str) -> Iterator[Key]:
        """Yield all limits of a kind."""
        return ((kind, owner) for owner in self._places[kind])

    def moved(self, key: Key, step: float) -> Partition:
        """Return the problem with a limit moved by `step`, in scaled units of its size; no bound passes another, and none falls below 0."""
        return self.shifted({key: np.full(len(self.positions(key)), step)})

    def shifted(self, steps: Mapping[Key, FloatArray]) -> Partition:
        """Return the problem with limits moved by one step for each of their positions."""
        form = self.form
        lower, upper = form.column_lower.copy(), form.column_upper.copy()
        row_lower, row_upper = form.row_lower.copy(), form.row_upper.copy()
        partition, total, columns = self.partition, 0.0, []
        for key, step in steps.items():
            at, kind = self.positions(key), KINDS[key[0]]
            amount = step * (self.demand(key, at) if key[0] in ("cap", "restraint") else 1.0)
            columns.append(self._touched(key))
            if kind.side == "upper":
                upper[at] = np.maximum(upper[at] + amount, lower[at])
            elif kind.side == "lower":
                lower[at] = np.clip(lower[at] + amount, 0.0, upper[at])
            elif key[0] == "guard":  # what its claim is short of alone is found anew, and this comes on top
                partition = partition.wider(at, amount)
            else:
                shift = amount * self._rhs_per_unit(key, at)
                row_lower[at] += shift
                row_upper[at] += shift
                if key[0] == "cap":
                    row_upper[at] = np.maximum(row_upper[at], 0.0)
            total += float(np.abs(amount).sum())
        touched = np.concatenate(columns)
        near = self.partition.alike(touched)
        room = total * (1.0 + float(np.abs(form.matrix[:, touched].data).max(initial=1.0)))
        for name in IMPLIED:
            block = form.variables[name].slice
            upper[block] += np.where(near[block], room, 0.0)
        return partition.moved(replace(form, column_lower=lower, column_upper=upper, row_lower=row_lower, row_upper=row_upper))

    def priced(self, holding: Holding) -> dict[Key, float]:
        """Return the limits that stop the cells of a holding, with what a step is worth there by its prices, in shares of all."""
        worth: dict[Key, float] = {}
        prices = np.zeros(len(self.form.column_upper)), np.zeros(len(self.form.row_upper))
        prices[0][holding.columns], prices[1][holding.rows] = holding.reduced_cost, holding.dual
        for name, kind in KINDS.items():
            for owner in self._owners_at(kind, holding.rows if kind.side == "row" else holding.columns):
                key = (name, owner)
                price = prices[kind.side == "row"][self.positions(key)]
                price = np.abs(price[price * kind.sign > 0.0] if kind.sign else price)
                if price.any() and name != "supply" and self._is_there(key):
                    demand = self.demand(key, self.positions(key)).mean() if name in ("cap", "restraint") else 1.0
                    worth[key] = float(price.sum()) * self.step(key) * float(demand)
        total = sum(worth.values())
        return {key: value / total for key, value in worth.items() if value > 0.0}

    def _is_there(self, key: Key) -> bool:
        """Return whether a limit is about something: a store or reserve that has nothing limits nothing, a closed line does."""
        if key[0] == "release":
            return self.size(("stock", key[1])) > 0.0
        return key[0] in OWNERS or self.size(key) > 0.0

    def _owners_at(self, kind: Kind, positions: IntArray) -> list[tuple[int, ...]]:
        """Return who owns limits of a kind at some columns or rows."""
        blocks = self.form.rows if kind.side == "row" else self.form.variables
        if kind.block not in blocks:
            return []
        block = blocks[kind.block]
        inside = positions[(positions >= block.start) & (positions < block.slice.stop)]
        owners = block.index[list(kind.owner)].to_numpy()[inside - block.start]
        return [tuple(owner) for owner in np.unique(owners, axis=0).tolist()]

    def _by_owner(self, kind: Kind) -> dict[tuple[int, ...], IntArray]:
        blocks = self.form.rows if kind.side == "row" else self.form.variables
        if kind.block not in blocks:
            return {}
        block = blocks[kind.block]
        node = block.index["node"].to_numpy()
        chosen = {"horizon": self._reported, "start": self._root, "end": np.ones_like(self._root)}[kind.at][node]
        if kind.at == "start" and kind.block == "balance":
            stores = pd.MultiIndex.from_frame(self.instance.inventories[["region", "commodity", "node"]])
            chosen &= pd.MultiIndex.from_frame(block.index[["region", "commodity", "node"]]).isin(stores)
        table = block.index.loc[chosen, list(kind.owner)]
        position = pd.Series(np.flatnonzero(chosen) + block.start)
        grouped = position.groupby([table[column].to_numpy() for column in kind.owner], sort=True)
        return {
            (owner if isinstance(owner, tuple) else (owner,)): np.asarray(own, dtype=np.int64)
            for owner, own in ((_plain(owner), own) for owner, own in grouped)
        }

    def _figures(self, kind: Kind) -> FloatArray:
        form = self.form
        return {"upper": form.column_upper, "lower": form.column_lower, "row": form.row_upper}[kind.side]

    def demand(self, key: Key, at: IntArray) -> FloatArray:
        """Return the demand in the cells of a cap or restraint, by position."""
        kind = KINDS[key[0]]
        block = (self.form.rows if kind.side == "row" else self.form.variables)[kind.block]
        index = block.index.iloc[at - block.start][["claim", "node"]]
        return self._demands.reindex(pd.MultiIndex.from_frame(index)).to_numpy(dtype=np.float64)

    def _asked(self, key: Key) -> float:
        """Return what the claim of a guard asks for on the path to a leaf, the most of all leaves."""
        guarded = self.instance.guarded
        return float(guarded.loc[guarded["claim"] == key[1][0], "bearable"].max())

    @cached_property
    def _demands(self) -> pd.Series:
        return self.instance.cells.set_index(["claim", "node"])["demand"]

    def _rhs_per_unit(self, key: Key, at: IntArray) -> FloatArray:
        """Return by how much right-hand sides change per unit of a limit."""
        kind, codes = key
        if kind == "cap":
            return np.ones(len(at))
        if kind == "stock":  # what a disruption destroys at the root is not there to be released
            releases = self.instance.releases
            own = releases[(releases["reserve"] == codes[0]) & releases["node"].map(pd.Series(self._root)).astype(bool)]
            return 1.0 - own["loss_share"].to_numpy(dtype=np.float64)
        surplus = self.form.variables["surplus"]
        balance = self.form.rows["balance"]
        return np.asarray(self.form.matrix[at, surplus.start + (at - balance.start)]).ravel()


def _plain(owner: object) -> tuple[int, ...] | int:
    return tuple(int(code) for code in owner) if isinstance(owner, tuple) else int(str(owner))
