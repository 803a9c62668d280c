"""All connected parts solved, their stages reported together, and nothing shown that is not certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from allocator.errors import NotCertified
from allocator.solve.control import Control
from allocator.solve.holding import Holding
from allocator.solve.integers import fixed
from allocator.solve.linear import Basis, FloatArray
from allocator.solve.mip import USUAL, Limits
from allocator.solve.opened import open_columns
from allocator.solve.parts import Component, IntArray, Partition
from allocator.solve.programs import Place, Programs
from allocator.solve.solution import Solution, StageResult, Values
from allocator.solve.stages import ComponentSolver
from allocator.solve.table import Table
from allocator.solve.watch import Protected
from allocator_models import Instance, MatrixForm

#: A certificate above this fails the run.
LIMIT = 1e-6
#: What a stage may lose through columns that it did not hold, relative to max(1, |value|).
LARGEST_LEAK = 1e-9
#: Of what the worst part counts.
WORST = ("primal_residual", "dual_residual", "gap", "drift", "rank_gap", "multiplier")
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
    decided: Table
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
    settled = {name: np.concatenate([plan.decided[name] for plan in solved]) for name in ("claim", "node", "tier")}
    decided = Table(settled).where(np.lexsort((settled["node"], settled["claim"])))
    size = form.matrix.shape[1], form.matrix.shape[0], form.matrix.nnz, int(form.integrality.sum())
    return Solution(Values(form, x), stages, pd.DataFrame(decided.columns), *size, len(partition), alone)


def _merged(protected: list[Protected]) -> tuple[StageResult, ...]:
    """Return one result per stage over all components, in the order of the framework."""
    stages: dict[tuple[int, int, int], list[StageResult]] = {}
    for part in protected:
        stages.setdefault(part.order, []).append(part.result)
    return tuple(_over_parts(stages[order]) for order in sorted(stages))


def _over_parts(results: list[StageResult]) -> StageResult:
    """Return one stage of all parts."""
    first = results[0]
    if len(results) == 1:
        return first
    values = [result.value for result in results]
    worst = {name: max(getattr(result, name) for result in results) for name in WORST}
    rates: dict[tuple[str, int | None], float] = {}
    for result in results:
        for stage, rate in result.rates.items():
            rates[stage] = max(rates.get(stage, 0.0), rate)
    return replace(
        first,
        value=min(values) if first.rule in ("leximin", "soft_priorities") else sum(values),
        seconds=sum(result.seconds for result in results),
        leak=sum(result.leak for result in results),
        rates=rates,
        nodes=None if first.nodes is None else sum(result.nodes or 0 for result in results),
        proven=all(result.proven for result in results),
        **worst,
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
