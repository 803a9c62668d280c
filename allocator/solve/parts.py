"""A problem falls into connected parts, which are solved apart.

Adding entries that are common to both sides never changes a leximin comparison, so on a product of feasible sets each factor's optimum is
the optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocator.solve.face import Face
from allocator.solve.linear import FloatArray
from allocator.solve.names import name_costs
from allocator.solve.sharing import guard_of
from allocator.solve.solution import Solution
from allocator.solve.table import Table
from allocator_models import Instance, MatrixForm
from allocator_models.kept import Kept, Read, same

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
#: Kinds of rows that couple what nothing else does; they are left out at first.
COUPLING = ("budget", "together")
#: By how much a row that was left out may be exceeded, in its own scale.
KEPT = 1e-9


@dataclass(frozen=True)
class Component:
    """Columns and rows that share no row with the rest, and where each cell's measures stand among the columns.

    Attributes:
        columns, rows: positions among the columns and rows of the whole problem.
        face: the bounds before any stage.
        cells: one row a cell: how its claim's tier shares (`Instance.claims`), horizon, demand, guarantee, guarantee_first, the column of
            its shortfall and that of its allocation.
        missed: claims levelled over the horizon: how their tier shares, and column.
        harmed: pieces of shortages: tier, step, column and harm in shares of the yardstick.
        restrained: cells that may give up demand: tier, horizon and column.
        draws: rank, commodity, whether before the market, and column.
        dispatched: commodity, column and share of the yardstick per unit.
        goals: objective coefficients by goal.
        names: pseudo-random cost of every column, by attempt.
        ranks: of tiers and of means that it has, in order.
        integer: which columns are whole numbers. Where some part has any, cells, misses and restraints have `size`, what they ask for in
            shares of the yardstick, their node counted by probability.
        operating: which of them are 1 where nothing speaks for 0: plants. All others are as few as can be.
        curve: share and harm of the pieces of what a level misses, by which whole numbers are chosen.
        guards: rows that keep a claim from being worse off than without sharing.
    """

    columns: IntArray
    rows: IntArray
    face: Face
    cells: Table
    missed: Table
    harmed: Table
    restrained: Table
    draws: Table
    dispatched: Table
    goals: dict[str, FloatArray]
    names: Callable[[int], FloatArray]
    ranks: tuple[int, ...]
    integer: BoolArray
    operating: BoolArray
    curve: tuple[tuple[float, float], ...] = ()
    guards: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


class Partition:
    """A problem and its connected parts, in the order of their first columns; what serves no claim is one part.

    Parts are cut out of the whole when asked for. Rows that couple everything, a budget and a number of levers, are left out unless the
    partition is `coupled`: a plan that keeps them anyway is the answer.
    """

    def __init__(self, form: MatrixForm, instance: Instance, kept: Kept | None = None, *, coupled: bool = False) -> None:
        """Divide a problem; with `kept`, as far as it is not divided as before."""
        kept = kept or Kept()
        self.form, self._instance = form, instance
        self.guard = guard_of(form, instance)
        left_out = [np.arange(block.slice.start, block.slice.stop) for name, block in form.rows.items() if name in COUPLING and not coupled]
        self._left_out = np.concatenate([*left_out, np.zeros(0, dtype=np.int64)]).astype(np.int64)
        self._curve = tuple(instance.closing[["share", "harm"]].itertuples(index=False, name=None))
        indices, starts = (kept.same(f"matrix {name}", getattr(form.matrix, name)) for name in ("indices", "indptr"))
        self._parts = parts = kept.step(
            "parts", _Parts, indices, starts, form.matrix.shape, form.variables["shortfall"].slice, self._left_out
        )
        self._matrix = kept.step("matrix by part", lambda matrix, divided: matrix[np.concatenate(divided.rows)], form.matrix, parts)
        self._measured, self._first_measured = kept.step("measures by part", _measures_by_part, Read(form), Read(instance), parts)
        self._operating = np.zeros(form.matrix.shape[1], dtype=np.bool_)
        self._operating[form.variables["operate"].slice] = True
        self._names: Callable[[int], FloatArray] = lambda attempt: kept.step(
            f"names {attempt}", name_costs, Read(form), Read(instance), attempt
        )
        self.ranks = tuple(sorted({int(rank) for rank in (*instance.tiers["tier"], *self._measured["draw"]["rank"])}))

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self._parts.columns)

    def __iter__(self) -> Iterator[Component]:
        """Yield all parts."""
        return (self.part(number) for number in range(len(self)))

    def moved(self, form: MatrixForm) -> Partition:
        """Return the same partition with other bounds and right-hand sides."""
        partition = copy(self)
        partition.form = form
        return partition

    def keeps(self, x: FloatArray) -> bool:
        """Return whether a plan keeps the rows that were left out."""
        rows = self._left_out
        return bool((self.form.matrix[rows] @ x <= self.form.row_upper[rows] + KEPT).all())

    def coupled(self) -> Partition:
        """Return the parts that there are with no row left out."""
        partition = Partition(self.form, self._instance, coupled=True)
        partition.guard = self.guard
        return partition

    def alone(self) -> Partition:
        """Return the problem without sharing, which has no guard."""
        assert self.guard is not None  # noqa: S101 - the caller saw that there is one
        partition = self.moved(self.guard.alone(self.form))
        partition.guard = None
        return partition

    def no_worse(self, alone: Solution) -> Partition:
        """Return the problem in which nobody may be worse off than in the answer to the one without sharing."""
        assert self.guard is not None  # noqa: S101 - the caller saw that there is one
        return self.moved(self.guard.no_worse(self.form, alone))

    def wider(self, rows: IntArray, amount: FloatArray) -> Partition:
        """Return the problem in which claims, by their rows of the guard, may be short of so much more than alone."""
        partition = copy(self)
        partition.guard = self.guard and self.guard.wider(rows, amount)
        return partition

    def alike(self, columns: IntArray) -> BoolArray:
        """Return which columns are in the same parts as some columns."""
        part = self._parts.of_column
        chosen: BoolArray = np.isin(part, part[columns])
        return chosen

    def columns(self, number: int) -> IntArray:
        """Return the positions of a part's columns."""
        return self._parts.columns[number]

    def places(self, columns: IntArray) -> tuple[IntArray, IntArray]:
        """Return the part that some columns are in, and where they stand among its columns."""
        return self._parts.of_column[columns], self._parts.place[columns]

    def part(self, number: int) -> Component:
        """Return a part."""
        form, columns, rows = self.form, self._parts.columns[number], self._parts.rows[number]
        own = {name: table.where(slice(*self._first_measured[name][number : number + 2])) for name, table in self._measured.items()}
        return Component(
            columns,
            rows,
            Face(
                self._block(number),
                form.row_lower[rows].copy(),
                form.row_upper[rows].copy(),
                form.column_lower[columns].copy(),
                form.column_upper[columns].copy(),
            ),
            own["shortfall"],
            own["missed"],
            own["harmed"],
            own["restrained"],
            own["draw"],
            own["dispatch"],
            {name: goal[columns] for name, goal in form.goals.items()},
            lambda attempt: self._names(attempt)[columns],
            tuple(sorted({*own["shortfall"]["tier"].tolist(), *own["draw"]["rank"].tolist()})),
            form.integrality[columns],
            self._operating[columns],
            self._curve,
            self._guards(rows),
        )

    def _guards(self, rows: IntArray) -> IntArray:
        """Return which rows of a part are the guard's."""
        return rows[:0] if self.guard is None else np.flatnonzero(np.isin(rows, np.arange(len(self._parts.of_row))[self.guard.worse_off]))

    def _block(self, number: int) -> sp.csr_array:
        """Return the matrix of a part: its rows stand together in `_matrix`, and hold no columns but its own."""
        first, last = self._parts.first_row[number : number + 2]
        start = self._matrix.indptr[first : last + 1]
        entries = slice(start[0], start[-1])
        columns = self._parts.place[self._matrix.indices[entries]].astype(np.int32)
        return sp.csr_array(
            (self._matrix.data[entries].copy(), columns, start - start[0]), shape=(last - first, len(self._parts.columns[number]))
        )

    def changed_since(self, other: Partition) -> IntArray | None:
        """Return which parts have other numbers than in `other`; None when the two differ in more than numbers."""
        form, before = self.form, other.form
        alike = (
            self.ranks == other.ranks
            and np.array_equal(self._left_out, other._left_out)
            and form.matrix.shape == before.matrix.shape
            and same(form.matrix.indptr, before.matrix.indptr)
            and same(form.matrix.indices, before.matrix.indices)
            and same(self._names(0), other._names(0))
        )
        if not alike:
            return None
        parts = self._parts
        columns = [(form.column_lower, before.column_lower), (form.column_upper, before.column_upper)]
        columns += [(form.goals[name], before.goals[name]) for name in form.goals]
        rows = [(form.row_lower, before.row_lower), (form.row_upper, before.row_upper)]
        changed = [parts.of_column[one != two] for one, two in columns if one is not two]
        changed += [parts.of_row[one != two] for one, two in rows if one is not two]
        if form.matrix is not before.matrix:
            changed.append(np.repeat(parts.of_row, np.diff(form.matrix.indptr))[form.matrix.data != before.matrix.data])
        for name, table in self._measured.items():
            if table is not other._measured[name]:
                before_of = other._measured[name].columns
                for column, now in table.columns.items():
                    if now.dtype.kind in "biuf":
                        changed.append(parts.of_column[table["position"][now != before_of[column]]])
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *changed]))


class _Parts:
    """Which columns and rows stand in which part.

    Attributes:
        of_row, of_column: the part of each; -1 of a row without a column.
        columns, rows: positions by part; `place` is where each column stands among its part's, `first_row` where a part's rows begin when
            all stand part by part.
    """

    def __init__(self, indices: IntArray, starts: IntArray, shape: tuple[int, int], claimed: slice, left_out: IntArray) -> None:
        matrix = sp.csr_array((np.ones(len(indices)), indices, starts), shape=shape)
        self.of_row, self.of_column = _labels(matrix, claimed, left_out)
        count = int(self.of_column.max(initial=-1)) + 1
        self.columns, self.rows = _members(self.of_column, count), _members(self.of_row, count)
        self.place = np.empty(shape[1], dtype=np.int64)
        for columns in self.columns:
            self.place[columns] = np.arange(len(columns))
        self.first_row = _starts(self.rows)


def _labels(matrix: sp.csr_array, shortfalls: slice, left_out: IntArray) -> tuple[IntArray, IntArray]:
    """Return the number of the part of every row and column; what serves no claim shares one.

    Rows without a column have none, -1, nor have those that are left out.
    """
    height = matrix.shape[0]
    if len(left_out):
        linked = np.ones(height)
        linked[left_out] = 0.0
        matrix = sp.csr_array(sp.diags_array(linked) @ matrix)
        matrix.eliminate_zeros()
    graph = sp.block_array([[None, matrix], [matrix.T, None]], format="csr")
    _, labels = connected_components(graph, directed=False)
    claimed = np.zeros(int(labels.max(initial=-1)) + 1, dtype=bool)
    claimed[labels[height:][shortfalls]] = True
    labels = np.where(claimed[labels], labels, len(claimed))
    known, columns = np.unique(labels[height:], return_inverse=True)
    _, first = np.unique(columns, return_index=True)
    order = np.empty(len(known), dtype=np.int64)
    order[np.argsort(first)] = np.arange(len(known))
    number = np.full(len(claimed) + 1, -1, dtype=np.int64)
    number[known] = order
    row_part = number[labels[:height]]
    row_part[left_out] = -1
    return row_part, number[labels[height:]]


def _members(part: IntArray, count: int) -> list[IntArray]:
    """Return the positions of each of `count` parts, in order."""
    order = np.argsort(part, kind="stable")
    return np.split(order, np.searchsorted(part[order], np.arange(count + 1)))[1:-1]


def _starts(members: list[IntArray]) -> IntArray:
    """Return where each part begins when all stand one after the other, and where the last one ends."""
    return np.concatenate([[0], np.cumsum([len(own) for own in members])]).astype(np.int64)


def _measures_by_part(form: MatrixForm, instance: Instance, parts: _Parts) -> tuple[dict[str, Table], dict[str, IntArray]]:
    """Return the tables of what is measured part by part, with places in the part, and where each part begins in them."""
    measured, first = {}, {}
    for name, table in _measures(form, instance).items():
        table = table.assign(column=parts.place[table["position"].to_numpy()])
        members = _members(parts.of_column[table["position"]], len(parts.columns))
        measured[name], first[name] = Table.of(table.iloc[np.concatenate(members)]), _starts(members)
    measured["shortfall"] = measured["shortfall"].assign(allocate=parts.place[measured["shortfall"]["allocate"]])
    return measured, first


def _measures(form: MatrixForm, instance: Instance) -> dict[str, pd.DataFrame]:
    """Return the tables of what is measured: shortfalls with their cells, misses over the horizon, harm, restraint, draws, dispatch."""
    shares = instance.standings
    levelled = (shares["over"] != "period") & shares["node"].map(instance.nodes["horizon"])
    measured = {"dispatch": _measured(form, instance, "dispatch")}
    measured |= {name: _measured(form, instance, name, shares) for name in ("shortfall", "harmed", "restrained")}
    measured["missed"] = _measured(form, instance, "missed", shares[levelled].drop(columns="node").drop_duplicates("claim"))
    measured["shortfall"]["before"] = 0.0
    measured["missed"] = _with_earlier_rounds(measured["missed"], measured["shortfall"], instance)
    allocated = _measured(form, instance, "allocate")[["claim", "node", "position"]].rename(columns={"position": "allocate"})
    measured["shortfall"] = (
        measured["shortfall"].merge(instance.cells.drop(columns="tier"), on=["claim", "node"]).merge(allocated, on=["claim", "node"])
    )
    measured["harmed"] = _weighed(measured["harmed"].merge(instance.harms, on=["claim", "node", "piece"]), instance, "claim", "harm")
    drawn_first = instance.reserves.loc[instance.reserves["first"], "commodity"]
    dispatched = _weighed(measured["dispatch"].assign(unit=1.0), instance, "line", "unit")
    measured["dispatch"] = dispatched[dispatched["commodity"].isin(drawn_first)].reset_index(drop=True)
    if form.integrality.any():
        _add_sizes(measured, instance)
    draws = [_measured(form, instance, name).assign(first=name == "first_draw") for name in ("draw", "first_draw")]
    measured["draw"] = pd.concat(draws, ignore_index=True)
    return measured


def _add_sizes(measured: dict[str, pd.DataFrame], instance: Instance) -> None:
    """Add `size` to cells, restraints and misses: demand in shares of the yardstick, of a claim's miss over all nodes of the horizon."""
    cells = measured["shortfall"].assign(unit=1.0)
    cells = _weighed(cells, instance, "claim", "unit")
    cells["size"] = cells["weight"] * cells["demand"]
    measured["shortfall"] = cells.drop(columns=["unit", "commodity", "weight"])
    measured["restrained"] = measured["restrained"].merge(cells[["claim", "node", "size"]], on=["claim", "node"])
    total = cells.loc[cells["horizon"]].groupby("claim")["size"].sum()
    measured["missed"] = measured["missed"].assign(size=measured["missed"]["claim"].map(total))


def _measured(form: MatrixForm, instance: Instance, variable: str, shares: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the index of a variable with the position of its columns, how its claims' tiers share, and whether its nodes are reported."""
    block = form.variables[variable]
    table = block.index.assign(position=np.arange(block.start, block.start + len(block.index)))
    if shares is not None:
        table = table.merge(shares, on=[column for column in ("claim", "node") if column in table])
    if "node" in table:
        table = table.assign(horizon=table["node"].map(instance.nodes["horizon"]).astype(bool))
    return table


def _with_earlier_rounds(missed: pd.DataFrame, shortfalls: pd.DataFrame, instance: Instance) -> pd.DataFrame:
    """Add `demand`, that of all rounds in shares of this one's, and `before`, the share of it that earlier rounds missed."""
    cells = shortfalls[shortfalls["horizon"]].merge(instance.cells[["claim", "node", "demand"]], on=["claim", "node"])
    asked = (cells["demand"] * cells["node"].map(instance.nodes["probability"])).groupby(cells["claim"]).sum()
    counted = missed["over"] == "cumulative"
    past = {name: missed["claim"].map(instance.claims[name]).where(counted, 0.0) for name in ("past_demand", "past_shortfall")}
    now = missed["claim"].map(asked)
    all_rounds = now + past["past_demand"]
    return missed.assign(demand=all_rounds / now, before=past["past_shortfall"] / all_rounds)


def _weighed(table: pd.DataFrame, instance: Instance, owner: str, per_unit: str) -> pd.DataFrame:
    """Add `weight`, what a unit counts when its nodes count by probability and its amounts in shares of the yardstick."""
    owners = instance.claims if owner == "claim" else instance.lines
    commodity = table[owner].map(owners["commodity"])
    counted = table[per_unit] * table["node"].map(instance.nodes["probability"]) / commodity.map(instance.commodities["yardstick"])
    return table.assign(commodity=commodity, weight=counted.astype("float64"))
