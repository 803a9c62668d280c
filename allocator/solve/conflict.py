"""Wants that cannot all be met: by how little they must give way together, and the smallest set of limits that stands against them.

One program relaxes all wants at least cost. Where that cost is positive, the rows and bounds with a dual are infeasible together (Farkas),
and a deletion filter over wants and limits makes that set irreducible: whatever is taken out of it, the rest can hold. Both are done on
what the program can do at all, before any law but caps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocator.solve.highs import minimise
from allocator.solve.linear import FloatArray, LinearProgram
from allocator_models import Block, Instance, MatrixForm

#: Limits that are named, by the variable whose bounds or the kind of row they are: who the limit belongs to.
LIMITS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "dispatch": ("line", ("line",)),
    "run": ("process", ("process",)),
    "transfer": ("lane", ("lane",)),
    "release": ("reserve", ("reserve",)),
    "stock": ("reserve", ("reserve",)),
    "reserve": ("reserve", ("reserve",)),
    "inventory": ("inventory", ("region", "commodity")),
    "restrain": ("restraint", ("claim",)),
    "cap": ("cap", ("claim",)),
    "stay": ("stay", ("region", "commodity")),
    "worse_off": ("guard", ("claim",)),
}
#: Rows that restrict what can be done; all others only define figures.
RESTRICTING = ("balance", "demand", "reserve", "cap", "stay", "worse_off")
#: What is missing or has a dual below this, in scaled units, is nothing.
NOTHING = 1e-7
#: A relaxed limit is so many times all that is wanted.
AMPLE = 1e4

#: Whose limit: its kind and the codes of its owner.
Limit = tuple[str, tuple[int, ...]]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Contradiction:
    """Wants and limits that cannot hold together, though they can as soon as any of them is taken out.

    Attributes:
        wants: of them.
        limits: that stand against them.
        missing: want, node and by how much wants must give way in total at least, in scaled units: these, and those that share limits
            with them; over commodities the least sum is that of shares of the yardstick. Each is counted in one contradiction alone.
    """

    wants: tuple[int, ...]
    limits: tuple[Limit, ...]
    missing: pd.DataFrame


def guaranteed(form: MatrixForm, instance: Instance, claims: IntArray) -> list[Contradiction]:
    """Return what keeps the guarantees of claims, and those of all claims that share anything with them, from holding; wants are claims."""
    nodes = instance.nodes
    cells = instance.cells[(instance.cells["guarantee"] > 0) & instance.cells["node"].map(nodes["horizon"])]
    positions = _positions(form, "shortfall", cells[["claim", "node"]])
    near, _ = _touched(form, form.matrix, positions[cells["claim"].isin(claims).to_numpy()])
    chosen = np.isin(positions, near)
    cells, positions = cells[chosen], positions[chosen]
    commodity = cells["claim"].map(instance.claims["commodity"])
    wanted = (
        cells[["claim", "node"]].rename(columns={"claim": "want"}).assign(weight=1.0 / commodity.map(instance.commodities["yardstick"]))
    )
    count, size = len(cells), form.matrix.shape[1]
    short = sp.csr_array((np.ones(count), (np.arange(count), positions)), shape=(count, size))
    matrix = sp.block_array([[form.matrix, None], [short, -sp.eye_array(count)]], format="csr")
    most = ((1.0 - cells["guarantee"]) * cells["demand"]).to_numpy()
    lower, upper = np.append(form.row_lower, np.full(count, -np.inf)), np.append(form.row_upper, most)
    return _joined(_Elastic(form, matrix, lower, upper, wanted, cells["demand"].to_numpy()).contradictions())


def ordered(form: MatrixForm, instance: Instance, orders: pd.DataFrame) -> list[Contradiction]:
    """Return what keeps orders (region, commodity, node, quantity in scaled units) from being served, were nobody else served.

    Wants are numbers of a place: the position of the region times the number of commodities, plus the commodity.
    """
    place = orders[["region", "commodity", "node"]]
    rows = _positions(form, "balance", place, rows=True)
    surplus = _positions(form, "surplus", place)
    used = np.asarray(form.matrix[rows, surplus]).ravel()
    shift = np.zeros(len(form.row_lower))
    shift[rows] = used * orders["quantity"].to_numpy()
    missing = sp.csr_array((-used, (rows, np.arange(len(rows)))), shape=(len(shift), len(rows)))
    matrix = sp.csr_array(sp.hstack([form.matrix, missing], format="csr"))
    want = orders["region"] * len(instance.commodities) + orders["commodity"]
    weight = 1.0 / orders["commodity"].map(instance.commodities["yardstick"])
    wanted = pd.DataFrame({"want": want, "node": orders["node"], "weight": weight})
    limits = (form.row_lower - shift, form.row_upper - shift)
    return _joined(_Elastic(form, matrix, *limits, wanted, orders["quantity"].to_numpy()).contradictions())


def _joined(found: Iterable[Contradiction]) -> list[Contradiction]:
    """Return one contradiction for the same wants and limits in several nodes."""
    joined: dict[tuple[tuple[int, ...], tuple[Limit, ...]], list[pd.DataFrame]] = {}
    for one in found:
        joined.setdefault((one.wants, one.limits), []).append(one.missing)
    return [Contradiction(*key, pd.concat(parts, ignore_index=True)) for key, parts in sorted(joined.items())]


def _positions(form: MatrixForm, name: str, index: pd.DataFrame, rows: bool = False) -> IntArray:
    """Return where a variable's columns, or rows of a kind, stand."""
    block = (form.rows if rows else form.variables)[name]
    known = pd.MultiIndex.from_frame(block.index)
    found = known.get_indexer(pd.MultiIndex.from_frame(index[list(block.index.columns)]))
    return np.asarray(found, dtype=np.int64) + block.start


class _Elastic:
    """The whole problem with a column per want that says by how much it is missed; only the parts that hold wants are looked at."""

    def __init__(
        self,
        form: MatrixForm,
        matrix: sp.csr_array,
        row_lower: FloatArray,
        row_upper: FloatArray,
        wanted: pd.DataFrame,
        most: FloatArray,
    ) -> None:
        size, count = form.matrix.shape[1], len(wanted)
        cost = np.append(np.zeros(size), wanted["weight"].to_numpy(dtype=np.float64))
        lower, upper = np.append(form.column_lower, np.zeros(count)), np.append(form.column_upper, most)
        everything = LinearProgram(matrix, row_lower, row_upper, lower, upper, cost / cost.max(initial=1e-300))
        columns, rows = _touched(form, matrix, np.arange(size, size + count))
        self.program = _cut(everything, columns, rows)
        self.column_of = np.flatnonzero(columns >= size)
        self.wanted = wanted.reset_index(drop=True)
        self.row_limits, self.column_limits = _owners(form.rows, rows), _owners(form.variables, columns)
        self.ample = AMPLE * max(1.0, float(most.sum()))

    def contradictions(self) -> Iterator[Contradiction]:
        """Yield those of each connected part of what has a dual; in a part no want is in two of them."""
        optimum = minimise(self.program)
        missing = optimum.x[self.column_of]
        if missing.max(initial=0.0) <= NOTHING:
            return
        binding = np.flatnonzero(np.abs(optimum.dual) > NOTHING)
        bound = np.abs(optimum.reduced_cost) > NOTHING
        for rows in _connected(self.program.matrix, binding):
            columns = np.flatnonzero(np.diff(sp.csc_array(self.program.matrix[rows]).indptr) > 0)
            of_rows = [self.row_limits[row] for row in rows]
            of_columns = [self.column_limits[column] for column in columns if bound[column]]
            limits = tuple(sorted({limit for limit in (*of_rows, *of_columns) if limit is not None}, key=_last_of_all_caps))
            mine = np.isin(self.column_of, columns)
            lacking = self.wanted.assign(missing=missing)[mine & (missing > NOTHING)][["want", "node", "missing"]]
            wants, found = tuple(sorted(set(self.wanted.loc[mine, "want"].tolist()))), []
            while wants and len(self._missing(rows, columns, wants, limits)):
                found.append(self._irreducible(rows, columns, wants, limits))
                wants = tuple(want for want in wants if want not in found[-1][0])
            for own, against in reversed(found):  # the first also carries what gives way for all that are in none
                counted = lacking["want"].isin(own) | (own == found[0][0])
                yield Contradiction(own, against, lacking[counted].reset_index(drop=True))
                lacking = lacking[~counted]

    def _irreducible(
        self, rows: IntArray, columns: IntArray, wants: tuple[int, ...], limits: tuple[Limit, ...]
    ) -> tuple[tuple[int, ...], tuple[Limit, ...]]:
        """Take out one want, then one limit, after the other, as long as the rest cannot hold."""
        needed = limits
        for want in wants:
            less = tuple(one for one in wants if one != want)
            if len(self._missing(rows, columns, less, limits)):
                wants = less
        for limit in limits:
            fewer = tuple(one for one in needed if one != limit)
            if len(self._missing(rows, columns, wants, fewer)):
                needed = fewer
        return wants, needed

    def _missing(self, rows: IntArray, columns: IntArray, wants: tuple[int, ...], limits: tuple[Limit, ...]) -> pd.DataFrame:
        """Return want, node and what is missing when only these wants, limits and rows count."""
        program = _cut(self.program, columns, rows)
        lower, upper = program.lower.copy(), program.upper.copy()
        row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
        for place, column in enumerate(columns):
            limit = self.column_limits[column]
            if limit is not None and limit not in limits:
                lower[place], upper[place] = 0.0, self.ample
        for place, row in enumerate(rows):
            limit = self.row_limits[row]
            if limit is not None and limit not in limits:
                row_lower[place], row_upper[place] = -np.inf, np.inf
        cost = program.cost.copy()
        cost[np.isin(columns, self.column_of[~self.wanted["want"].isin(wants).to_numpy()])] = 0.0
        relaxed = replace(program, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper, cost=cost)
        missing = np.zeros(len(self.program.cost))
        missing[columns] = minimise(relaxed).x
        table = self.wanted.assign(missing=missing[self.column_of])
        lacking = table["want"].isin(wants) & (table["missing"] > NOTHING)
        return table.loc[lacking, ["want", "node", "missing"]].reset_index(drop=True)


def _last_of_all_caps(limit: Limit) -> tuple[bool, Limit]:
    """Sort what is taken out: a cap and a guarantee that contradict each other say more than what is short besides."""
    return limit[0] == "cap", limit


def _touched(form: MatrixForm, matrix: sp.csr_array, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Return the columns and restricting rows of the parts that hold wanted columns; rows beyond those of the form all restrict."""
    kinds = [np.arange(form.rows[name].start, form.rows[name].slice.stop) for name in RESTRICTING if name in form.rows]
    rows = np.concatenate([*kinds, np.arange(form.matrix.shape[0], matrix.shape[0])])
    part = sp.csr_array(matrix[rows])
    _, labels = connected_components(sp.block_array([[None, part], [part.T, None]], format="csr"), directed=False)
    chosen = np.isin(labels, labels[len(rows) + wanted])
    return np.flatnonzero(chosen[len(rows) :]), rows[chosen[: len(rows)]]


def _connected(matrix: sp.csr_array, rows: IntArray) -> Iterator[IntArray]:
    """Yield rows that share columns."""
    part = matrix[rows]
    _, labels = connected_components(sp.csr_array(abs(part) @ abs(part).T), directed=False)
    for label in range(int(labels.max(initial=-1)) + 1):
        yield rows[labels == label]


def _cut(program: LinearProgram, columns: IntArray, rows: IntArray) -> LinearProgram:
    return LinearProgram(
        sp.csr_array(program.matrix[rows][:, columns]),
        program.row_lower[rows],
        program.row_upper[rows],
        program.lower[columns],
        program.upper[columns],
        program.cost[columns],
    )


def _owners(blocks: Mapping[str, Block], positions: IntArray) -> list[Limit | None]:
    """Return whose limit each column or row is; None for those that are no limit."""
    owners: list[Limit | None] = [None] * len(positions)
    for name, (kind, codes) in LIMITS.items():
        if name in blocks:
            block = blocks[name]
            inside = np.flatnonzero((positions >= block.start) & (positions < block.slice.stop))
            index = block.index[list(codes)].to_numpy()[positions[inside] - block.start]
            for place, owner in zip(inside.tolist(), index.tolist(), strict=True):
                owners[place] = (kind, tuple(owner))
    return owners
