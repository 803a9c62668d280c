"""The stages of the formulation, in strict rank, component by component.

Adding entries that are common to both sides never changes a leximin comparison, so parts of the problem that share no row are solved apart
and their stages reported together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocator.errors import NotCertified
from allocator.solve.component import Component, ComponentSolver, Protected
from allocator.solve.solution import Solution, StageResult
from allocator_models import Instance, MatrixForm

#: A certificate above this fails the run.
LIMIT = 1e-6

OnStage = Callable[[str], None]


def solve_stages(form: MatrixForm, instance: Instance, on_stage: OnStage = lambda _: None) -> Solution:
    """Return the certified plan of `instance`, whose matrix is `form`.

    `on_stage` is told what is being solved. Raises `NotCertified` when a certificate exceeds its limit, `SolverStopped` when the solver
    ends without an answer.
    """
    x = np.array(form.column_lower)
    protected: list[Protected] = []
    parts = components(form)
    for number, (columns, rows) in enumerate(parts, start=1):
        solver = ComponentSolver(Component.of(form, instance, columns, rows))
        x[columns] = solver.solve(lambda stage, number=number: on_stage(f"part {number} of {len(parts)}: {stage}"))  # type: ignore[misc]
        protected.extend(solver.protected)
    stages = _merged(protected)
    _require_certified(stages)
    values = {name: block.index.assign(value=x[block.slice]) for name, block in form.variables.items()}
    return Solution(values, stages, form.matrix.shape[1], form.matrix.shape[0], form.matrix.nnz, int(form.integrality.sum()), len(parts))


def components(form: MatrixForm) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Return the columns and rows of every connected part of the matrix, in the order of their first column."""
    height, width = form.matrix.shape
    graph = sp.block_array([[None, form.matrix], [form.matrix.T, None]], format="csr")
    _, labels = connected_components(graph, directed=False)
    row_labels, column_labels = labels[:height], labels[height:]
    by_column = pd.Series(np.arange(width)).groupby(column_labels, sort=False).indices
    by_row = pd.Series(np.arange(height)).groupby(row_labels, sort=False).indices
    none = np.zeros(0, dtype=np.int64)
    return [(np.sort(columns), np.sort(by_row.get(label, none))) for label, columns in by_column.items()]


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
    )


def _require_certified(stages: tuple[StageResult, ...]) -> None:
    for stage in stages:
        for what in ("primal_residual", "dual_residual", "gap", "leak", "drift"):
            figure = getattr(stage, what)
            if not figure <= LIMIT:
                tier = "" if stage.tier is None else f" of tier {stage.tier}"
                raise NotCertified(f"stage {stage.name}{tier}: {what} is {figure:.3g}, allowed is {LIMIT:g}; no result is shown  [A502]")
