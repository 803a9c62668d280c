"""The guard that no member is worse off by sharing holds in every instance, certified, and costs nobody more than it must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from allocator.case import resolve_case
from allocator.compile import compile_instance
from allocator.inputs import read_inputs
from allocator.solve import Resolver, Solution, solve_stages
from allocator.solve.parts import Partition
from allocator_models import Instance, formulate, lower
from tests.instances import InstanceBuilder
from tests.instances.generator import random_builder


def solved(instance: Instance) -> Solution:
    return solve_stages(lower(formulate(instance)), instance)


def short(solution: Solution) -> pd.Series:
    return solution.values["shortfall"].set_index(["claim", "node"])["value"]


@pytest.mark.parametrize("seed", range(12))
def test_nobody_is_short_of_more_than_alone(seed: int) -> None:
    """Alone is what another model gives: without lanes beyond trade, releases used at home."""
    case = random_builder(seed, tree=False)
    case.share("guarded")
    guarded = solved(case.build())
    assert guarded.alone is not None
    alone = case.copy()
    alone.share("standalone")
    for lane in alone.lanes.values():
        lane.limit = lane.trade
    by_claim = short(guarded.alone).groupby("claim").sum()
    assert by_claim.to_numpy() == pytest.approx(short(solved(alone.build())).groupby("claim").sum().to_numpy(), abs=1e-7)
    assert (short(guarded).groupby("claim").sum() <= by_claim + 1e-7).all()
    for stage in guarded.stages:
        assert stage.rank_gap <= 1e-6 or stage.name == "tie_break"


def two_members(market: float = 6.0) -> InstanceBuilder:
    """The Dutch, second, have a market; the Germans, first, only what is sent on."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "games", "metal", tier=2, demand=4.0)
    case.claim("DEU", "army", "metal", tier=1, demand=4.0)
    case.line("sea", "NLD", "metal", limit=market)
    case.lane("NLD", "DEU", "metal", limit=4.0)
    case.share("guarded")
    return case


def test_a_limit_that_is_moved_moves_what_members_have_alone() -> None:
    """A hundredth less for the Dutch market would leave no plan if they were still to have what they had."""
    instance, other = two_members(3.0).build(), two_members(2.0).build()
    resolver = Resolver(Partition(lower(formulate(instance)), instance))
    assert short(resolver.solution).tolist() == pytest.approx([4.0, 1.0])
    form = resolver.partition.form
    upper = form.column_upper.copy()
    upper[form.variables["dispatch"].slice] = 2.0
    moved = resolver.solve(resolver.partition.moved(replace(form, column_upper=upper))).solution
    assert short(moved).tolist() == pytest.approx([4.0, 2.0])
    assert short(moved).tolist() == pytest.approx(short(solved(other)).tolist())
    fresh = resolver.solve(Partition(lower(formulate(other)), other)).solution
    assert np.allclose(short(fresh), short(moved))


def test_means_are_measured_without_the_guard() -> None:
    """What the first tier needs of its reserve is what it would need if the market's volume could come from the second."""
    case = two_members(4.0)
    case.reserve("deu_metal", "DEU", "metal", opening=9.0, rank=1)
    plan = solved(case.build())
    assert short(plan).tolist() == pytest.approx([0.0, 0.0], abs=2e-8)
    assert plan.values["release"]["value"].sum() == pytest.approx(4.0, abs=2e-8)


def test_a_real_crisis_has_a_plan_in_which_nobody_is_worse_off() -> None:
    """With less room than the solver's tolerance, plans that only just keep the guard were none."""
    inputs = read_inputs("hormuz_closure")
    sharing = inputs.framework.sharing.model_copy(update={"no_member_worse_off": True})
    law = inputs.framework.model_copy(update={"sharing": sharing})
    guarded = solved(compile_instance(resolve_case(inputs.baseline, inputs.scenario, law, inputs.deliveries)))
    assert guarded.alone is not None
    worse = short(guarded).groupby("claim").sum() - short(guarded.alone).groupby("claim").sum()
    assert worse.max() < 1e-6
