"""A plan made to meet its rows to the last digits.

The solver leaves rows that should hold with equality a little off: 3e-12 in a row of `cobalt_quota` whose terms are near 1. Such a row may
be worth 3.5e7 of a later stage's goal, and the proof of rank counts what is off as a gain. One step of iterative refinement on the basis
that the plan stands on leaves the rounding of the row's own sum (Wilkinson, *Rounding Errors in Algebraic Processes*, 1963).
"""

from __future__ import annotations

import numpy as np

from allocator.solve.basic import factor
from allocator.solve.linear import CLEAN, FloatArray, LinearProgram, Optimum, certified


def refined(program: LinearProgram, optimum: Optimum) -> Optimum:
    """Return the optimum on the same basis with its plan refined.

    It is left as it is where a row is off by more than rounding, which the certificate must see, and where the basis is singular or nothing
    is gained.
    """
    made = factor(program.matrix, optimum.basis)
    activity = (program.matrix @ optimum.x)[made.rows]
    bound = _bound(program, optimum, activity)
    missing = bound - activity
    if made.solve is None or not 0.0 < np.abs(missing).max(initial=0.0) <= CLEAN:
        return optimum
    x = optimum.x.copy()
    x[made.columns] = np.clip(x[made.columns] + made.solve(missing), program.lower[made.columns], program.upper[made.columns])
    gained = np.abs(bound - (program.matrix @ x)[made.rows]).max() < np.abs(missing).max()
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
