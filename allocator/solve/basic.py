"""The plan and duals of a basis, from one factorisation: no solver is needed to see that a known basis is still optimal.

After a change that leaves the basis of a program optimal, the solver would copy the program and factorise the basis again, only to make no
step: five times what is needed here, where the factorisation is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from allocator.solve.linear import BASIC, CLEAN, LOWER, TOLERANCE, UPPER, Basis, FloatArray, IntArray, LinearProgram, Optimum, certified


@dataclass(frozen=True)
class Factor:
    """A basis, factorised.

    Attributes:
        matrix: of the program that it was made from.
        rows, columns: positions of the rows off the basis and of the columns in it.
        solve: solves with the columns in those rows, or with their transpose (``"T"``); None where the basis is singular.
    """

    matrix: sp.csr_array
    rows: IntArray
    columns: IntArray
    solve: Callable[..., FloatArray] | None


def factor(matrix: sp.csr_array, basis: Basis) -> Factor:
    """Return the factorised basis of a program with this matrix; it is kept with the basis."""
    known = basis.kept.get("factor")
    if known is None or not _same(known.matrix, matrix):
        rows, columns = np.flatnonzero(basis.rows != BASIC), np.flatnonzero(basis.columns == BASIC)
        known = basis.kept["factor"] = Factor(matrix, rows, columns, _solve(sp.csc_array(matrix[rows][:, columns])))
    return known


def _same(one: sp.csr_array, other: sp.csr_array) -> bool:
    return one is other or all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("indptr", "indices", "data"))


def _solve(square: sp.csc_array) -> Callable[..., FloatArray] | None:
    if square.shape[0] != square.shape[1]:
        return None
    if not square.shape[0]:
        return lambda side, *_: side
    try:
        solve: Callable[..., FloatArray] = splu(square).solve
    except RuntimeError:  # singular
        return None
    return solve


def optimum_at(program: LinearProgram, basis: Basis) -> Optimum | None:
    """Return the optimum at a basis that fits `program`, columns and rows at the bounds that their duals imply; None where it is none."""
    made = factor(program.matrix, basis)
    if made.solve is None:
        return None
    dual = np.zeros(len(program.row_lower))
    dual[made.rows] = made.solve(program.cost[made.columns], "T")
    reduced_cost = program.cost - program.matrix.T @ dual
    columns = _standing(reduced_cost, basis.columns)
    rows = _standing(dual, basis.rows)
    x = np.where(columns == UPPER, program.upper, program.lower)
    x[made.columns] = 0.0
    side = np.where(rows == UPPER, program.row_upper, program.row_lower)[made.rows]
    if not np.isfinite(side).all():
        return None
    basic = made.solve(side - (program.matrix @ x)[made.rows])
    lower, upper = program.lower[made.columns], program.upper[made.columns]
    if (basic < lower - TOLERANCE).any() or (basic > upper + TOLERANCE).any():
        return None
    x[made.columns] = np.clip(basic, lower, upper)
    found = certified(program, x, dual, Basis(columns, rows))
    return found if found.primal_residual <= TOLERANCE and found.dual_residual <= CLEAN else None


def _standing(dual: FloatArray, codes: Any) -> Any:
    """Return at which bound columns or rows stand by their reduced costs or duals; where these are zero, as in the basis known."""
    implied = np.where(dual < 0.0, UPPER, LOWER)
    at = np.where(np.abs(dual) > TOLERANCE, implied, np.where(codes == UPPER, UPPER, LOWER))
    return np.where(codes == BASIC, BASIC, at).astype(np.int8)
