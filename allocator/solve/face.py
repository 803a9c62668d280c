"""The optimal face of the stages solved so far, kept as bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from allocator.solve.linear import FloatArray, LinearProgram, Optimum

#: A reduced cost or dual off the basis that is larger than this, in scaled units, is not zero.
NONZERO = 1e-9


@dataclass(frozen=True)
class Held:
    """What a stage keeps of its optimum.

    Attributes:
        columns, rows: positions that were free and now stay at a bound.
        leak: by how much the stage's value could still worsen, the sum over columns not held of |reduced cost| x range, relative to
            max(1, |value|).
    """

    columns: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    leak: float


@dataclass
class Face:
    """Bounds in force on the columns and rows of one component.

    Every stage tightens them in place; `copy` serves stages whose holds do not last.
    """

    matrix: sp.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray

    def copy(self) -> Face:
        """Return a face with bounds of its own."""
        return Face(self.matrix, self.row_lower.copy(), self.row_upper.copy(), self.lower.copy(), self.upper.copy())

    def program(self, cost: FloatArray) -> LinearProgram:
        """Return the linear program of minimising `cost` over the face."""
        return LinearProgram(self.matrix, self.row_lower, self.row_upper, self.lower.copy(), self.upper.copy(), cost)

    def hold(self, optimum: Optimum) -> Held:
        """Keep exactly the optimal face of `optimum`, whose program may have more columns and rows after the face's own.

        Columns with a non-zero reduced cost and rows with a non-zero dual stay at the bound their sign implies.
        """
        size, height = len(self.lower), len(self.row_lower)
        cost, dual = optimum.reduced_cost[:size], optimum.dual[:height]
        free, loose = self.lower < self.upper, self.row_lower < self.row_upper
        down = free & optimum.nonbasic[:size] & (cost > NONZERO)
        up = free & optimum.nonbasic[:size] & (cost < -NONZERO)
        leak = float((np.abs(cost) * (self.upper - self.lower))[~(down | up)].sum()) / max(1.0, abs(optimum.value))
        self.upper[down] = self.lower[down]
        self.lower[up] = self.upper[up]
        low = loose & optimum.nonbasic_rows[:height] & (dual > NONZERO)
        high = loose & optimum.nonbasic_rows[:height] & (dual < -NONZERO)
        self.row_upper[low] = self.row_lower[low]
        self.row_lower[high] = self.row_upper[high]
        return Held(np.flatnonzero(down | up), np.flatnonzero(low | high), leak)

    def limit(self, columns: npt.NDArray[np.int64], values: FloatArray) -> None:
        """Lower the upper bounds of columns to values, never below their lower bounds."""
        self.upper[columns] = np.clip(values, self.lower[columns], self.upper[columns])

    def release(self, rows: npt.NDArray[np.int64]) -> None:
        """Let rows be as large as they may."""
        self.row_upper[rows] = np.inf

    def fix(self, columns: npt.NDArray[np.int64], values: FloatArray) -> None:
        """Fix columns at values."""
        self.lower[columns] = values
        self.upper[columns] = values

    def with_distance(self, columns: npt.NDArray[np.int64], target: FloatArray) -> Face:
        """Return a face with two more columns per chosen column: how far it is above and below its target."""
        count, size = len(columns), len(self.lower)
        chosen = sp.csr_array((np.ones(count), (np.arange(count), columns)), shape=(count, size))
        unit = sp.eye_array(count)
        return Face(
            sp.csr_array(sp.block_array([[self.matrix, None, None], [chosen, -unit, unit]], format="csr")),
            np.concatenate([self.row_lower, target]),
            np.concatenate([self.row_upper, target]),
            np.concatenate([self.lower, np.zeros(2 * count)]),
            np.concatenate([self.upper, np.tile(self.upper[columns] + np.abs(target) + 1.0, 2)]),
        )
