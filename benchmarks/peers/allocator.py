"""This engine as shipped: leximin inside tiers, guarantees, restraint, means, cost, steadiness and tie-break, certified."""

from __future__ import annotations

from allocator.solve import solve_stages
from allocator_models import formulate, lower
from benchmarks.job import Answer, Clock, Job
from benchmarks.peers import PEERS


@PEERS.register("allocator")
def allocator(job: Job, clock: Clock) -> Answer:
    """This engine as shipped, which does more than the job: leximin inside tiers, means, steadiness, tie-break and every certificate."""
    with clock.phase("build"):
        form = lower(formulate(job.instance))
    with clock.phase("stages"):
        solution = solve_stages(form, job.instance)
    for stage in solution.stages:
        clock.part(stage.name if stage.tier is None else f"tier {stage.tier} {stage.name}", stage.seconds)
    return Answer({}, form.matrix.shape[1], form.matrix.shape[0])
