"""The only file that touches the solver, but for `mip`: a linear program in, an optimum with its certificate out.

Figures are expected near 1, so the tolerances below hold in scaled units, and the solver scales no more: its own scaling hid violations,
and turned the last steps after an interior point solve of 420,000 columns from five into 88,000. A program is solved from scratch with
presolve, after columns whose bounds coincide were taken out: warm starts between stages skip presolve and cost more than they save. Where
the optimum of a program that differs little is known, its basis is the better start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from allocator.errors import SolverStopped
from allocator.solve.control import INTERVAL, Control
from allocator.solve.linear import (
    BASIC,
    CLEAN,
    LOWER,
    TOLERANCE,
    UPPER,
    Basis,
    Codes,
    FloatArray,
    LinearProgram,
    Optimum,
    certified,
    dual_residual,
    primal_residual,
)

#: Told the iterations of a program while it is solved.
Tell = Callable[[int], None]

#: By how much rows are widened for the interior point method, which calls a program infeasible when rows that earlier stages leave
#: dependent disagree in their last digits.
WIDENED = 1e-12
#: Relative gap at which the interior point method hands over to the crossover. At the solver's own 1e-8 the crossover of a hard program
#: ended in a basis that 27,000 steps of the simplex method had to mend.
CENTRAL = 1e-10
#: Programs with more free columns go to the interior point method first: it is a little slower where nothing is short, and many times
#: faster where much is.
LARGE = 100_000
#: Least pivot of a factorisation, relative to the largest of its column: five times the solver's own, as stable as it goes.
CAREFUL = 0.5


@dataclass(frozen=True)
class _Method:
    """One way to solve a program afresh; `widened` is what its rows are widened by meanwhile."""

    solver: str
    presolve: str = "on"
    scaling: int = 0
    widened: float = 0.0


_SIMPLEX = _Method("simplex")
_INTERIOR_POINT = _Method("ipm", widened=WIDENED)
#: No method ends every program, and a basis that ruins one is not met by another.
_OTHERS = (_Method("simplex", scaling=2), _Method("ipm"), _Method("simplex", presolve="off"))


def minimise(program: LinearProgram, start: Basis | None = None, control: Control | None = None, tell: Tell = lambda _: None) -> Optimum:
    """Return an optimum of `program`.

    Args:
        program: what to solve.
        start: basis of a program that differs little, to begin with; one that does not fit is left aside.
        control: stops the solve.
        tell: told the iterations made so far.

    Raises:
        SolverStopped: none of the methods ends with an optimum.
        Cancelled: `control` was cancelled.
    """
    control = control or Control()
    control.check()
    if start is not None and start.fits(program):
        optimum = _from_start(program, start, control, tell)
        if optimum is not None:
            return optimum
    free = program.lower < program.upper
    columns = sp.csc_array(program.matrix)[:, np.flatnonzero(free)]
    x = program.lower.copy()
    shift = program.matrix @ np.where(free, 0.0, program.lower)
    used = np.diff(sp.csr_array(columns).indptr) > 0
    used &= np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    dual = np.zeros(len(shift))
    basis = Basis(np.full(len(x), LOWER, dtype=np.int8), np.full(len(shift), BASIC, dtype=np.int8))
    if free.any():
        reduced = LinearProgram(
            sp.csr_array(columns)[np.flatnonzero(used)],
            (program.row_lower - shift)[used],
            (program.row_upper - shift)[used],
            program.lower[free],
            program.upper[free],
            program.cost[free],
        )
        solution, found = _solve(reduced, control, tell)
        x[free] = np.clip(np.asarray(solution.col_value), program.lower[free], program.upper[free])
        dual[used] = np.asarray(solution.row_dual)
        basis.columns[free] = _codes(found.col_status)
        basis.rows[used] = _codes(found.row_status)
    return certified(program, x, dual, basis)


def _from_start(program: LinearProgram, start: Basis, control: Control, tell: Tell) -> Optimum | None:
    """Return the optimum to which the simplex method comes from a basis, if it is clean."""
    solver = loaded(program, control, tell)
    solver.setBasis(_known(start))
    solver.setOptionValue("simplex_dual_edge_weight_strategy", _DEVEX)
    _from_basis(solver)
    control.check()
    if not _optimal(solver):
        return None
    solution = solver.getSolution()
    x = np.clip(np.asarray(solution.col_value), program.lower, program.upper)
    optimum = certified(program, x, np.asarray(solution.row_dual), _standing(program, x, solver))
    return optimum if max(optimum.primal_residual, optimum.dual_residual) <= CLEAN else None


def _known(basis: Basis) -> Any:
    """Return a basis as the solver takes it."""
    if "solver" not in basis.kept:
        known = highspy.HighsBasis()
        known.col_status = [_STATUSES[code] for code in basis.columns.tolist()]
        known.row_status = [_STATUSES[code] for code in basis.rows.tolist()]
        known.valid, known.alien = True, False
        basis.kept["solver"] = known
    return basis.kept["solver"]


def _standing(program: LinearProgram, x: FloatArray, solver: QuietHighs) -> Basis:
    """Return the basis that the simplex method has just used, from the list of what is in it: all statuses take thirty times as long.

    After the interior point method the list may not be there, and asking for it then ends the process.
    """
    _, listed = solver.getBasicVariables()
    activity = program.matrix @ x
    columns = np.where(program.upper - x < x - program.lower, UPPER, LOWER).astype(np.int8)
    rows = np.where(program.row_upper - activity < activity - program.row_lower, UPPER, LOWER).astype(np.int8)
    columns[listed[listed >= 0]] = BASIC
    rows[-1 - listed[listed < 0]] = BASIC
    return Basis(columns, rows)


class QuietHighs(highspy.Highs):  # type: ignore[misc]  # highspy ships incomplete types
    """A solver that prints nothing: the ordinary constructor prints a banner before any option can be set."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def _solve(program: LinearProgram, control: Control, tell: Tell) -> tuple[Any, Any]:
    """Return the solver's solution and basis: the first that is clean, else the cleanest of all methods."""
    solver = loaded(program, control, tell)
    first = (_INTERIOR_POINT, _SIMPLEX) if len(program.cost) > LARGE else (_SIMPLEX, _INTERIOR_POINT)
    go_on = partial(_from_basis, solver)
    attempts = [partial(_afresh, solver, program, method) for method in (*first, *_OTHERS)]
    best, answer = np.inf, None
    for attempt in attempts:
        # Undoing presolve may leave an optimum that violates a bound; going on from its basis mends that, unless it is nearly singular.
        for step in (attempt, go_on):
            step()
            control.check()
            if not _optimal(solver):
                break
            solution = solver.getSolution()
            x, dual = np.asarray(solution.col_value), np.asarray(solution.row_dual)
            residual = max(primal_residual(program, x), dual_residual(program, x, program.cost - program.matrix.T @ dual, dual))
            if residual < best:
                best, answer = residual, (solution, solver.getBasis())
            if answer is not None and best <= CLEAN:
                return answer
    if answer is None:
        status = solver.modelStatusToString(solver.getModelStatus())
        remedy = "ask for fewer periods or regions, or report the scenario"
        raise SolverStopped(f"the solver stopped without an answer: {status}; {remedy}  [A501]")
    return answer


def _afresh(solver: QuietHighs, program: LinearProgram, method: _Method) -> None:
    solver.clearSolver()
    _widen(solver, program, method.widened)
    _run(solver, method)
    if method.widened and _optimal(solver):
        _widen(solver, program, 0.0)
        _from_basis(solver)


def _from_basis(solver: QuietHighs) -> None:
    """Go on from the basis that the solver holds."""
    _run(solver, _Method("simplex", presolve="off"))


def _widen(solver: QuietHighs, program: LinearProgram, width: float) -> None:
    rows = np.arange(len(program.row_lower), dtype=np.int32)
    solver.changeRowsBounds(len(rows), rows, program.row_lower - width, program.row_upper + width)


def _run(solver: QuietHighs, method: _Method) -> None:
    solver.setOptionValue("solver", method.solver)
    solver.setOptionValue("presolve", method.presolve)
    solver.setOptionValue("simplex_scale_strategy", method.scaling)
    solver.run()


def _optimal(solver: QuietHighs) -> bool:
    """Return whether the solver holds an optimal basis."""
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal and solver.getInfo().basis_validity)


def loaded(program: LinearProgram, control: Control, tell: Tell) -> QuietHighs:
    """Return a solver that holds the program and listens to `control`.

    The solver calls back at every step, hundreds of thousands of times in a run: a tenth of its time when each was told.
    """
    solver = QuietHighs()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("factor_pivot_threshold", CAREFUL)
    solver.setOptionValue("ipm_optimality_tolerance", CENTRAL)
    solver.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    solver.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
    _pass(program, solver)

    due = 0.0

    def listen(_kind: Any, _message: str, out: Any, answer: Any, _data: Any) -> None:
        nonlocal due
        if control.cancelled and answer is not None:
            answer.user_interrupt = True
        now = monotonic()
        if now >= due:
            due = now + INTERVAL
            tell(max(out.simplex_iteration_count, out.ipm_iteration_count, 0))

    solver.setCallback(listen, None)
    for kind in _INTERRUPTS:
        solver.startCallback(kind)
    return solver


def _pass(program: LinearProgram, solver: QuietHighs) -> None:
    """Hand a program over as arrays; the members of a `HighsLp` take them number by number, which takes eight times as long."""
    matrix = program.matrix
    height, width = matrix.shape
    solver.passModel(
        width,
        height,
        matrix.nnz,
        _BY_ROW,
        _MINIMISE,
        0.0,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(width, dtype=np.int32),
    )


def _codes(statuses: list[Any]) -> Codes:
    return np.array([status.value for status in statuses], dtype=np.int8)


_CALLS = highspy.cb.HighsCallbackType
_INTERRUPTS = (_CALLS.kCallbackSimplexInterrupt, _CALLS.kCallbackIpmInterrupt, _CALLS.kCallbackMipInterrupt)
#: Weights that need no solve for each row, as exact ones do, before the first of a few steps.
_DEVEX = 1
_BY_ROW = int(highspy.MatrixFormat.kRowwise)
_MINIMISE = int(highspy.ObjSense.kMinimize)
_STATUSES = tuple(highspy.HighsBasisStatus(code) for code in range(5))
