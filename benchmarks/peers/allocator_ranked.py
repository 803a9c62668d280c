"""This engine on the job of sums: its model, its parts and its way of holding, stage by stage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from allocator.solve.face import Face
from allocator.solve.highs import minimise
from allocator.solve.linear import FloatArray
from allocator.solve.parts import Component, Partition
from allocator.solve.ranked import WORKERS
from allocator_models import MatrixForm, formulate, lower
from benchmarks.job import TABLES, Answer, Clock, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import load


@PEERS.register("allocator_ranked")
def allocator_ranked(job: Job, clock: Clock) -> Answer:
    """This engine's families, connected parts, `Face.hold` and `minimise`, with sums for leximin; two parts at a time, as shipped."""
    return solve_ranked(job, clock, WORKERS)


def solve_ranked(job: Job, clock: Clock, workers: int) -> Answer:
    """Do the ranked job with the engine's own means, `workers` parts at a time."""
    with clock.phase("build"):
        form = lower(formulate(job.instance))
    with clock.phase("hand over"):
        load(form.matrix.tocsc(), form.row_lower, form.row_upper, form.column_lower, form.column_upper)
    with clock.phase("parts"):
        parts = list(Partition(form, job.instance))
    goals = {stage: _cost(form, objective) for stage, objective in job.stages.items()}
    with clock.phase("stages"), ThreadPoolExecutor(workers) as pool:
        solved = list(pool.map(lambda part: _solve(part, goals), sorted(parts, key=lambda part: -len(part.columns))))
    x = np.array(form.column_lower)
    for part in solved:
        x[part.component.columns] = part.x
    plan = {name: x[form.variables[name].slice] for name in TABLES}
    return Answer(job.values(plan), form.matrix.shape[1], form.matrix.shape[0])


@dataclass(frozen=True)
class _Solved:
    component: Component
    x: FloatArray


def _cost(form: MatrixForm, objective: dict[str, FloatArray]) -> FloatArray:
    cost = np.zeros(form.matrix.shape[1])
    for name, coefficients in objective.items():
        cost[form.variables[name].slice] = coefficients
    return cost


def _solve(component: Component, goals: dict[str, FloatArray]) -> _Solved:
    """Minimise goal after goal over one part; a goal that no free column serves is settled already."""
    face: Face = component.face.copy()
    x = face.lower.copy()
    for goal in goals.values():
        cost = goal[component.columns]
        if np.any((cost != 0.0) & (face.lower < face.upper)):
            optimum = minimise(face.program(cost))
            face.hold(optimum)
            x = optimum.x
    return _Solved(component, x)
