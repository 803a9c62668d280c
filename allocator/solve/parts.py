"""A problem falls into connected parts, which are solved apart.

Adding entries that are common to both sides never changes a leximin comparison, so on a product of feasible sets each factor's optimum is
the optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocator.solve.face import Face
from allocator.solve.highs import FloatArray
from allocator.solve.names import name_costs
from allocator_models import Instance, MatrixForm

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Component:
    """Columns and rows that share no row with the rest, and where each cell's measures stand among the columns.

    Attributes:
        columns: positions among the columns of the whole problem.
        face: the bounds before any stage.
        cells: one row a cell: tier, horizon, demand, guarantee, guarantee_first, the column of its shortfall and that of its allocation.
        missed: claims levelled over the horizon: tier and column.
        restrained: cells that may give up demand: tier, horizon and column.
        draws: rank, commodity and column.
        goals: objective coefficients by goal.
        names: pseudo-random cost of every column, by attempt.
        ranks: of tiers and of means, in order.
    """

    columns: IntArray
    face: Face
    cells: pd.DataFrame
    missed: pd.DataFrame
    restrained: pd.DataFrame
    draws: pd.DataFrame
    goals: dict[str, FloatArray]
    names: Callable[[int], FloatArray]
    ranks: tuple[int, ...]


def components(form: MatrixForm, instance: Instance) -> Iterator[Component]:
    """Yield every connected part of the matrix, in the order of its first column; what serves no claim comes as one part."""
    row_labels, column_labels = _labels(form)
    place = np.empty(len(column_labels), dtype=np.int64)
    measured = {name: _measured(form, instance, name) for name in ("shortfall", "missed", "restrained", "draw")}
    allocated = _measured(form, instance, "allocate")[["claim", "node", "position"]].rename(columns={"position": "allocate"})
    measured["shortfall"] = measured["shortfall"].merge(instance.cells, on=["claim", "node"]).merge(allocated, on=["claim", "node"])
    labels = {name: column_labels[table["position"]] for name, table in measured.items()}
    names = cache(lambda attempt: name_costs(form, instance, attempt))
    ranks = tuple(sorted({int(rank) for rank in (*instance.tiers["tier"], *measured["draw"]["rank"])}))
    for label in pd.unique(column_labels):
        columns, rows = np.flatnonzero(column_labels == label), np.flatnonzero(row_labels == label)
        place[columns] = np.arange(len(columns))
        own = {
            name: (chosen := table[labels[name] == label]).assign(column=place[chosen["position"].to_numpy()])
            for name, table in measured.items()
        }
        own["shortfall"] = own["shortfall"].assign(allocate=place[own["shortfall"]["allocate"].to_numpy()])
        yield Component(
            columns,
            Face(
                sp.csr_array(form.matrix[rows][:, columns]),
                form.row_lower[rows].copy(),
                form.row_upper[rows].copy(),
                form.column_lower[columns].copy(),
                form.column_upper[columns].copy(),
            ),
            own["shortfall"],
            own["missed"],
            own["restrained"],
            own["draw"],
            {name: goal[columns] for name, goal in form.goals.items()},
            _part_of(names, columns),
            ranks,
        )


def _part_of(names: Callable[[int], FloatArray], columns: IntArray) -> Callable[[int], FloatArray]:
    return lambda attempt: names(attempt)[columns]


def _labels(form: MatrixForm) -> tuple[IntArray, IntArray]:
    """Return the part of every row and column; parts without a claim share one label."""
    height = form.matrix.shape[0]
    graph = sp.block_array([[None, form.matrix], [form.matrix.T, None]], format="csr")
    _, labels = connected_components(graph, directed=False)
    rows, columns = labels[:height].astype(np.int64), labels[height:].astype(np.int64)
    claimed = np.unique(columns[form.variables["shortfall"].slice])
    rows[~np.isin(rows, claimed)] = -1
    columns[~np.isin(columns, claimed)] = -1
    return rows, columns


def _measured(form: MatrixForm, instance: Instance, variable: str) -> pd.DataFrame:
    """Return the index of a variable with the position of its columns, and the tier and horizon flag of its claims and nodes."""
    block = form.variables[variable]
    table = block.index.assign(position=np.arange(block.start, block.start + len(block.index)))
    if "claim" in table:
        table = table.assign(tier=table["claim"].map(instance.claims["tier"]))
    if "node" in table:
        table = table.assign(horizon=table["node"].map(instance.nodes["horizon"]).astype(bool))
    return table
