"""A plan that is made wrong on purpose is not shown: the figure that is there for its fault catches it, and the run ends with exit 4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocator.errors import NotCertified
from allocator.solve import Solution, highs, leximin, programs, ranked, solve_stages
from allocator.solve.face import Face, Held
from allocator.solve.highs import minimise
from allocator.solve.linear import LinearProgram, Optimum
from allocator_models import Instance, formulate, lower
from tests.instances import InstanceBuilder


@pytest.fixture
def instance() -> Instance:
    """Two months: tier 1 is short in the second, tier 2 gets the rest of the first; a reserve, a restraint and a dear line."""
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=2.0, restraint=0.1, restraint_cost=1.0)
    case.line("QAT", "NLD", "helium", limit=[3.0, 1.0])
    case.line("spot", "NLD", "helium", limit=0.25, premium=2.0)
    case.reserve("cavern", "NLD", "helium", opening=0.5, rank=1)
    return case.build()


def solved(instance: Instance) -> Solution:
    return solve_stages(lower(formulate(instance)), instance)


def worst(result: Solution, figure: str) -> float:
    return max(float(getattr(stage, figure)) for stage in result.stages)


def test_the_untouched_plan_is_certified(instance: Instance) -> None:
    result = solved(instance)
    for figure in ("primal_residual", "dual_residual", "gap", "leak", "drift", "rank_gap"):
        assert worst(result, figure) <= 1e-9, figure


def assert_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch, figure: str) -> None:
    """The run is refused with exit 4, and the figure that shows the fault is above its limit."""
    with pytest.raises(NotCertified) as refused:
        solved(instance)
    assert refused.value.exit_code == 4
    monkeypatch.setattr(ranked, "_require_certified", lambda _: None)
    assert worst(solved(instance), figure) > 1e-6


def _is_tie_break(program: LinearProgram) -> bool:
    """Only the tie-break has a positive cost in every column."""
    return bool((program.cost >= 1.0).all())


class _Tampered:
    """A solver's solution with other column values."""

    def __init__(self, solution: Any, columns: np.ndarray) -> None:
        self.col_value, self.row_dual = columns.tolist(), solution.row_dual


def test_a_solver_that_breaks_a_row_is_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = highs._solve

    def lying(program: LinearProgram, *others: Any) -> tuple[Any, Any]:
        solution, basis = honest(program, *others)
        values = np.asarray(solution.col_value)
        return (_Tampered(solution, values + 1e-4) if _is_tie_break(program) else solution), basis

    monkeypatch.setattr(highs, "_solve", lying)
    assert_caught(instance, monkeypatch, "primal_residual")


def test_a_solver_that_stops_early_is_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """It returns a feasible plan, calls it optimal and proves it with duals of no value: the gap shows it, in the last program already."""
    honest = highs._solve

    def lying(program: LinearProgram, *others: Any) -> tuple[Any, Any]:
        return honest(replace(program, cost=np.zeros(len(program.cost))) if _is_tie_break(program) else program, *others)

    monkeypatch.setattr(highs, "_solve", lying)
    assert_caught(instance, monkeypatch, "gap")


def test_a_leximin_that_stops_early_ends(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that stops, "Optimal", at a level above which every cell can rise: refused, where it was tried again for ever."""
    honest = highs._solve
    monkeypatch.setattr(highs, "_solve", lambda program, *others: honest(replace(program, cost=np.zeros(len(program.cost))), *others))
    with pytest.raises(NotCertified):
        solved(instance)


def test_duals_that_are_wrong_are_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is right, its proof is not."""
    honest = highs._solve

    def lying(program: LinearProgram, *others: Any) -> tuple[Any, Any]:
        solution, basis = honest(program, *others)
        tampered = _Tampered(solution, np.asarray(solution.col_value))
        tampered.row_dual = (np.asarray(solution.row_dual) * 1.001).tolist()
        return (tampered if _is_tie_break(program) else solution), basis

    monkeypatch.setattr(highs, "_solve", lying)
    assert_caught(instance, monkeypatch, "gap")


def _last_plan_with(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[LinearProgram], Optimum]:
    """`minimise` that changes the plan and nothing else of its optimum, so that the program's own certificate stays clean."""

    def tampered(program: LinearProgram, *others: Any) -> Optimum:
        optimum = minimise(program, *others)
        return replace(optimum, x=change(optimum.x)) if _is_tie_break(program) else optimum

    return tampered


def test_a_final_plan_that_gives_a_claim_less_is_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth is moved from tier 1 to tier 2 after everything was certified: stages are recomputed from the final plan, and drift."""
    form = lower(formulate(instance))
    health, balloons = (form.variables["shortfall"].start + int(place) for place in (2, 0))
    assert instance.claims["name"].tolist() == ["NLD/balloons/helium", "NLD/health/helium"]

    def change(x: np.ndarray) -> np.ndarray:
        worse = x.copy()
        worse[health] += 0.1
        worse[balloons] -= 0.1
        return worse

    assert solved(instance).components == 1
    monkeypatch.setattr(programs, "minimise", _last_plan_with(change))
    assert_caught(instance, monkeypatch, "drift")


def test_a_stage_that_holds_nothing_is_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later stages then trade away what an earlier one reached; the leak bound says so before they do, and the drift after it."""

    def nothing(face: Face, optimum: Optimum) -> Held:
        cost = optimum.reduced_cost[: len(face.lower)]
        none = np.zeros(0, dtype=np.int64)
        return Held(none, none, float((np.abs(cost) * (face.upper - face.lower)).sum()))

    monkeypatch.setattr(Face, "hold", nothing)
    assert_caught(instance, monkeypatch, "leak")


def test_columns_wrongly_held_are_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first stages hold every column where it stands: each program is clean, only the proof of rank shows what lower tiers lose."""
    honest = Face.hold

    def greedy(face: Face, optimum: Optimum) -> Held:
        held = honest(face, optimum)
        face.fix(np.arange(len(face.lower)), np.clip(optimum.x[: len(face.lower)], face.lower, face.upper))
        return held

    monkeypatch.setattr(Face, "hold", greedy)
    assert_caught(instance, monkeypatch, "rank_gap")
    result = solved(instance)
    assert worst(result, "primal_residual") <= 1e-9
    assert worst(result, "gap") <= 1e-9
    assert worst(result, "drift") <= 1e-9


def test_a_leximin_that_settles_a_cell_too_low_is_caught(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round that takes every cell for stuck: each program is clean, yet a month that could be at 1 is left at 0.875."""
    monkeypatch.setattr(leximin, "STUCK", -1.0)
    assert_caught(instance, monkeypatch, "rank_gap")
    result = solved(instance)
    assert worst(result, "gap") <= 1e-9
    assert worst(result, "drift") <= 1e-9
