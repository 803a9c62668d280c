"""Programs with whole numbers: the solver's branch and bound, and the plan it finds made exact by the linear solve.

Limits are nodes and gap, with one thread and a fixed seed, so that the same question has the same answer on a slow machine; a limit of
seconds is for those who cannot wait, and says so wherever the answer is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np

from allocator.errors import SolverStopped
from allocator.solve.control import Control
from allocator.solve.highs import QuietHighs, Tell, loaded, minimise
from allocator.solve.linear import TOLERANCE, BoolArray, FloatArray, LinearProgram, Optimum

#: What a violation of a whole number or row may be while the solver searches: the plan is made exact afterwards.
SEARCHING = 1e-9


@dataclass(frozen=True)
class Limits:
    """How long the solver searches, program by program.

    Attributes:
        gap: proven distance from the best at which it stops, relative to max(1, |value|).
        nodes: of the search tree, after which it stops with the best plan found.
        seconds: after which it does; None for as long as it takes. With it the answer may differ from run to run.
    """

    gap: float = 1e-6
    nodes: int = 20_000
    seconds: float | None = None


#: What is asked for where nobody says otherwise.
USUAL = Limits()


@dataclass(frozen=True)
class Found:
    """The best plan found.

    Attributes:
        optimum: with the whole numbers fixed, certified as a linear program.
        gap: how far it can at most be from the best, relative to max(1, |value|).
        proven: whether that is within the limit.
        nodes: of the search tree.
    """

    optimum: Optimum
    gap: float
    proven: bool
    nodes: int


def search(
    program: LinearProgram, whole: BoolArray, limits: Limits, start: FloatArray, control: Control, tell: Tell = lambda _: None
) -> Found:
    """Return the best plan found whose columns `whole` are whole numbers.

    Args:
        program: what to minimise.
        whole: which columns are whole numbers.
        limits: when to stop.
        start: a plan that holds all rows; it is the answer where the search is stopped before it has found a better one. The solver is not
            told of it: with one it returned it in place of the better one that it had found.
        control: stops the search.
        tell: told the iterations made so far.

    Raises:
        SolverStopped: the linear program that remains has no answer.
        Cancelled: `control` was cancelled.
    """
    control.check()
    solver = loaded(program, control, tell)
    columns = np.arange(len(program.cost), dtype=np.int32)
    kinds = np.where(whole, int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous)).astype(np.uint8)
    solver.changeColsIntegrality(len(columns), columns, kinds)
    solver.setOptionValue("mip_feasibility_tolerance", SEARCHING)
    solver.setOptionValue("mip_rel_gap", limits.gap / 2)  # half: the plan is made exact afterwards
    solver.setOptionValue("mip_abs_gap", TOLERANCE)
    solver.setOptionValue("mip_max_nodes", limits.nodes)
    if limits.seconds is not None:
        solver.setOptionValue("time_limit", limits.seconds)
    solver.run()
    control.check()
    info = solver.getInfo()
    best = _exact(program, whole, np.asarray(solver.getSolution().col_value), control, tell) if _has_plan(solver) else None
    if best is None or solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        first = _exact(program, whole, start, control, tell)
        if first is None and best is None:
            raise SolverStopped("the solver stopped without an answer: no plan with whole numbers; report the scenario  [A501]")
        best = min((one for one in (best, first) if one is not None), key=lambda one: one.value)
    bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else -np.inf
    gap = max(0.0, best.value - bound) / max(1.0, abs(best.value))
    return Found(best, gap, gap <= limits.gap + TOLERANCE, max(0, int(info.mip_node_count)))


def _has_plan(solver: QuietHighs) -> bool:
    return bool(solver.getInfo().primal_solution_status == highspy.kSolutionStatusFeasible)


def _exact(program: LinearProgram, whole: BoolArray, x: FloatArray, control: Control, tell: Tell) -> Optimum | None:
    """Return the optimum with whole numbers as in a plan; None where the tolerance of the search let pass what does not hold."""
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[whole] = upper[whole] = np.clip(np.round(x[whole]), program.lower[whole], program.upper[whole])
    try:
        return minimise(replace(program, lower=lower, upper=upper), None, control, tell)
    except SolverStopped:
        return None
