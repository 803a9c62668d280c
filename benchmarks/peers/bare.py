"""Bare arrays and highspy, earlier stages kept by fixing what has a reduced cost: the floor for anything with a modelling layer."""

from __future__ import annotations

import numpy as np

from benchmarks.job import Answer, Clock, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import arrays, is_optimal, load, set_cost, tighten

#: A reduced cost or dual that is larger than this is not zero.
NONZERO = 1e-9


@PEERS.register("bare")
def bare(job: Job, clock: Clock) -> Answer:
    """Bare arrays and highspy; after each stage columns with a reduced cost and rows with a dual are fixed, then presolve anew."""
    with clock.phase("build"):
        model = arrays(job)
    with clock.phase("hand over"):
        solver = load(model.matrix, model.row_lower, model.row_upper, model.lower, model.upper)
        tighten(solver)
    lower, upper = model.lower.copy(), model.upper.copy()
    row_lower, row_upper = model.row_lower.copy(), model.row_upper.copy()
    every, every_row = np.arange(len(lower), dtype=np.int32), np.arange(len(row_lower), dtype=np.int32)
    optimal = True
    for stage, objective in job.stages.items():
        with clock.phase(stage):
            set_cost(solver, model.cost(objective))
            solver.clearSolver()
            solver.run()
            optimal &= is_optimal(solver)
            solution = solver.getSolution()
            x = np.array(solution.col_value)
            reduced, dual = np.array(solution.col_dual), np.array(solution.row_dual)
            upper = np.where(reduced > NONZERO, lower, upper)
            lower = np.where(reduced < -NONZERO, upper, lower)
            row_upper = np.where(dual > NONZERO, row_lower, row_upper)
            row_lower = np.where(dual < -NONZERO, row_upper, row_lower)
            solver.changeColsBounds(len(every), every, lower, upper)
            solver.changeRowsBounds(len(every_row), every_row, row_lower, row_upper)
    return Answer(job.values(model.plan(x)), len(lower), len(row_lower), optimal)
