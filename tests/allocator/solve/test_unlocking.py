"""Levers that are unlocked: every choice tried by hand, and rows that couple everything left out as long as the plan keeps them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from allocator.solve.parts import Partition
from allocator.solve.resolve import Resolver
from allocator_models import formulate, lower
from tests.answers import Answer, answer
from tests.instances import InstanceBuilder

#: What each lever can bring, what a unit costs, and what it costs to use it at all.
LEVERS = {
    "norway": ("metal", 5.0, 2.0, 4.0),
    "canada": ("metal", 3.0, 1.0, 0.0),
    "iceland": ("gas", 4.0, 1.0, 3.0),
    "qatar": ("gas", 2.0, 3.0, 0.0),
}


def crisis(**allowed: float) -> InstanceBuilder:
    """Ten of metal and of gas are asked for, by the first class and the second; four of each come anyway."""
    case = InstanceBuilder().periods(1)
    for tier, (sector, good) in enumerate((("health", "metal"), ("glass", "gas")), 1):
        case.claim("NLD", sector, good, tier=tier, demand=10.0)
        case.line(f"market_{good}", "NLD", good, limit=4.0)
    for name, (good, limit, premium, fixed) in LEVERS.items():
        case.line(name, "NLD", good, limit=limit, premium=premium)
        case.lever(name, good, rank=2, lines=(name,))
        case.unlock(name, fixed)
    case.allow(**allowed)
    return case


def best(together: int, budget: float) -> tuple[float, float, float]:
    """Return what the classes get and minus what it costs, the greatest in this order over every choice of levers.

    Within a choice the cheaper lever of a good is used first, and the first class spends first.
    """
    found = []
    for count in range(together + 1):
        for chosen in combinations(LEVERS, count):
            left = budget - sum(LEVERS[name][3] for name in chosen)
            got = {"metal": 4.0, "gas": 4.0}
            for name in sorted(chosen, key=lambda name: (LEVERS[name][0] != "metal", LEVERS[name][2])):
                good, limit, premium, _ = LEVERS[name]
                bought = min(limit, 10.0 - got[good], left / premium)
                got[good] += bought
                left -= bought * premium
            if left >= 0.0:
                found.append((got["metal"], got["gas"], left - budget))
    return max(found)


def reached(plan: Answer) -> tuple[float, float, float]:
    cost = {stage.name: stage.value for stage in plan.stages}["cost"]
    return plan.total("allocate", "NLD/health/metal"), plan.total("allocate", "NLD/glass/gas"), -cost


@pytest.mark.parametrize(
    ("together", "budget"), [(4, 100.0), (2, 100.0), (3, 100.0), (1, 100.0), (4, 13.0), (4, 9.0), (3, 7.0), (2, 3.0), (0, 9.0)]
)
def test_no_other_choice_of_levers_is_better(together: int, budget: float) -> None:
    plan = answer(crisis(at_most_together=together, budget_eur=budget))
    assert reached(plan) == pytest.approx(best(together, budget), abs=1e-6)


@pytest.mark.parametrize(("market", "guarantee"), [(0.5, 0.0), (0.05, 1.0)])
def test_no_lever_is_unlocked_for_what_the_slack_of_a_search_adds(market: float, guarantee: float) -> None:
    """A class short of gas may not use the lever of the first, be it for its guarantee: it got some millionths of a per cent."""
    case = InstanceBuilder().periods(1)
    case.claim("DEU", "health", "gas", tier=1, demand=9.0)
    case.claim("NLD", "glass", "gas", tier=2, demand=1.0, guarantee=guarantee)
    case.line("market", "DEU", "gas", limit=9.0)
    case.line("trade", "NLD", "gas", limit=market)
    case.line("norway", "NLD", "gas", limit=1.0, premium=1.0)
    case.lever("norway", "gas", rank=1, lines=("norway",))
    case.unlock("norway", 3.0)
    assert answer(case).path("unlock", "norway") == [0.0]


@pytest.mark.parametrize(("together", "parts"), [(4, 2), (2, 1)])
def test_what_couples_everything_is_left_out_as_long_as_the_plan_keeps_it(together: int, parts: int) -> None:
    instance = crisis(at_most_together=together).build()
    partition = Partition(lower(formulate(instance)), instance)
    assert (len(partition), len(partition.coupled())) == (2, 1)
    assert len(Resolver(partition).partition) == parts


def test_a_problem_that_is_asked_again_is_joined_where_it_must_be() -> None:
    """The first plan uses three levers; when the market fails, four would be used and three may be."""
    before = crisis(at_most_together=3)
    before.lines["market_gas"].limit = 7.0
    after = crisis(at_most_together=3)
    first, second = (Partition(lower(formulate(instance)), instance) for instance in (before.build(), after.build()))
    resolver = Resolver(first)
    assert len(resolver.partition) == 2
    solution = resolver.solve(second).solution
    expected = answer(after)
    for name, values in solution.values.items():
        np.testing.assert_allclose(values["value"], expected.values[name]["value"], atol=1e-9)
    assert solution.values["unlock"]["value"].sum() == pytest.approx(3.0)
