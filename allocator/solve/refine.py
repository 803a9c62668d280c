"""A plan made to meet its rows to the last digits.

The solver leaves rows that should hold with equality a little off: 3e-12 in a row of `cobalt_quota` whose terms are near 1. Such a row may
be worth 3.5e7 of a later stage's goal, and the proof of rank counts what is off as a gain. One step of iterative refinement on the basis
that the plan stands on leaves the rounding of the row's own sum (Wilkinson, *Rounding Errors in Algebraic Processes*, 1963).
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from allocator.solve.highs import CLEAN, FloatArray, LinearProgram, Optimum, certified


def refined(program: LinearProgram, optimum: Optimum) -> Optimum:
    """Return the optimum on the same basis with its plan refined.

    It is left as it is where a row is off by more than rounding, which the certificate must see, and where the basis is singular or nothing
    is gained.
    """
    tight, basic = np.flatnonzero(optimum.nonbasic_rows), np.flatnonzero(~optimum.nonbasic)
    matrix = sp.csr_array(program.matrix)[tight]
    bound = _bound(program, optimum, matrix @ optimum.x)
    missing = bound - matrix @ optimum.x
    if len(tight) != len(basic) or not 0.0 < np.abs(missing).max(initial=0.0) <= CLEAN:
        return optimum
    try:
        step = splu(sp.csc_array(matrix[:, basic])).solve(missing)
    except RuntimeError:
        return optimum
    x = optimum.x.copy()
    x[basic] = np.clip(x[basic] + step, program.lower[basic], program.upper[basic])
    gained = np.abs(bound - matrix @ x).max() < np.abs(missing).max()
    return certified(program, x, optimum.dual, optimum.basis) if gained else optimum


def _bound(program: LinearProgram, optimum: Optimum, activity: FloatArray) -> FloatArray:
    """Return the bound that each row off the basis stands at."""
    lower, upper = program.row_lower[optimum.nonbasic_rows], program.row_upper[optimum.nonbasic_rows]
    return np.where(np.abs(activity - lower) <= np.abs(upper - activity), lower, upper)


def is_unique(program: LinearProgram, optimum: Optimum) -> bool:
    """Return whether no other plan is optimal: no zero reduced cost or dual off the basis, fixed ones aside."""
    columns = optimum.nonbasic & (program.lower < program.upper)
    rows = optimum.nonbasic_rows & (program.row_lower < program.row_upper)
    tolerance = 1e-9
    return bool((np.abs(optimum.reduced_cost[columns]) > tolerance).all() and (np.abs(optimum.dual[rows]) > tolerance).all())
