"""The programs that first hold what claims get, and which rows and bounds have a price there: what stops a claim from getting more.

A program holds a cell when it leaves its shortfall or its allocation no more choice. Rows with a dual that share columns without a reduced
cost stop together whatever they touch; columns of theirs with a reduced cost stand at bounds that stop them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocator.solve.face import NONZERO
from allocator.solve.linear import FloatArray
from allocator.solve.parts import Component
from allocator.solve.rank import Link

IntArray = npt.NDArray[np.int64]
#: Cells that miss no more than this share of their demand are not asked after.
MET = 1e-7


@dataclass(frozen=True)
class Holding:
    """What stops some cells in the program that holds them.

    Attributes:
        stage, tier: whose program it is; the tier is None after all tiers.
        cells: claim and node.
        rows, dual: positions of rows in the whole problem, and their duals.
        columns, reduced_cost: positions of columns in the whole problem, and their reduced costs.
    """

    stage: str
    tier: int | None
    cells: pd.DataFrame
    rows: IntArray
    dual: FloatArray
    columns: IntArray
    reduced_cost: FloatArray


@dataclass(frozen=True)
class Held:
    """A program of a stage, as a cell's first to hold it."""

    stage: str
    tier: int | None
    link: Link


class Holders:
    """Notes, program by program, which is the first to hold each cell of a component."""

    def __init__(self, component: Component) -> None:
        self.component = component
        self.first = np.full(len(component.cells), -1, dtype=np.int64)
        self.programs: list[Held] = []

    def note(self, stage: str, tier: int | None, links: list[Link]) -> None:
        """Take in the programs of a stage, in their order."""
        cells = self.component.cells
        for link in links:
            open_ = np.flatnonzero(self.first < 0)
            if not len(open_):
                return
            held = np.zeros(len(self.component.columns), dtype=np.bool_)
            held[link.columns] = True
            now = open_[held[cells["column"][open_]] | held[cells["allocate"][open_]]]
            if len(now):
                self.first[now] = len(self.programs)
                self.programs.append(Held(stage, tier, link))

    def of_short(self, x: FloatArray, rows: IntArray) -> list[Holding]:
        """Return what stops the cells that are short in plan `x`; `rows` are the positions of the component's rows in the whole problem."""
        cells = self.component.cells
        short = x[cells["column"]] > MET * cells["demand"]
        found = []
        for number in sorted(set(self.first[short].tolist()) - {-1}):
            mine = np.flatnonzero(short & (self.first == number))
            found += self._holdings(self.programs[number], mine, rows)
        return found

    def _holdings(self, held: Held, mine: IntArray, rows: IntArray) -> list[Holding]:
        """Return what stops some cells in one program, one holding for each set of rows that stop together."""
        component, link = self.component, held.link
        supported = np.flatnonzero(np.abs(link.dual) > NONZERO)
        part = sp.csr_array(component.face.matrix[supported])
        passing = np.abs(link.reduced_cost) <= NONZERO
        passing &= component.face.lower < component.face.upper
        linked = sp.csr_array(part @ sp.diags_array(passing.astype(np.float64)))
        linked.eliminate_zeros()
        graph = sp.block_array([[None, linked], [linked.T, None]], format="csr")
        _, labels = connected_components(graph, directed=False)
        touched = sp.csc_array(part)
        group = np.full(len(mine), -1, dtype=np.int64)
        for column in ("column", "allocate"):
            for place, position in enumerate(component.cells[column][mine].tolist()):
                at = touched.indices[touched.indptr[position] : touched.indptr[position + 1]]
                if len(at) and group[place] < 0:
                    group[place] = labels[at[0]]
        found = []
        for label in sorted(set(group.tolist()) - {-1}):
            chosen = np.flatnonzero(labels[: len(supported)] == label)
            columns = np.unique(sp.csr_array(part[chosen]).indices)
            columns = columns[np.abs(link.reduced_cost[columns]) > NONZERO]
            found.append(
                Holding(
                    held.stage,
                    held.tier,
                    pd.DataFrame({name: component.cells[name][mine[group == label]] for name in ("claim", "node")}),
                    rows[supported[chosen]],
                    link.dual[supported[chosen]],
                    component.columns[columns],
                    link.reduced_cost[columns],
                )
            )
        return found
