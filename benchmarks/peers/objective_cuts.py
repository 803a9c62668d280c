"""Objective cuts on one warm solver: what most write first, and the scheme of solvers that offer ranked objectives."""

from __future__ import annotations

import numpy as np

from benchmarks.job import Answer, Clock, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import arrays, is_optimal, load, set_cost, tighten


@PEERS.register("objective_cuts")
def objective_cuts(job: Job, clock: Clock) -> Answer:
    """Bare arrays and highspy; each stage's value becomes a row, and the next stage starts from the basis of the one before."""
    with clock.phase("build"):
        model = arrays(job)
    with clock.phase("hand over"):
        solver = load(model.matrix, model.row_lower, model.row_upper, model.lower, model.upper)
        tighten(solver)
    optimal = True
    for stage, objective in job.stages.items():
        with clock.phase(stage):
            cost = model.cost(objective)
            set_cost(solver, cost)
            solver.run()
            optimal &= is_optimal(solver)
            x = np.asarray(solver.getSolution().col_value)
            used = np.flatnonzero(cost).astype(np.int32)
            value = float(cost @ x)
            solver.addRow(-np.inf, value, len(used), used, cost[used])
    return Answer(job.values(model.plan(x)), len(x), len(model.row_lower), optimal)
