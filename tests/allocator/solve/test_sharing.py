"""The guard that no member is worse off by sharing holds in every instance, certified, and costs nobody more than it must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from allocator.audit.result import LIMIT
from allocator.case import resolve_case
from allocator.compile import compile_instance
from allocator.inputs import read_inputs
from allocator.solve import Resolver, Solution, solve_stages
from allocator.solve.parts import Partition
from allocator.solve.sharing import ROOM
from allocator_models import Instance, formulate, lower
from tests.instances import InstanceBuilder
from tests.instances.generator import random_builder

#: What the guard's rooms may shift in these cases.
NEAR = 1e-5


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
    alone, instance = case.copy(), case.build()
    alone.share("standalone")
    for lane in alone.lanes.values():
        lane.limit = lane.trade
    by_claim = short(guarded.alone).groupby("claim").sum()
    assert by_claim.to_numpy() == pytest.approx(short(solved(alone.build())).groupby("claim").sum().to_numpy(), abs=1e-7)
    demand = instance.cells["demand"].groupby(instance.cells["claim"].map(instance.claims["commodity"])).mean()
    room = 0.5 * LIMIT * instance.claims["commodity"].map(demand)
    assert (short(guarded).groupby("claim").sum() <= by_claim + room.where(by_claim > 0.0, 0.0) + 1e-8).all()
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
    assert short(resolver.solution).tolist() == pytest.approx([4.0, 1.0], abs=NEAR)
    form = resolver.partition.form
    upper = form.column_upper.copy()
    upper[form.variables["dispatch"].slice] = 2.0
    moved = resolver.solve(resolver.partition.moved(replace(form, column_upper=upper))).solution
    assert short(moved).tolist() == pytest.approx([4.0, 2.0], abs=NEAR)
    assert short(moved).tolist() == pytest.approx(short(solved(other)).tolist())
    fresh = resolver.solve(Partition(lower(formulate(other)), other)).solution
    assert np.allclose(short(fresh), short(moved))


def test_means_are_measured_without_the_guard() -> None:
    """What the first tier needs of its reserve is what it would need if the market's volume could come from the second."""
    case = two_members(4.0)
    case.reserve("deu_metal", "DEU", "metal", opening=9.0, rank=1)
    plan = solved(case.build())
    assert short(plan).tolist() == pytest.approx([0.0, 0.0])
    assert plan.values["release"]["value"].sum() == pytest.approx(4.0)


def test_who_is_short_of_nothing_alone_is_short_of_nothing() -> None:
    """A room would make a cut of it, however small, where a claim asks for little beside others."""
    assert short(solved(two_members(6.0).build()))[1, 0] == 0.0


def test_the_room_is_half_of_what_the_audit_lets_pass() -> None:
    assert 2.0 * ROOM == LIMIT


def test_a_room_spread_over_many_months_is_more_than_the_solver_takes_for_nothing() -> None:
    """German soldiers ask for a hundred-thousandth of what Dutch toys do, and come first: what is off in a month's balance counts by that.

    With a room of 1e-8 the proof of rank missed its limit by three orders: 4e-10 a month was less than the solver's tolerance.
    """
    case = InstanceBuilder().periods(24)
    case.claim("NLD", "toys", "metal", tier=2, demand=3.0)
    case.claim("DEU", "army", "metal", tier=1, demand=1e-5)
    case.line("sea", "NLD", "metal", limit=2.5)
    case.lane("NLD", "DEU", "metal", limit=1.0)
    case.share("guarded")
    assert max(stage.rank_gap for stage in solved(case.build()).stages if stage.name != "tie_break") < 0.1 * LIMIT


def test_a_real_crisis_has_a_plan_in_which_nobody_is_worse_off() -> None:
    """With less room than the solver's tolerance, plans that only just keep the guard were none."""
    inputs = read_inputs("hormuz_closure")
    sharing = inputs.framework.sharing.model_copy(update={"no_member_worse_off": True})
    law = inputs.framework.model_copy(update={"sharing": sharing})
    guarded = solved(compile_instance(resolve_case(inputs.baseline, inputs.scenario, law, inputs.deliveries)))
    assert guarded.alone is not None
    worse = short(guarded).groupby("claim").sum() - short(guarded.alone).groupby("claim").sum()
    assert worse.max() < 1e-6
