"""Leximin: raise the lowest level, settle what cannot rise, repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from allocator.errors import NotCertified
from allocator.solve.apart import settled_apart
from allocator.solve.face import Face, Held
from allocator.solve.linear import FloatArray, LinearProgram, Optimum
from allocator.solve.measures import AT_TOP, STUCK, Chosen, Columns, Measures

#: How far cells may rise while it is tested which of them can: little, so that many rise at once.
RISE = 1e-4
#: A cell that rises by no more than this does not rise.
RISEN = 1e-9
#: After a vain attempt to settle cells apart, the next one waits until this many times as many levels were found.
PATIENCE = 4


@dataclass(frozen=True)
class Round:
    """One program of a level: its optimum, what it held, columns of stuck cells, the bound it puts on the columns of free cells, theta.

    The bounds stand for the program's own rows and costs: `Watch.round` proves the level by them.
    """

    optimum: Optimum
    held: Held
    stuck: Columns
    columns: Columns
    bound: FloatArray
    level: float


def leximin(face: Face, measures: Measures, minimise: Callable[[LinearProgram], Optimum], on_round: Callable[[Round], None]) -> FloatArray:
    """Raise the measures on `face` in the leximin order and return the level of each; the face then holds them.

    A level takes two kinds of programs. The first raises theta, the lowest level, which then becomes a number; cells whose dual is not
    zero are stuck at it. A degenerate optimum names only some of them, so the second raises the sum of all other cells that stand at theta:
    those that rise are free, and when none rises all that are left are stuck. Where levels keep coming, cells that do not compete are
    settled apart, many levels at once (`allocator.solve.apart`).
    """
    return _Leximin(face, measures, minimise, on_round).levels() if len(measures) else np.ones(0)


class _Leximin:
    """One run. Its programs have the same columns and rows throughout, so that a basis of one run fits the programs of another."""

    def __init__(
        self, face: Face, measures: Measures, minimise: Callable[[LinearProgram], Optimum], on_round: Callable[[Round], None]
    ) -> None:
        self.face, self.measures, self.minimise, self.on_round = face, measures, minimise, on_round
        self.matrix = measures.raising(face.matrix, np.zeros(len(measures), dtype=np.int64))

    def levels(self) -> FloatArray:
        """Settle every cell; return the levels."""
        face, columns = self.face, self.measures.columns
        levels = np.ones(len(self.measures))
        free = np.ones(len(self.measures), dtype=bool)
        theta, found, next_apart = -np.inf, 0, 1
        while free.any():
            theta, standing = self._raise_lowest(free, theta)
            if theta >= 1.0 - AT_TOP:
                break
            stuck = standing & (face.lower[columns] == face.upper[columns])
            candidates = standing & ~stuck
            while candidates.any():
                risen = candidates & self._risen(candidates, theta)
                if not risen.any():
                    stuck |= candidates
                    break
                candidates &= ~risen
            if not stuck.any():
                wrong = "although every cell can rise: the solver's answer is wrong, report the scenario"
                raise NotCertified(f"a leximin stopped at {theta:.6g} {wrong}  [A502]")
            levels[stuck] = theta
            free &= ~stuck
            found += 1
            if found >= next_apart and free.any():
                settled = self._settle_apart(free, levels)
                free &= ~settled
                next_apart = found + 1 if settled.any() else PATIENCE * found
        return levels

    def _settle_apart(self, free: Chosen, levels: FloatArray) -> Chosen:
        """Settle cells that do not compete at their levels; return which."""
        face, cells = self.face, self.measures.subset(free)
        found = settled_apart(face, cells, self.minimise)
        if found is None:
            return np.zeros(len(free), dtype=bool)
        held = face.hold(found.optimum)
        values = np.clip(cells.column_at(found.floor), face.lower[cells.columns], face.upper[cells.columns])
        face.upper[cells.columns] = values
        fixed = cells.columns[found.settled & (found.floor < 1.0)]  # at the top a column may go on to fall
        face.lower[fixed] = face.upper[fixed]
        self.on_round(Round(found.optimum, held, fixed, cells.columns, values, float(found.floor.min())))
        settled = free.copy()
        settled[free] = found.settled
        levels[settled] = found.floor[found.settled]
        return settled

    def _raise_lowest(self, free: Chosen, floor: float) -> tuple[float, Chosen]:
        """Raise theta and make it a number; return it and which free cells stand at it; those with a dual are fixed there."""
        face, cells = self.face, self.measures.subset(free)
        optimum = self.minimise(self._lowest_program(free, floor))
        theta = float(optimum.x[-1])
        at_top = theta >= 1.0 - AT_TOP
        held = face.hold(optimum)
        shares = -optimum.dual[len(face.row_lower) :]
        stuck = free & (shares > (STUCK if at_top else min(STUCK, shares[free].max() / 2)))
        values = np.clip(cells.column_at(1.0 if at_top else theta), face.lower[cells.columns], face.upper[cells.columns])
        face.upper[cells.columns] = values
        fixed = self.measures.columns[stuck]
        face.lower[fixed] = face.upper[fixed]
        self.on_round(Round(optimum, held, fixed, cells.columns, values, theta))
        return theta, stuck | (free & (self.measures.of(optimum.x) <= theta + RISEN))

    def _risen(self, candidates: Chosen, theta: float) -> Chosen:
        """Return which cells rise when the sum of the candidates' levels is raised, each by at most `RISE`; fix all when none does."""
        face, cells = self.face, self.measures.subset(candidates)
        cost = np.zeros(len(face.lower))
        cost[cells.columns] = cells.weight
        program = face.program(cost)
        program.lower[cells.columns] = np.maximum(program.lower[cells.columns], cells.column_at(theta + RISE))
        optimum = self.minimise(program)
        risen = self.measures.of(optimum.x) > theta + RISEN
        if not (risen & candidates).any():
            held = face.hold(optimum)
            values = face.upper[cells.columns]
            face.lower[cells.columns] = values
            self.on_round(Round(optimum, held, cells.columns, cells.columns, values, theta))
        return risen

    def _lowest_program(self, free: Chosen, floor: float) -> LinearProgram:
        """Maximise (free cells) x theta with theta <= level of every free cell, as a minimisation; theta is the last column."""
        face, cells = self.face, self.measures.subset(free)
        lowest = float((cells.top - cells.weight * face.upper[cells.columns]).min())
        cost = np.zeros(len(face.lower) + 1)
        cost[-1] = -float(len(cells))
        return LinearProgram(
            self.matrix,
            np.concatenate([face.row_lower, np.full(len(self.measures), -np.inf)]),
            np.concatenate([face.row_upper, np.where(free, self.measures.top, np.inf)]),
            np.append(face.lower, min(max(floor, lowest), 1.0)),
            np.append(face.upper, 1.0),
            cost,
        )
