"""One answer: the tie-break leaves no choice, and solving connected parts apart changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from allocator.solve import parts
from allocator.solve.highs import minimise
from allocator.solve.linear import LinearProgram
from allocator.solve.refine import is_unique
from allocator_models import formulate, lower
from tests.answers import answer
from tests.instances import InstanceBuilder, random_builder


def shared_among_equals(costs: list[float]) -> LinearProgram:
    """One unit from either of two sources."""
    return LinearProgram(sp.csr_array(np.ones((1, 2))), np.ones(1), np.ones(1), np.zeros(2), np.ones(2), np.array(costs))


def test_equal_costs_leave_a_choice_and_different_ones_none() -> None:
    tied, settled = shared_among_equals([1.5, 1.5]), shared_among_equals([1.5, 1.25])
    assert not is_unique(tied, minimise(tied))
    assert is_unique(settled, minimise(settled))
    assert minimise(settled).x.tolist() == [0.0, 1.0]


def test_a_choice_between_fixed_columns_is_none() -> None:
    fixed = replace(shared_among_equals([1.5, 1.5]), lower=np.array([1.0, 0.0]), upper=np.array([1.0, 0.0]))
    assert is_unique(fixed, minimise(fixed))


def many_equal_sources(order: list[str]) -> InstanceBuilder:
    """Three lines that are alike but for their names, of which one is needed in each of two months."""
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    for name in order:
        case.line(name, "NLD", "helium", limit=1.0)
    return case


def test_the_same_question_has_one_answer() -> None:
    first, second = answer(many_equal_sources(["a", "b", "c"])), answer(many_equal_sources(["c", "a", "b"]))
    for name, frame in first.values.items():
        pd.testing.assert_frame_equal(frame, second.values[name], check_exact=True)
    used = [first.total("dispatch", name) for name in ("a", "b", "c")]
    assert sum(used) == pytest.approx(2.0)


def recycling() -> InstanceBuilder:
    """What is asked for comes anyway; more could be bought in lots, and scrap that nobody buys could be recycled for nobody."""
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("market", "NLD", "helium", limit=1.0)
    case.line("seller", "NLD", "helium", limit=2.0)
    case.lot("seller", 0.5)
    case.line("scrap", "NLD", "scrap", limit=2.0)
    case.process("recycle", "NLD", {"scrap": 1.0}, {"slag": 1.0}, limit=2.0)
    case.plant("recycle", minimum=1.0)
    return case


def test_what_may_run_runs_and_nothing_is_bought_in_lots_without_need() -> None:
    plan = answer(recycling())
    assert (plan.path("operate", "recycle"), plan.path("lots", "seller")) == ([1.0, 1.0], [0.0, 0.0])


def test_no_lot_is_bought_so_that_something_runs_for_nobody() -> None:
    """Where a lot has no price, nothing but the tie-break speaks against it."""
    for name in ("scrap", "a", "b", "c"):
        case = recycling()
        case.lines[name] = case.lines.pop("scrap")
        case.lot(name, 1.0)
        plan = answer(case)
        assert (plan.path("operate", "recycle"), plan.path("lots", name)) == ([0.0, 0.0], [0.0, 0.0])


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 8, 13, 21, 34, 55, 89])
def test_parts_solved_apart_have_the_answer_of_the_whole(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coverage, restraint, releases and every flow: entries that parts have in common never change a comparison."""
    case = random_builder(seed, regions=3, commodities=2, lanes=False)
    apart = answer(case)
    labels = parts._labels
    monkeypatch.setattr(parts, "_labels", lambda *given: tuple(np.zeros_like(label) for label in labels(*given)))
    whole = answer(case)
    for name, frame in apart.values.items():
        assert whole.values[name]["value"].to_numpy() == pytest.approx(frame["value"].to_numpy(), abs=1e-7), name


def test_regions_without_lanes_fall_apart() -> None:
    case = InstanceBuilder().periods(1)
    for region in ("DEU", "NLD"):
        case.claim(region, "health", "helium", tier=1, demand=1.0)
        case.line(f"QAT_{region}", region, "helium", limit=0.5)
    instance = case.build()
    assert len(parts.Partition(lower(formulate(instance)), instance)) == 2
    case.lane("DEU", "NLD", "helium", limit=1.0)
    instance = case.build()
    assert len(parts.Partition(lower(formulate(instance)), instance)) == 1
