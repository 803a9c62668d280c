"""The search for whole numbers finds what trying every way finds, and what another solver finds stage by stage."""

from __future__ import annotations

import pytest

from allocator.solve import Limits, Solution, solve_stages
from allocator_models import formulate, lower
from tests.instances import InstanceBuilder, random_builder
from tests.reference import cbc, integers
from tests.reference.integers import KINDS

ONE_NODE = Limits(gap=0.0, nodes=1)


#: A few cases that have every kind of whole number between them, and not many ways.
FEW = {"two periods": (11, 16, 35), "three periods": (1, 17)}


def test_no_way_to_choose_whole_numbers_is_better() -> None:
    found = [integers.tried(seed, wholes=True, **KINDS[kind][2]) for kind, seeds in FEW.items() for seed in seeds]
    assert [f"seed {one.seed}: {one.behind}" for one in found if one.behind] == []
    assert {what for one in found for what in one.kinds} == set(integers.WHOLE)


def test_what_a_lower_class_runs_draws_on_no_reserve_of_a_higher_one() -> None:
    """With its plant fixed, a third of the reserve would count as what the first class needs."""
    found = integers.tried(10_078, plants=True, **KINDS["two periods"][2])
    assert (found.possible, found.behind) == (8, "")


def test_a_guarantee_draws_no_more_on_means_of_higher_ranks_than_some_way_must() -> None:
    """A plant of the second class could have more of its guarantee, were the reserve of the first drawn on for its minimum."""
    found = integers.tried(10_065, plants=True, **KINDS["three periods"][2])
    assert (found.possible, found.behind, "guarantee 2 first" in found.apart) == (3, "", True)


def test_no_lever_is_paid_for_where_wider_means_are_drawn_on_much() -> None:
    """The slack of what is drawn in all was kept of the first class's own means, which it needs nothing of, and unlocked a lever."""
    found = integers.tried(10_125, wholes=True, **KINDS["two periods"][2])
    assert (found.possible, found.behind, found.kinds["levers with a fixed cost"]) == (15, "", False)


def test_draws_of_parts_without_whole_numbers_are_compared_too() -> None:
    """The least harm there draws otherwise on a reserve that decays than leximin does."""
    found = integers.tried(10_062, plants=True, **KINDS["three periods"][2])
    assert (found.possible, found.behind, "draw 2" in found.apart) == (64, "", True)


def test_a_way_that_is_not_the_best_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lines that need all of what there is: were both said to stand still, each way in which one runs is better."""
    case = InstanceBuilder().periods(1)
    for sector in ("glass", "steel"):
        case.claim("NLD", sector, "gas", tier=1, demand=1.0)
        case.plant(f"NLD/{sector}/gas", minimum=1.0)
    case.line("QAT", "NLD", "gas", limit=1.0)
    monkeypatch.setattr(integers, "random_builder", lambda _seed, **_features: case)
    assert integers.tried(0).behind == ""
    monkeypatch.setattr(integers, "whole_numbers", lambda _: dict.fromkeys([("operate", 0, 0), ("operate", 1, 0)], 0))
    assert integers.tried(0).behind.startswith("coverage 1")


def test_another_solver_finds_the_same_stage_by_stage() -> None:
    pytest.importorskip("pulp")
    for seed in range(3):
        instance = random_builder(seed, plants=True, regions=2, commodities=2, tiers=2, horizon=2, tail=0).build()
        with cbc.compared() as stages:
            solve_stages(lower(formulate(instance)), instance)
        assert stages
        assert max(stage.apart for stage in stages) <= cbc.CLOSE


def test_a_search_that_is_stopped_gives_the_same_plan_every_time() -> None:
    """One node may not be enough for eight furnaces, none of which fits beside another; the plan holds all the same."""
    case = InstanceBuilder().periods(1)
    for number in range(8):
        case.claim("NLD", f"line_{number}", "gas", tier=1, demand=1.0 + number / 7)
        case.plant(f"NLD/line_{number}/gas", minimum=0.55 + number / 13)
    case.line("QAT", "NLD", "gas", limit=5.1)
    instance = case.build()
    form = lower(formulate(instance))
    stopped, again, whole = (solve_stages(form, instance, limits=limits) for limits in (ONE_NODE, ONE_NODE, Limits()))
    assert whole.proven
    assert _harm(stopped) >= _harm(whole) - 1e-9
    assert again.values["operate"].equals(stopped.values["operate"])


def _harm(solution: Solution) -> float:
    return next(stage.value for stage in solution.stages if stage.name == "integer_rule")
