"""What was decided, under its names: codes back to names, internal units back to natural ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator_models.instance import Instance
from allocator_models.kept import Kept, Read

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: What the solver leaves of a figure that is zero, in scaled units (near 1).
NOISE = 1e-9
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
#: What those tables are read from.
VARIABLES = (
    *("allocate", "shortfall", "restrain", "dispatch", "run", "transfer"),
    *("release", "refill", "stock", "inventory", "surplus", "sell"),
)
#: What tells cells and stocks apart.
CELL, STORE = ("claim", "node"), ("reserve", "node")
#: Tables of an instance by the column of codes that their names stand for.
MEMBERS = {
    "line": "lines",
    "process": "processes",
    "lane": "lanes",
    "reserve": "reserves",
    "region": "regions",
    "commodity": "commodities",
}


class Figures(Protocol):
    """A plan by variable: its index columns, the instance's codes, and its values in internal units, in the same order."""

    def index(self, name: str) -> pd.DataFrame:
        """Return the index columns of a variable."""
        ...

    def numbers(self, name: str) -> FloatArray:
        """Return the values of a variable."""
        ...


@dataclass(frozen=True)
class Named:
    """A table of the plan: its names, sorted, and its figures in their order."""

    names: pd.DataFrame
    figures: Mapping[str, FloatArray]

    def table(self) -> pd.DataFrame:
        """Return names and figures side by side."""
        return self.names.assign(**self.figures)


def named_plan(instance: Instance, values: Figures, kept: Kept) -> dict[str, Named]:
    """Return the tables of `PLAN`; what rests on the index of a variable alone is kept."""
    return _Naming(instance, values, kept).tables()


class _Naming:
    def __init__(self, instance: Instance, values: Figures, kept: Kept) -> None:
        self.instance, self.kept = instance, kept
        self.scale = instance.commodities["scale"].to_numpy(dtype=np.float64)
        self.index = {name: values.index(name) for name in VARIABLES}
        self.value = {name: values.numbers(name) for name in VARIABLES}

    def tables(self) -> dict[str, Named]:
        """Return the tables of `PLAN`."""
        at = self.instance
        goods = {name: getattr(at, name)["commodity"].to_numpy() for name in ("claims", "lines", "lanes", "reserves")}
        every = np.arange(len(self.scale))
        runs = at.processes["scale"].to_numpy(dtype=np.float64)[self._codes("run", "process")]
        return {
            "claims": self._claims(goods["claims"]),
            "blocks": self._named("blocks", "restrain", restrained=self._natural("restrain", "claim", goods["claims"])),
            "dispatches": self._named("dispatches", "dispatch", quantity=self._natural("dispatch", "line", goods["lines"])),
            "runs": self._named("runs", "run", runs=self._quiet("run") * runs),
            "transfers": self._named("transfers", "transfer", quantity=self._natural("transfer", "lane", goods["lanes"])),
            "stocks": self._stocks(goods["reserves"]),
            "inventories": self._named("inventories", "inventory", stock=self._natural("inventory", "commodity", every)),
            "surplus": self._named("surplus", "surplus", quantity=self._natural("surplus", "commodity", every)),
            "sales": self._named("sales", "sell", quantity=self._natural("sell", "commodity", every)),
        }

    def _codes(self, variable: str, column: str) -> IntArray:
        return self.index[variable][column].to_numpy(dtype=np.int64)

    def _quiet(self, variable: str) -> FloatArray:
        value = self.value[variable]
        return np.where(np.abs(value) < NOISE, 0.0, value)

    def _natural(self, variable: str, member: str, good_of_member: npt.NDArray[Any]) -> FloatArray:
        found: FloatArray = self._quiet(variable) * self.scale[good_of_member[self._codes(variable, member)]]
        return found

    def _named(self, name: str, variable: str, **figures: FloatArray) -> Named:
        names, order = self.kept.step(f"names of {name}", _names, name, self.index[variable], Read(self.instance))
        return Named(names, {figure: values[order] for figure, values in figures.items()})

    def _stocks(self, goods: npt.NDArray[Any]) -> Named:
        """Return what is released, refilled and held; a reserve that cannot be filled up is refilled with nothing."""
        held, filled = (
            self.kept.step(f"{other} by release", _places, self.index["release"], self.index[other], STORE) for other in ("stock", "refill")
        )
        return self._named(
            "stocks",
            "release",
            released=self._natural("release", "reserve", goods),
            refilled=_at(self._natural("refill", "reserve", goods), filled),
            stock=_at(self._natural("stock", "reserve", goods), held),
        )

    def _claims(self, goods: npt.NDArray[Any]) -> Named:
        """Demand from the instance; what is short or given up from the plan; a share within the noise of its demand is nothing."""
        cells = self.instance.cells
        names, order = self.kept.step("names of claims", _names, "claims", cells, Read(self.instance))
        demand = cells["demand"].to_numpy(dtype=np.float64) * self.scale[goods[cells["claim"]]]
        groups, blocks = self.kept.step("blocks by cell", _groups, self.index["restrain"], CELL)
        given_up = pd.Series(self._natural("restrain", "claim", goods)).groupby(groups).sum().to_numpy()
        figures = {"restrained": _at(given_up, self.kept.step("cells with blocks", _places, cells, blocks, CELL))}
        for variable, figure in (("allocate", "allocated"), ("shortfall", "shortfall")):
            place = self.kept.step(f"cells of {variable}", _places, cells, self.index[variable], CELL)
            figures[figure] = _at(self._natural(variable, "claim", goods), place)
        quiet = {figure: np.where(values > NOISE * demand, values, 0.0) for figure, values in figures.items()}
        return Named(names, {figure: values[order] for figure, values in {"demand": demand, **quiet}.items()})


def _at(values: npt.NDArray[Any], places: IntArray) -> FloatArray:
    """Return the values at places, 0 where there is no place (-1)."""
    return np.append(values, 0.0)[places]


def _places(wanted: pd.DataFrame, index: pd.DataFrame, keys: tuple[str, ...]) -> IntArray:
    """Return where the rows of one index stand in another by some keys, -1 where they do not."""
    of_index, of_wanted = (pd.MultiIndex.from_frame(table[list(keys)]) for table in (index, wanted))
    return of_index.get_indexer(of_wanted).astype(np.int64)


def _groups(index: pd.DataFrame, keys: tuple[str, ...]) -> tuple[npt.NDArray[Any], pd.DataFrame]:
    """Return the group of each row by some keys, and the keys of the groups."""
    groups = index.groupby(list(keys))
    return groups.ngroup().to_numpy(), groups.size().reset_index()[list(keys)]


def _names(name: str, index: pd.DataFrame, instance: Instance) -> tuple[pd.DataFrame, IntArray]:
    """Return branch, period, the names of an index and horizon, sorted, and the order of the rows."""
    columns = PLAN[name][0]
    node = index["node"].to_numpy(dtype=np.int64)
    named: dict[str, Any] = {column: instance.nodes[column].to_numpy()[node] for column in ("branch", "period", "horizon")}
    for column in columns:
        if column in ("block", "buyer"):
            named[column] = index[column].to_numpy()
            continue
        codes = instance.claims[column].to_numpy()[index["claim"]] if "claim" in index else index[column].to_numpy(dtype=np.int64)
        named[column] = codes if column == "sector" else getattr(instance, MEMBERS[column])["name"].to_numpy(dtype=object)[codes]
    keys = ["branch", "period", *columns]
    table = pd.DataFrame(named)[[*keys, "horizon"]].sort_values(keys)
    return table.reset_index(drop=True), table.index.to_numpy(dtype=np.int64)
