"""All connected parts solved, their stages reported together, and nothing shown that is not certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from allocator.errors import NotCertified
from allocator.solve.control import Control
from allocator.solve.highs import Basis, FloatArray
from allocator.solve.holding import Holding
from allocator.solve.integers import fixed
from allocator.solve.mip import USUAL, Limits
from allocator.solve.opened import open_columns
from allocator.solve.parts import Component, IntArray, Partition
from allocator.solve.programs import Place, Programs
from allocator.solve.solution import Solution, StageResult
from allocator.solve.stages import ComponentSolver
from allocator.solve.watch import Protected
from allocator_models import Instance, MatrixForm

#: A certificate above this fails the run.
LIMIT = 1e-6
#: What a stage may lose through columns that it did not hold, relative to max(1, |value|).
LARGEST_LEAK = 1e-9
_NONE: IntArray = np.zeros(0, dtype=np.int64)
#: Parts solved at a time; the solver gives way to other threads while it works.
WORKERS = 2


@dataclass(frozen=True)
class SolvedPart:
    """The plan of one component.

    Attributes:
        x: its columns.
        protected: what its stages reached.
        decided: claim, node and deciding tier of its cells.
        holdings, bases, open: what stops the cells that are short, the bases of its programs, and columns that another plan that is as good
            has otherwise; where they were kept.
        bounds: lower and upper bounds of its columns, whole numbers fixed and draws on narrow means limited; None where none are whole.
    """

    x: FloatArray
    protected: Sequence[Protected]
    decided: pd.DataFrame
    holdings: Sequence[Holding] = ()
    bases: Mapping[Place, Basis] = field(default_factory=dict)
    open: IntArray = field(default_factory=lambda: _NONE)
    bounds: tuple[FloatArray, FloatArray] | None = None


def solve_stages(form: MatrixForm, instance: Instance, control: Control | None = None, limits: Limits = USUAL) -> Solution:
    """Return the certified plan of `instance`, whose matrix is `form`; to ask more of it afterwards, use a `Resolver`.

    `control` is told what is being solved, and stops it; `limits` end the search for whole numbers. Raises `NotCertified` when a
    certificate exceeds its limit, `SolverStopped` when the solver ends without an answer, `Cancelled` when it was stopped.
    """
    partition, control = Partition(form, instance), control or Control()
    alone = None
    if partition.guard is not None:
        alone = _solved(partition.alone(), control, limits)
        partition = partition.no_worse(alone)
    return _solved(partition, control, limits, alone)


def _solved(partition: Partition, control: Control, limits: Limits, alone: Solution | None = None) -> Solution:
    """Return the certified plan of all parts, joined where rows that were left out call for it."""
    solved = solve_parts(list(partition), control, limits=limits)
    if not partition.keeps(whole_plan(partition, solved)):
        partition = partition.coupled()
        solved = solve_parts(list(partition), control, limits=limits)
    return joined(partition, solved, alone)


def solve_parts(
    parts: Sequence[Component],
    control: Control,
    references: Mapping[int, Mapping[Place, Basis]] | None = None,
    keep: bool = False,
    limits: Limits = USUAL,
) -> list[SolvedPart]:
    """Solve components apart, `WORKERS` at a time and the largest first.

    Args:
        parts: what to solve.
        control: told what is being solved, and stops it.
        references: bases to start from, by the position of the part.
        keep: whether the bases of all programs are kept, what stops the cells that are short, and what is open.
        limits: of the search for whole numbers, in parts that have any.
    """
    starts = references or {}

    def solve(number: int) -> SolvedPart:
        programs = Programs(f"part {number + 1} of {len(parts)}", control, starts.get(number), keep)
        part = parts[number]
        choice = part.integer & (part.face.lower < part.face.upper)
        part, reached = fixed(part, programs, limits) if choice.any() else (part, [])
        solver = ComponentSolver(part, programs)
        x = solver.solve()
        holdings = solver.holders.of_short(x, part.rows) if keep else ()
        bases = dict(programs.bases)
        opened = open_columns(solver, x, programs) if keep else _NONE
        bounds = (part.face.lower, part.face.upper) if choice.any() else None
        return SolvedPart(x, [*reached, *solver.protected], solver.decided(), holdings, bases, opened, bounds)

    with ThreadPoolExecutor(WORKERS, "solve") as pool:
        largest_first = sorted(range(len(parts)), key=lambda number: -len(parts[number].columns))
        running = {number: pool.submit(solve, number) for number in largest_first}
        try:
            wait(running.values(), return_when=FIRST_EXCEPTION)
            for future in running.values():
                if future.done():
                    future.result()
        except BaseException:
            control.cancel()
            raise
        return [running[number].result() for number in range(len(parts))]


def whole_plan(partition: Partition, solved: Sequence[SolvedPart]) -> FloatArray:
    """Return the plan of all parts, column by column."""
    x = np.array(partition.form.column_lower)
    for number, plan in enumerate(solved):
        x[partition.columns(number)] = plan.x
    return x


def joined(partition: Partition, solved: Sequence[SolvedPart], alone: Solution | None = None) -> Solution:
    """Return the certified plan of all parts; `alone` is that without sharing, where there is a guard."""
    form, x = partition.form, whole_plan(partition, solved)
    stages = _merged([stage for plan in solved for stage in plan.protected])
    _require_certified(stages)
    values = {name: block.index.assign(value=x[block.slice]) for name, block in form.variables.items()}
    settled = pd.concat([plan.decided for plan in solved]).sort_values(["claim", "node"], ignore_index=True)
    size = form.matrix.shape[1], form.matrix.shape[0], form.matrix.nnz, int(form.integrality.sum())
    return Solution(values, stages, settled, *size, len(partition), alone)


def _merged(protected: list[Protected]) -> tuple[StageResult, ...]:
    """Return one result per stage over all components, in the order of the framework."""
    stages: dict[tuple[int, int, int], StageResult] = {}
    for part in protected:
        known = stages.get(part.order)
        stages[part.order] = part.result if known is None else _joined(known, part.result)
    return tuple(stages[order] for order in sorted(stages))


def _joined(first: StageResult, second: StageResult) -> StageResult:
    lowest = first.rule in ("leximin", "soft_priorities")
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
        rates={
            stage: max(first.rates.get(stage, 0.0), second.rates.get(stage, 0.0)) for stage in dict.fromkeys((*first.rates, *second.rates))
        },
        nodes=None if first.nodes is None else first.nodes + (second.nodes or 0),
        proven=first.proven and second.proven,
    )


def _require_certified(stages: tuple[StageResult, ...]) -> None:
    for stage in stages:
        limits = dict.fromkeys(("primal_residual", "dual_residual", "gap", "drift"), LIMIT) | {"leak": LARGEST_LEAK}
        if stage.name != "tie_break":  # it serves no claim
            limits["rank_gap"] = LIMIT
        if stage.nodes is not None:  # its gap is that of a search, and stated
            limits.pop("gap")
        for what, limit in limits.items():
            figure = getattr(stage, what)
            if not figure <= limit:
                tier = "" if stage.tier is None else f" of tier {stage.tier}"
                found = f"{what} is {figure:.3g}, allowed is {limit:g}"
                raise NotCertified(f"stage {stage.name}{tier}: {found}; no result is shown, report the scenario  [A502]")
