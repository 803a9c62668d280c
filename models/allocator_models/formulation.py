"""A Pyomo model whose sets, parameters and bounds are tables.

Families declare variables and rules as an analyst writes them in Pyomo. Every set is backed by a table of integer codes and every indexed
set by a *relation* between two tables, so that `allocator_models.matrix.lower` can evaluate a rule for all rows at once, and
`allocator_models.ordinary.expand` can fill the same model row by row, the ordinary way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyomo.core as pyo
from pyomo.common.dependencies import DeferredImportCallbackFinder

from allocator_models.instance import COLUMNS, Instance

IntArray = npt.NDArray[np.int64]
#: Rows and columns of the matrix, whose indices have 32 bits in the solver too.
Positions = npt.NDArray[np.int32]
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
        self.columns: tuple[IntArray, ...] = tuple(column.to_numpy(dtype=np.int64) for _, column in frame.items())

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    @cached_property
    def codes(self) -> list[tuple[int, ...]]:
        """The rows one by one, for those who need no speed."""
        return list(zip(*(column.tolist() for column in self.columns), strict=True))

    @cached_property
    def every(self) -> Positions:
        """The positions of all rows."""
        return np.arange(len(self), dtype=np.int32)

    @cached_property
    def _radix(self) -> list[int]:
        return [int(column.max(initial=0)) + 1 for column in self.columns]

    def _encode(self, columns: Sequence[IntArray]) -> IntArray:
        key = columns[0]
        for column, radix in zip(columns[1:], self._radix[1:], strict=True):
            key = key * radix + column
        return key

    @cached_property
    def _find(self) -> Callable[[IntArray], Positions]:
        """What finds the row of keys, -1 where there is none: a look-up array, or a search where it would be mostly empty."""
        keys = self._encode(self.columns)
        span = math.prod(self._radix)
        if span <= MOST_EMPTY * len(keys):
            row_of = np.full(span, -1, dtype=np.int32)
            row_of[keys] = self.every
            return lambda wanted: row_of[wanted]
        order = np.argsort(keys, kind="stable").astype(np.int32)
        in_order = keys[order]

        def search(wanted: IntArray) -> Positions:
            place = np.minimum(np.searchsorted(in_order, wanted), len(in_order) - 1)
            return np.where(in_order[place] == wanted, order[place], np.int32(-1))

        return search

    def positions(self, columns: Sequence[IntArray]) -> Positions:
        """Return the row of every index given column by column; refuse what is not there."""
        if all(given is own for given, own in zip(columns, self.columns, strict=True)):
            return self.every
        if not len(columns[0]):
            return np.zeros(0, dtype=np.int32)
        inside = all(column.min() >= 0 and column.max() < radix for column, radix in zip(columns, self._radix, strict=True))
        rows = self._find(self._encode(columns)) if inside and len(self) else np.full(1, -1, dtype=np.int32)
        if rows.min() < 0:
            raise MissingIndex(f"{self.name}: an index is not a member")
        return rows


@dataclass(frozen=True)
class Relation:
    """For row i of the set it is indexed by, the members at ``start[i]:start[i + 1]`` of each column of codes."""

    index: IndexTable
    start: IntArray
    members: tuple[IntArray, ...]


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


def at(figures: pd.Series, codes: pd.Series | IntArray) -> npt.NDArray[Any]:
    """Return the figures of the members that have these codes; the code of a member is its position.

    Raises:
        MissingIndex: a code is no member's.
    """
    rows = np.asarray(codes, dtype=np.int64)
    if len(rows) and (rows.min() < 0 or rows.max() >= len(figures)):
        raise MissingIndex(f"{figures.name}: a code is no member's")
    return figures.to_numpy()[rows]


def related_in(table: IndexTable, frame: pd.DataFrame, on: Sequence[str], to: Sequence[str]) -> Relation:
    """Return the `to` columns of the rows of `frame` by the row of `table` that their `on` columns name."""
    owner = table.positions([frame[column].to_numpy(dtype=np.int64) for column in on])
    order = np.argsort(owner, kind="stable")
    start = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(table))))).astype(np.int64)
    return Relation(table, start, tuple(frame[column].to_numpy(dtype=np.int64)[order] for column in to))


def finite_bounds(table: IndexTable, lower: pd.Series | FloatArray | float, upper: pd.Series | FloatArray | float) -> Bounds:
    """Return the bounds of the columns of a table. Raises `ValueError` where one is not finite."""
    ends = [np.broadcast_to(np.asarray(end, dtype=np.float64), len(table)) for end in (lower, upper)]
    if not all(np.isfinite(end).all() for end in ends):
        raise ValueError(f"{table.name}: every column needs finite bounds")
    return Bounds(*ends)


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
        self.integers: set[int] = set()
        self.row_rules: dict[str, RowRule] = {}
        self.goals: dict[str, dict[str, Rule]] = {}
        self.balance = Ledger()
        self.demand = Ledger()
        self.declared: list[Any] = []
        self.templates: dict[Rule, Any] = {}

    @property
    def as_built(self) -> Formulation:
        """The model whose components and rules these are."""
        return self

    def table(self, name: str, frame: pd.DataFrame | None = None) -> pyo.Set:
        """Return a set over an instance table, or over `frame`, whose columns are then all index columns."""
        if frame is None:
            frame = pd.DataFrame(getattr(self.instance, name)[list(COLUMNS[name][0])])
        index = pyo.Set(dimen=frame.shape[1], initialize=(_placeholder(frame.shape[1]),))
        self.tables[id(index)] = IndexTable(name, frame.reset_index(drop=True))
        self.declared.append(index)
        return index

    def relation(self, index: pyo.Set, frame: pd.DataFrame, on: Sequence[str], to: Sequence[str]) -> pyo.Set:
        """Return an indexed set: for each member of `index`, the `to` columns of the rows of `frame` whose `on` columns name it."""
        table = self.tables[id(index)]
        related = pyo.Set(index, dimen=len(to), initialize={_placeholder(len(table.columns)): (_placeholder(len(to)),)})
        self.relations[id(related)] = related_in(table, frame, on, to)
        self.declared.append(related)
        return related

    def parameter(self, index: pyo.Set, values: pd.Series | FloatArray) -> pyo.Param:
        """Return a parameter with one value for every member of `index`, in table order."""
        parameter = pyo.Param(index, mutable=True, within=pyo.Reals)
        self.values[id(parameter)] = np.asarray(values, dtype=np.float64)
        self.declared.append(parameter)
        return parameter

    def columns(
        self, index: pyo.Set, upper: pd.Series | FloatArray | float, lower: pd.Series | FloatArray | float = 0.0, *, integer: bool = False
    ) -> pyo.Var:
        """Return a variable over `index` with finite bounds; no Pyomo object exists until somebody asks for one."""
        table = self.tables[id(index)]
        bounds = finite_bounds(table, lower, upper)

        def at(_: pyo.ConcreteModel, *key: int) -> tuple[float, float]:
            row = int(table.positions([np.array([code]) for code in key])[0])
            return float(bounds.lower[row]), float(bounds.upper[row])

        variable = pyo.Var(index, bounds=at, dense=False, domain=pyo.Integers if integer else pyo.Reals)
        self.bounds[id(variable)] = bounds
        if integer:
            self.integers.add(id(variable))
        self.declared.append(variable)
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
