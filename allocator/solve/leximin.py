"""Leximin: raise the lowest level, settle what cannot rise, repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from allocator.solve.face import Face, Held
from allocator.solve.highs import FloatArray, LinearProgram, Optimum, minimise

#: A cell's share of a round's objective above which it is stuck; the shares of a round sum to the number of free cells.
STUCK = 1e-7
#: A level this close to the top is the top.
AT_TOP = 1e-10


@dataclass(frozen=True)
class Measures:
    """Levels ``top - weight * x[column]`` of cells, to be raised to at most 1.

    A coverage has top 1 and weight 1 / demand over the shortfall's column.
    """

    columns: npt.NDArray[np.int64]
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

    def subset(self, chosen: npt.NDArray[np.bool_]) -> Measures:
        """Return the chosen cells."""
        return Measures(self.columns[chosen], self.top[chosen], self.weight[chosen])


@dataclass(frozen=True)
class Round:
    """One round: its optimum, what it held, the columns of cells stuck at its level, and the bound it puts on every free cell's column.

    The reduced costs of `held` count the round's own rows as bounds of the cells' columns.
    """

    optimum: Optimum
    held: Held
    stuck: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    bound: FloatArray


def leximin(face: Face, measures: Measures, on_round: Callable[[Round], None]) -> FloatArray:
    """Raise the measures on `face` in the leximin order and return the level of each; the face then holds them.

    After a round theta is a number: cells whose dual is not zero are stuck at it, the others stay at or above it.
    """
    levels = np.ones(len(measures))
    free = np.ones(len(measures), dtype=bool)
    theta = -np.inf
    while free.any():
        cells = measures.subset(free)
        optimum = minimise(_round(face, cells, theta))
        theta = float(optimum.x[-1])
        at_top = theta >= 1.0 - AT_TOP
        held = face.hold(optimum)
        shares = -optimum.dual[len(face.row_lower) :]
        stuck = shares > (STUCK if at_top else min(STUCK, shares.max() / 2))
        values = np.clip(cells.column_at(1.0 if at_top else theta), face.lower[cells.columns], face.upper[cells.columns])
        face.upper[cells.columns] = values
        face.lower[cells.columns[stuck]] = values[stuck]
        own_cost = np.bincount(cells.columns, -cells.weight * shares, minlength=len(face.lower))
        on_round(Round(optimum, replace(held, reduced_cost=held.reduced_cost + own_cost), cells.columns[stuck], cells.columns, values))
        if at_top:
            break
        places = np.flatnonzero(free)[stuck]
        levels[places] = theta
        free[places] = False
    return levels


def _round(face: Face, cells: Measures, floor: float) -> LinearProgram:
    """Maximise (free cells) x theta with theta <= level of every free cell, as a minimisation; theta is the last column."""
    size, count = len(face.lower), len(cells)
    lowest = float((cells.top - cells.weight * face.upper[cells.columns]).min())
    own = sp.csr_array((cells.weight, (np.arange(count), cells.columns)), shape=(count, size))
    matrix = sp.block_array([[face.matrix, None], [own, np.ones((count, 1))]], format="csr")
    cost = np.zeros(size + 1)
    cost[-1] = -float(count)
    return LinearProgram(
        sp.csr_array(matrix),
        np.concatenate([face.row_lower, np.full(count, -np.inf)]),
        np.concatenate([face.row_upper, cells.top]),
        np.append(face.lower, min(max(floor, lowest), 1.0)),
        np.append(face.upper, 1.0),
        cost,
    )
