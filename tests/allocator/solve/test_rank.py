"""The rank certificate proves sound chains, and catches what a stage held without reason while its own certificate is clean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from allocator.errors import NotCertified
from allocator.solve import Solution, ranked, solve_stages
from allocator.solve.face import Face, Held
from allocator.solve.linear import Optimum
from allocator_models import Instance, formulate, lower
from tests.instances import InstanceBuilder, random_instance


def solved(instance: Instance) -> Solution:
    return solve_stages(lower(formulate(instance)), instance)


@pytest.mark.parametrize("seed", range(300, 312))
def test_sound_chains_are_proven_on_the_data_alone(seed: int) -> None:
    for stage in solved(random_instance(seed)).stages:
        assert stage.rank_gap <= 1e-9


def two_tiers() -> Instance:
    """Tier 1 needs 1 of 3 units, so tier 2 gets 2 of its 4."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=4.0)
    case.line("QAT-NLD", "NLD", "helium", limit=3.0)
    return case.build()


def test_a_stage_that_takes_more_than_it_needs_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program is still optimal on the bounds it was given: only the chain shows that tier 2 lost two units for nothing."""
    sound_hold = Face.hold

    def greedy_hold(face: Face, optimum: Optimum) -> Held:
        held = sound_hold(face, optimum)
        surplus = (face.upper == 3.0) & (face.lower == 0.0) & (optimum.x[: len(face.upper)] == 0.0)
        face.upper[surplus] = 0.0
        dispatch = (face.upper == 3.0) & (face.lower < 3.0)
        face.upper[dispatch] = np.maximum(face.lower[dispatch], 1.0)
        return held

    assert solved(two_tiers()).values["shortfall"]["value"].tolist() == pytest.approx([2.0, 0.0])
    monkeypatch.setattr(Face, "hold", greedy_hold)
    with pytest.raises(NotCertified, match="rank_gap"):
        solved(two_tiers())
    monkeypatch.setattr(ranked, "_require_certified", lambda _: None)
    stages = solved(two_tiers()).stages
    assert max(stage.gap for stage in stages) <= 1e-9
    assert max(stage.primal_residual for stage in stages) <= 1e-9
    assert max(stage.rank_gap for stage in stages) > 0.1


def noisy_hold(drawn: np.random.Generator) -> Callable[[Face, Optimum], Held]:
    """Hold half of the columns at their lower bounds whose reduced cost is zero, as if it were 2e-9."""
    sound_hold = Face.hold

    def hold(face: Face, optimum: Optimum) -> Held:
        size = len(face.lower)
        idle = (face.lower < face.upper) & (optimum.x[:size] == face.lower) & (optimum.reduced_cost[:size] == 0.0)
        chosen = np.append(idle & (drawn.random(size) < 0.5), np.zeros(len(optimum.x) - size, dtype=bool))
        reduced_cost = np.where(chosen, 2e-9, optimum.reduced_cost)
        basis = replace(optimum.basis, columns=np.where(chosen, 0, optimum.basis.columns))
        return sound_hold(face, replace(optimum, reduced_cost=reduced_cost, basis=basis))

    return hold


def test_holds_that_rest_on_noise_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """In 10 chains every program is clean on the bounds it was given; where claims lose by the holds, the proof of rank says so."""
    instances = [random_instance(seed) for seed in range(300, 310)]
    sound = [solved(instance) for instance in instances]
    monkeypatch.setattr(Face, "hold", noisy_hold(np.random.default_rng(300)))
    monkeypatch.setattr(ranked, "_require_certified", lambda _: None)
    losers = 0
    for instance, before in zip(instances, sound, strict=True):
        after = solved(instance)
        assert max(max(stage.gap, stage.primal_residual, stage.drift) for stage in after.stages) <= 1e-9
        lost = np.abs(after.values["allocate"]["value"].to_numpy() - before.values["allocate"]["value"].to_numpy()).max()
        caught = max(stage.rank_gap for stage in after.stages if stage.name != "tie_break") > 1e-3
        assert caught or lost <= 1e-9
        losers += lost > 1e-3
    assert losers >= 5


def test_the_multiplier_is_the_exchange_rate_between_ranks() -> None:
    """One unit of tier 1 is worth 1/1 of its coverage and 1/4 of that of tier 2."""
    stages = {(stage.name, stage.tier): stage for stage in solved(scarce()).stages}
    assert stages["rule", 2].multiplier == pytest.approx(0.25)
    assert stages["rule", 2].rates == {("rule", 1): pytest.approx(0.25)}
    assert stages["rule", 1].rates == {}


def scarce() -> Instance:
    """Tier 1 takes all there is; a unit it gave up would raise tier 2 by a quarter."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=4.0)
    case.line("QAT-NLD", "NLD", "helium", limit=0.5)
    return case.build()


def test_the_deciding_tier_is_the_first_that_holds_what_a_claim_gets() -> None:
    """All there is goes to tier 1: rank decides what tier 2 gets. With two units more, tier 2 shares what is left."""
    assert solved(scarce()).decided["tier"].tolist() == [1, 1]
    assert solved(two_tiers()).decided["tier"].tolist() == [2, 1]
