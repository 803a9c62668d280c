"""Levels of cells, and what counts as the top, as stuck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from allocator.solve.linear import FloatArray
from allocator.solve.table import Table
from allocator_models.rules import Levels

#: A cell's share of a round's objective above which it is stuck; the shares of a round sum to the number of free cells.
STUCK = 1e-7
#: A level this close to the top is the top.
AT_TOP = 1e-10

Columns = npt.NDArray[np.int64]
Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Measures:
    """Levels ``top - weight * x[column]`` of cells, to be raised to at most 1.

    A coverage has top 1 and weight 1 / demand over the shortfall's column.
    """

    columns: Columns
    top: FloatArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.columns)

    def of(self, x: FloatArray) -> FloatArray:
        """Return the level of every cell in a plan, at most 1."""
        return np.minimum(1.0, self.top - self.weight * x[self.columns])

    def column_at(self, level: FloatArray | float) -> FloatArray:
        """Return the value of every cell's column at a level."""
        return np.asarray((self.top - level) / self.weight)

    def subset(self, chosen: Chosen) -> Measures:
        """Return the chosen cells."""
        return Measures(self.columns[chosen], self.top[chosen], self.weight[chosen])

    def raising(self, matrix: sp.csr_array, theta: Columns) -> sp.csr_array:
        """Return rows of a problem and below them one for each cell, ``weight * x[column] + its theta``; thetas are the last columns."""
        height, width = matrix.shape
        own = np.arange(1, len(self) + 1)
        columns = np.column_stack([self.columns, width + theta]).astype(matrix.indices.dtype).ravel()
        weights = np.column_stack([self.weight, np.ones(len(self))]).ravel()
        starts = np.concatenate([matrix.indptr, matrix.indptr[-1] + 2 * own]).astype(matrix.indptr.dtype)
        shape = (height + len(self), width + int(theta.max()) + 1)
        return sp.csr_array((np.concatenate([matrix.data, weights]), np.concatenate([matrix.indices, columns]), starts), shape=shape)

    @classmethod
    def of_levels(cls, columns: Columns, levels: Levels) -> Measures:
        """Return the measures that a rule raises."""
        return cls(columns, levels.top, levels.weight)

    @classmethod
    def of_coverage(cls, cells: Table) -> Measures:
        """Return the coverage of cells, which counts as 1 from where the tier is satisfied."""
        return cls.of_levels(cells["column"], Levels.of_coverage(cells))

    @classmethod
    def of_guarantees(cls, cells: Table) -> Measures:
        """Return the met share of what is guaranteed: (demand - shortfall) / (share x demand)."""
        share = cells["guarantee"]
        return cls(cells["column"], 1.0 / share, 1.0 / (share * cells["demand"]))

    @classmethod
    def of_shares(cls, table: Table) -> Measures:
        """Return one less columns that are shares."""
        return cls(table["column"], np.ones(len(table)), np.ones(len(table)))
