"""A Pyomo model whose sets, parameters and bounds are tables.

Families declare variables and rules as an analyst writes them in Pyomo. Every set is backed by a table of integer codes and every indexed
set by a *relation* between two tables, so that `allocator_models.matrix.lower` can evaluate a rule for all rows at once, and
`allocator_models.ordinary.expand` can fill the same model row by row, the ordinary way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyomo.environ as pyo
from pyomo.common.dependencies import DeferredImportCallbackFinder

from allocator_models.instance import COLUMNS, Instance

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Rule = Callable[..., Any]
#: A look-up array may be this many times as long as the table it leads to.
MOST_EMPTY = 16

# Pyomo fetches SciPy's statistics as soon as anybody imports SciPy, six tenths of a second for what nothing here uses. Without this wish
# it still fetches them when a part of its own asks for SciPy.
DeferredImportCallbackFinder._callbacks.pop("scipy", None)


class MissingIndex(KeyError):
    """A rule or a relation refers to a member that its set does not have."""


class IndexTable:
    """Rows of integer codes that back one set; row order is the order of its columns or rows in the matrix."""

    def __init__(self, name: str, frame: pd.DataFrame) -> None:
        self.name = name
        self.frame = frame
        self.codes: IntArray = frame.to_numpy(dtype=np.int64).reshape(len(frame), frame.shape[1])
        self._radix = self.codes.max(axis=0) + 1 if len(frame) else np.ones(self.codes.shape[1], dtype=np.int64)
        self._find = self._finder(self._encode(self.codes.T))

    def _encode(self, columns: Sequence[IntArray] | IntArray) -> IntArray:
        key = np.zeros(len(columns[0]) if len(columns) else len(self.codes), dtype=np.int64)
        for column, radix in zip(columns, self._radix, strict=True):
            key = key * radix + column
        return key

    def _finder(self, keys: IntArray) -> Callable[[IntArray], IntArray]:
        """Return what finds the row of keys, -1 where there is none: by a look-up array, or by searching where it would be mostly empty."""
        span = math.prod(self._radix.tolist())
        if span <= MOST_EMPTY * len(keys):
            row_of = np.full(span, -1)
            row_of[keys] = np.arange(len(keys))
            return lambda wanted: row_of[wanted]
        order = np.argsort(keys, kind="stable")
        in_order = keys[order]

        def search(wanted: IntArray) -> IntArray:
            place = np.minimum(np.searchsorted(in_order, wanted), len(in_order) - 1)
            return np.where(in_order[place] == wanted, order[place], -1)

        return search

    def positions(self, columns: Sequence[IntArray]) -> IntArray:
        """Return the row of every index given column by column; refuse what is not there."""
        if not len(columns) or not len(columns[0]):
            return np.zeros(0, dtype=np.int64)
        inside = all(column.min() >= 0 and column.max() < radix for column, radix in zip(columns, self._radix, strict=True))
        rows = self._find(self._encode(columns)) if inside and len(self.codes) else np.full(1, -1)
        if rows.min() < 0:
            raise MissingIndex(f"{self.name}: an index is not a member")
        return rows


@dataclass(frozen=True)
class Relation:
    """For row i of the set it is indexed by, the members ``members[start[i]:start[i + 1]]``."""

    index: IndexTable
    start: IntArray
    members: IntArray


@dataclass(frozen=True)
class Bounds:
    """Lower and upper bound of every column of a variable, in table order."""

    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class RowRule:
    """One kind of row: its Pyomo rule over a set, and what it says in words."""

    index: pyo.Set
    rule: Rule
    doc: str


@dataclass
class Ledger:
    """Where families meet: each posts what it supplies and uses, and the ledger's row says that both are equal."""

    supplies: list[Rule] = field(default_factory=list)
    uses: list[Rule] = field(default_factory=list)

    def supply(self, rule: Rule) -> None:
        """Post a rule whose value enters the row on the supply side."""
        self.supplies.append(rule)

    def use(self, rule: Rule) -> None:
        """Post a rule whose value enters the row on the use side."""
        self.uses.append(rule)

    def row(self, _: pyo.ConcreteModel, *index: Any) -> Any:
        """Return the Pyomo equation at one index."""
        return _total(self.supplies, index) == _total(self.uses, index)


def _total(rules: Sequence[Rule], index: Sequence[Any]) -> Any:
    total: Any = 0.0
    for rule in rules:
        total = total + rule(*index)
    return total


def _placeholder(dimension: int) -> int | tuple[int, ...]:
    """Return the one member that a set has until `allocator_models.ordinary.expand` fills it: Pyomo asks it for its dimension."""
    return 0 if dimension == 1 else (0,) * dimension


class Formulation(pyo.ConcreteModel):  # type: ignore[misc]  # Pyomo ships no types
    """The model of one instance.

    Attributes:
        instance: the index tables.
        balance: ledger over (region, commodity, node); families post goods in and out.
        demand: ledger over (claim, node); families post how demand is met.
        goals: linear functions that stages minimise, each a list of named parts.
    """

    def __init__(self, instance: Instance) -> None:
        super().__init__(name="allocation")
        self.instance = instance
        self.tables: dict[int, IndexTable] = {}
        self.relations: dict[int, Relation] = {}
        self.values: dict[int, FloatArray] = {}
        self.bounds: dict[int, Bounds] = {}
        self.row_rules: dict[str, RowRule] = {}
        self.goals: dict[str, dict[str, Rule]] = {}
        self.balance = Ledger()
        self.demand = Ledger()

    def table(self, name: str, frame: pd.DataFrame | None = None) -> pyo.Set:
        """Return a set over an instance table, or over `frame`, whose columns are then all index columns."""
        if frame is None:
            frame = pd.DataFrame(getattr(self.instance, name)[list(COLUMNS[name][0])])
        index = pyo.Set(dimen=frame.shape[1], initialize=(_placeholder(frame.shape[1]),))
        self.tables[id(index)] = IndexTable(name, frame.reset_index(drop=True))
        return index

    def relation(self, index: pyo.Set, frame: pd.DataFrame, on: Sequence[str], to: Sequence[str]) -> pyo.Set:
        """Return an indexed set: for each member of `index`, the `to` columns of the rows of `frame` whose `on` columns name it."""
        table = self.tables[id(index)]
        owner = table.positions([frame[column].to_numpy(dtype=np.int64) for column in on])
        order = np.argsort(owner, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(table.codes))))).astype(np.int64)
        members = frame[list(to)].to_numpy(dtype=np.int64)[order].reshape(len(frame), len(to))
        related = pyo.Set(index, dimen=len(to), initialize={_placeholder(table.codes.shape[1]): (_placeholder(len(to)),)})
        self.relations[id(related)] = Relation(table, start, members)
        return related

    def parameter(self, index: pyo.Set, values: pd.Series | FloatArray) -> pyo.Param:
        """Return a parameter with one value for every member of `index`, in table order."""
        parameter = pyo.Param(index, mutable=True, within=pyo.Reals)
        self.values[id(parameter)] = np.asarray(values, dtype=np.float64)
        return parameter

    def columns(self, index: pyo.Set, upper: pd.Series | FloatArray, lower: pd.Series | FloatArray | float = 0.0) -> pyo.Var:
        """Return a continuous variable over `index` with finite bounds; no Pyomo object exists until somebody asks for one."""
        size = len(self.tables[id(index)].codes)
        bounds = Bounds(
            np.broadcast_to(np.asarray(lower, dtype=np.float64), size), np.broadcast_to(np.asarray(upper, dtype=np.float64), size)
        )
        if not (np.isfinite(bounds.lower).all() and np.isfinite(bounds.upper).all()):
            raise ValueError(f"{self.tables[id(index)].name}: every column needs finite bounds")
        table = self.tables[id(index)]

        def at(_: pyo.ConcreteModel, *key: int) -> tuple[float, float]:
            row = int(table.positions([np.array([code]) for code in key])[0])
            return float(bounds.lower[row]), float(bounds.upper[row])

        variable = pyo.Var(index, bounds=at, dense=False)
        self.bounds[id(variable)] = bounds
        return variable

    def rows(self, name: str, index: pyo.Set, rule: Rule, doc: str) -> None:
        """Add one kind of row: `rule(model, *index)` for every member of `index`; `doc` says it in words."""
        if name in self.row_rules:
            raise ValueError(f"rows '{name}' are declared twice")
        self.row_rules[name] = RowRule(index, rule, doc)

    def goal(self, name: str, part: str, rule: Rule) -> None:
        """Add a named part to a goal, a linear function that a stage minimises."""
        parts = self.goals.setdefault(name, {})
        if part in parts:
            raise ValueError(f"goal '{name}' has two parts '{part}'")
        parts[part] = rule
