"""Leximin: raise the lowest level, settle what cannot rise, repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from allocator.errors import NotCertified
from allocator.solve.face import Face, Held
from allocator.solve.highs import FloatArray, LinearProgram, Optimum, minimise

#: A cell's share of a round's objective above which it is stuck; the shares of a round sum to the number of free cells.
STUCK = 1e-7
#: How far cells may rise while it is tested which of them can: little, so that many rise at once.
RISE = 0.01
#: A cell that rises by no more than this does not rise.
RISEN = 1e-9
#: A level this close to the top is the top.
AT_TOP = 1e-10


Columns = npt.NDArray[np.int64]


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

    def subset(self, chosen: npt.NDArray[np.bool_]) -> Measures:
        """Return the chosen cells."""
        return Measures(self.columns[chosen], self.top[chosen], self.weight[chosen])


@dataclass(frozen=True)
class Round:
    """One program of a level: its optimum, what it held, the columns of stuck cells, and the bound it puts on the columns of free cells.

    The reduced costs of `held` count the program's own rows and costs as bounds of the cells' columns.
    """

    optimum: Optimum
    held: Held
    stuck: Columns
    columns: Columns
    bound: FloatArray


def leximin(face: Face, measures: Measures, on_round: Callable[[Round], None]) -> FloatArray:
    """Raise the measures on `face` in the leximin order and return the level of each; the face then holds them.

    A level takes two kinds of programs. The first raises theta, the lowest level, which then becomes a number; cells whose dual is not
    zero are stuck at it. A degenerate optimum names only some of them, so the second raises the sum of all other cells that stand at theta:
    those that rise are free, and when none rises all that are left are stuck.
    """
    levels = np.ones(len(measures))
    free = np.ones(len(measures), dtype=bool)
    theta = -np.inf
    while free.any():
        cells = measures.subset(free)
        theta, standing = _raise_lowest(face, cells, theta, on_round)
        if theta >= 1.0 - AT_TOP:
            break
        stuck = standing & (face.lower[cells.columns] == face.upper[cells.columns])
        candidates = standing & ~stuck
        while candidates.any():
            risen = _raise_sum(face, cells.subset(candidates), theta, on_round)
            if not risen.any():
                stuck |= candidates
                break
            candidates[np.flatnonzero(candidates)[risen]] = False
        if not stuck.any():
            raise NotCertified(f"a leximin stopped at {theta:.6g} although every cell can rise: the solver's answer is wrong  [A502]")
        places = np.flatnonzero(free)[stuck]
        levels[places] = theta
        free[places] = False
    return levels


def _raise_lowest(face: Face, cells: Measures, floor: float, on_round: Callable[[Round], None]) -> tuple[float, npt.NDArray[np.bool_]]:
    """Raise theta and make it a number; return it and which cells stand at it; those with a dual are fixed there."""
    optimum = minimise(_lowest_program(face, cells, floor))
    theta = float(optimum.x[-1])
    at_top = theta >= 1.0 - AT_TOP
    held = face.hold(optimum)
    shares = -optimum.dual[len(face.row_lower) :]
    stuck = shares > (STUCK if at_top else min(STUCK, shares.max() / 2))
    values = np.clip(cells.column_at(1.0 if at_top else theta), face.lower[cells.columns], face.upper[cells.columns])
    face.upper[cells.columns] = values
    face.lower[cells.columns[stuck]] = values[stuck]
    own_cost = np.bincount(cells.columns, -cells.weight * shares, minlength=len(face.lower))
    held = replace(held, reduced_cost=held.reduced_cost + own_cost)
    on_round(Round(optimum, held, cells.columns[stuck], cells.columns, values))
    return theta, stuck | (cells.of(optimum.x) <= theta + RISEN)


def _raise_sum(face: Face, cells: Measures, theta: float, on_round: Callable[[Round], None]) -> npt.NDArray[np.bool_]:
    """Return which cells rise when the sum of their levels is raised, each by at most `RISE`; fix all of them when none does."""
    cost: FloatArray = np.bincount(cells.columns, cells.weight, minlength=len(face.lower)).astype(np.float64)
    program = face.program(cost)
    program.lower[cells.columns] = np.maximum(program.lower[cells.columns], cells.column_at(theta + RISE))
    optimum = minimise(program)
    risen = cells.of(optimum.x) > theta + RISEN
    if not risen.any():
        held = face.hold(optimum)
        values = face.upper[cells.columns]
        face.lower[cells.columns] = values
        held = replace(held, reduced_cost=held.reduced_cost - cost)
        on_round(Round(optimum, held, cells.columns, cells.columns, values))
    return risen


def _lowest_program(face: Face, cells: Measures, floor: float) -> LinearProgram:
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
