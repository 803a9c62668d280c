"""All connected parts solved, their stages reported together, and nothing shown that is not certified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from allocator.errors import NotCertified
from allocator.solve.parts import components
from allocator.solve.solution import Solution, StageResult
from allocator.solve.stages import ComponentSolver, Protected
from allocator_models import Instance, MatrixForm

#: A certificate above this fails the run.
LIMIT = 1e-6
#: What a stage may lose through columns that it did not hold.
LARGEST_LEAK = 1e-9
#: A larger multiplier means that a hold rests on a dual that is no more than noise. The tie-break serves no claim and is not judged by it.
LARGEST_MULTIPLIER = 1e6

OnStage = Callable[[str], None]


def solve_stages(form: MatrixForm, instance: Instance, on_stage: OnStage = lambda _: None) -> Solution:
    """Return the certified plan of `instance`, whose matrix is `form`.

    `on_stage` is told what is being solved. Raises `NotCertified` when a certificate exceeds its limit, `SolverStopped` when the solver
    ends without an answer.
    """
    x = np.array(form.column_lower)
    protected: list[Protected] = []
    decided = []
    parts = list(components(form, instance))
    for number, part in enumerate(parts, start=1):
        solver = ComponentSolver(part, f"part {number} of {len(parts)}", on_stage)
        x[part.columns] = solver.solve()
        protected.extend(solver.protected)
        decided.append(solver.decided())
    stages = _merged(protected)
    _require_certified(stages)
    values = {name: block.index.assign(value=x[block.slice]) for name, block in form.variables.items()}
    settled = pd.concat(decided).sort_values(["claim", "node"], ignore_index=True)
    return Solution(
        values, stages, settled, form.matrix.shape[1], form.matrix.shape[0], form.matrix.nnz, int(form.integrality.sum()), len(parts)
    )


def _merged(protected: list[Protected]) -> tuple[StageResult, ...]:
    """Return one result per stage over all components, in the order of the framework."""
    stages: dict[tuple[int, int, int], StageResult] = {}
    for part in protected:
        known = stages.get(part.order)
        stages[part.order] = part.result if known is None else _joined(known, part.result)
    return tuple(stages[order] for order in sorted(stages))


def _joined(first: StageResult, second: StageResult) -> StageResult:
    lowest = first.rule == "leximin"
    return replace(
        first,
        value=min(first.value, second.value) if lowest else first.value + second.value,
        seconds=first.seconds + second.seconds,
        primal_residual=max(first.primal_residual, second.primal_residual),
        dual_residual=max(first.dual_residual, second.dual_residual),
        gap=max(first.gap, second.gap),
        leak=first.leak + second.leak,
        drift=max(first.drift, second.drift),
        rank_gap=max(first.rank_gap, second.rank_gap),
        multiplier=max(first.multiplier, second.multiplier),
    )


def _require_certified(stages: tuple[StageResult, ...]) -> None:
    for stage in stages:
        limits = dict.fromkeys(("primal_residual", "dual_residual", "gap", "drift", "rank_gap"), LIMIT)
        limits["leak"] = LARGEST_LEAK
        if stage.name != "tie_break":
            limits["multiplier"] = LARGEST_MULTIPLIER
        for what, limit in limits.items():
            figure = getattr(stage, what)
            if not figure <= limit:
                tier = "" if stage.tier is None else f" of tier {stage.tier}"
                raise NotCertified(f"stage {stage.name}{tier}: {what} is {figure:.3g}, allowed is {limit:g}; no result is shown  [A502]")
