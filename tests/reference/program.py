"""A linear program written with dictionaries, solved again and again by HiGHS: columns have names, rows have numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import highspy

Name = Any
Terms = Mapping[Name, float]

#: Feasibility tolerances asked of the solver; `ranked.SLACK`, by which earlier results are held, lies above them.
TOLERANCE = 1e-10
INFINITY = math.inf


class NotOptimal(RuntimeError):
    """The solver did not say Optimal, also not from a cold start, without presolve and without scaling."""


class Program:
    """Columns, rows and one objective at a time; rows may be added, moved and switched off between solves."""

    def __init__(self) -> None:
        self._highs = highspy.Highs()
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._highs.setOptionValue(option, TOLERANCE)
        self._columns: dict[Name, int] = {}
        self._bounds: list[tuple[float, float]] = []
        self._objective: Terms = {}
        self._plan: list[float] = []
        self.solves = 0

    def __contains__(self, name: Name) -> bool:
        return name in self._columns

    def column(self, name: Name, lower: float = 0.0, upper: float = INFINITY) -> None:
        """Add a column between two bounds."""
        if name in self._columns:
            raise ValueError(f"column {name} exists")
        self._columns[name] = len(self._columns)
        self._highs.addCol(0.0, lower, upper, 0, [], [])

    def row(self, terms: Terms, lower: float = -INFINITY, upper: float = INFINITY) -> int:
        """Add lower <= sum of coefficient x column <= upper; return its number."""
        present = {self._columns[name]: value for name, value in terms.items() if value != 0.0}
        self._highs.addRow(lower, upper, len(present), list(present), list(present.values()))
        self._bounds.append((lower, upper))
        return len(self._bounds) - 1

    def move(self, row: int, lower: float = -INFINITY, upper: float = INFINITY) -> None:
        """Give a row other bounds; without bounds it is switched off."""
        self._highs.changeRowBounds(row, lower, upper)
        self._bounds[row] = (lower, upper)

    @contextmanager
    def without(self, rows: Iterable[int]) -> Iterator[None]:
        """Switch rows off for a while."""
        kept = {row: self._bounds[row] for row in rows}
        for row in kept:
            self.move(row)
        yield
        for row, (lower, upper) in kept.items():
            self.move(row, lower, upper)

    def minimise(self, terms: Terms) -> float:
        """Return the least sum; `value` then reads the plan."""
        return self._solve(terms, highspy.ObjSense.kMinimize)

    def maximise(self, terms: Terms) -> float:
        """Return the greatest sum; `value` then reads the plan."""
        return self._solve(terms, highspy.ObjSense.kMaximize)

    def value(self, terms: Terms) -> float:
        """Sum in the plan of the last solve."""
        return math.fsum(coefficient * self._plan[self._columns[name]] for name, coefficient in terms.items())

    def plan(self) -> dict[Name, float]:
        """Every column in the plan of the last solve."""
        return {name: self._plan[place] for name, place in self._columns.items()}

    def _solve(self, terms: Terms, sense: highspy.ObjSense) -> float:
        for name in self._objective:
            self._highs.changeColCost(self._columns[name], 0.0)
        for name, coefficient in terms.items():
            self._highs.changeColCost(self._columns[name], coefficient)
        self._objective = dict(terms)
        self._highs.changeObjectiveSense(sense)
        for presolve, scaling in (("choose", 2), ("choose", 2), ("off", 2), ("off", 0)):
            self._highs.setOptionValue("presolve", presolve)
            self._highs.setOptionValue("simplex_scale_strategy", scaling)
            self._highs.run()
            self.solves += 1
            status = self._highs.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                self._plan = list(self._highs.getSolution().col_value)
                return self.value(terms)
            self._highs.clearSolver()
        raise NotOptimal(self._highs.modelStatusToString(status))
