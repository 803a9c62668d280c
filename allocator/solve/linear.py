"""Linear programs, their bases and optima, and the certificate of an optimum."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

TOLERANCE = 1e-9
#: The search for a better optimum ends with a plan within this of every row and bound and complementary to its duals.
CLEAN = 1e-8
#: At its lower bound, in the basis, at its upper bound.
LOWER, BASIC, UPPER = 0, 1, 2


@dataclass(frozen=True)
class LinearProgram:
    """Minimise ``cost @ x`` subject to ``row_lower <= matrix @ x <= row_upper`` and column bounds, which are finite."""

    matrix: sp.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray


@dataclass(frozen=True)
class Basis:
    """Where every column and row of a program stands: at its lower bound (0), in the basis (1), at its upper bound (2), at no bound (3, 4).

    The codes are the solver's. `kept` holds by name what was made of the basis and is slow to make.
    """

    columns: Codes
    rows: Codes
    kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def resized(self, program: LinearProgram) -> Basis:
        """Return a start for a program with fewer or more columns and rows at the end: more columns are off it, more rows in it."""
        height, width = program.matrix.shape
        columns, rows = np.full(width, LOWER, dtype=np.int8), np.full(height, BASIC, dtype=np.int8)
        columns[: len(self.columns)], rows[: len(self.rows)] = self.columns[:width], self.rows[:height]
        return Basis(columns, rows)

    def fits(self, program: LinearProgram) -> bool:
        """Return whether the program has as many columns and rows."""
        return bool((len(self.rows), len(self.columns)) == program.matrix.shape)

    def apart(self, other: Basis) -> int:
        """Return how many columns and rows are in one of two bases of the same size and not in the other."""
        return int(((self.columns == BASIC) != (other.columns == BASIC)).sum() + ((self.rows == BASIC) != (other.rows == BASIC)).sum())


@dataclass(frozen=True)
class Optimum:
    """An optimal basic solution.

    Attributes:
        x: columns. reduced_cost: cost - matrix' @ dual, recomputed here. dual: rows.
        basis: a start for programs that differ little; fixed columns count as off it, rows without a free column as in it.
        value: ``cost @ x``.
        primal_residual, dual_residual, gap: the certificate, on the original rows and bounds.
    """

    x: FloatArray
    reduced_cost: FloatArray
    dual: FloatArray
    basis: Basis
    value: float
    primal_residual: float
    dual_residual: float
    gap: float

    @property
    def nonbasic(self) -> BoolArray:
        """Which columns are off the basis."""
        off: BoolArray = self.basis.columns != BASIC
        return off

    @property
    def nonbasic_rows(self) -> BoolArray:
        """Which rows are off the basis, at a bound."""
        off: BoolArray = self.basis.rows != BASIC
        return off


def certified(program: LinearProgram, x: FloatArray, dual: FloatArray, basis: Basis) -> Optimum:
    """Return a basic solution with its certificate."""
    reduced_cost = program.cost - program.matrix.T @ dual
    reduced_cost[(basis.columns == BASIC) & (np.abs(reduced_cost) <= TOLERANCE)] = 0.0
    value = float(program.cost @ x)
    return Optimum(
        x,
        reduced_cost,
        dual,
        basis,
        value,
        primal_residual(program, x),
        dual_residual(program, x, reduced_cost, dual),
        (value - lagrangian_bound(program, reduced_cost, dual)) / max(1.0, abs(value)),
    )


def primal_residual(program: LinearProgram, x: FloatArray) -> float:
    """Return the largest violation of a row or bound by `x`."""
    activity = program.matrix @ x
    violations = (program.row_lower - activity, activity - program.row_upper, program.lower - x, x - program.upper)
    return max(float(part.max(initial=0.0)) for part in violations)


def lagrangian_bound(program: LinearProgram, reduced_cost: FloatArray, dual: FloatArray) -> float:
    """Return the lower bound on the value that duals and reduced costs prove, wherever the primal stands.

    Each is multiplied by the bound its sign implies; a dual whose side is infinite proves nothing and makes the bound -inf.
    """
    column_part = np.where(reduced_cost > 0, reduced_cost * program.lower, reduced_cost * program.upper)
    side = np.where(dual > 0, program.row_lower, program.row_upper)
    counted = (np.abs(dual) > TOLERANCE) | np.isfinite(side)
    return float(column_part.sum() + (dual[counted] * side[counted]).sum())


def dual_residual(program: LinearProgram, x: FloatArray, reduced_cost: FloatArray, dual: FloatArray) -> float:
    """Return the largest violation of complementarity.

    That is the smaller of a reduced cost or dual and of the distance from the bound its sign implies: a column on its bound may have any
    reduced cost, one with none may stand anywhere.
    """
    activity = program.matrix @ x
    wrong = (
        np.minimum(reduced_cost, x - program.lower),
        np.minimum(-reduced_cost, program.upper - x),
        np.minimum(dual, activity - program.row_lower),
        np.minimum(-dual, program.row_upper - activity),
    )
    return max(float(part.max(initial=0.0)) for part in wrong)
