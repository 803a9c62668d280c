"""One plain solve of a weighted sum of all objectives: no ranked answer, only the time that any solve takes."""

from __future__ import annotations

import numpy as np

from benchmarks.job import Answer, Clock, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import arrays, is_optimal, load, set_cost

#: From one stage to the next a weight falls by this much.
STEP = 10.0


@PEERS.register("plain_lp")
def plain_lp(job: Job, clock: Clock) -> Answer:
    """Bare arrays and highspy, one solve with weights 1000, 100, 10, 1: not a ranked answer, a floor for the time of a solve."""
    with clock.phase("build"):
        model = arrays(job)
    with clock.phase("hand over"):
        solver = load(model.matrix, model.row_lower, model.row_upper, model.lower, model.upper)
    with clock.phase("solve"):
        stages = list(job.stages.values())
        cost = np.sum([model.cost(objective) * STEP ** (len(stages) - 1 - rank) for rank, objective in enumerate(stages)], axis=0)
        set_cost(solver, cost)
        solver.run()
        x = np.asarray(solver.getSolution().col_value)
    return Answer(job.values(model.plan(x)), len(x), len(model.row_lower), is_optimal(solver))
