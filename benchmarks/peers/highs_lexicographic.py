"""HiGHS' own lexicographic mode."""

from __future__ import annotations

import highspy
import numpy as np

from benchmarks.job import Answer, Clock, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import arrays, is_optimal, load, tighten


@PEERS.register("highs_lexicographic")
def highs_lexicographic(job: Job, clock: Clock) -> Answer:
    """Bare arrays and the solver's own lexicographic mode, one linear objective per stage, priorities falling, tolerances given."""
    with clock.phase("build"):
        model = arrays(job)
    with clock.phase("hand over"):
        solver = load(model.matrix, model.row_lower, model.row_upper, model.lower, model.upper)
        tighten(solver)
        solver.setOptionValue("blend_multi_objectives", False)
        for rank, objective in enumerate(job.stages.values()):
            linear = highspy.HighsLinearObjective()
            linear.weight, linear.offset, linear.priority = 1.0, 0.0, len(job.stages) - rank
            linear.coefficients = model.cost(objective)
            linear.abs_tolerance, linear.rel_tolerance = 0.0, 0.0  # the default, -1, keeps nothing at all
            solver.addLinearObjective(linear)
    with clock.phase("solve"):
        solver.run()
        x = np.asarray(solver.getSolution().col_value)
    return Answer(job.values(model.plan(x)), len(x), len(model.row_lower), is_optimal(solver))
