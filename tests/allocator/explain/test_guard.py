"""That no member is worse off by sharing is told as what holds others back, and a step of it does what solving from scratch gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator.explain.inquiry import Inquiry
from allocator.explain.limits import Key
from allocator.solve import Control
from allocator.solve.mip import USUAL
from allocator.solve.parts import Partition
from allocator.solve.ranked import _solved
from allocator_models import formulate, lower
from tests.allocator.explain.independent import TOLERANCE, asked
from tests.allocator.solve.test_sharing import two_members
from tests.instances.builder import InstanceBuilder
from tests.instances.generator import random_builder


def code(inquiry: Inquiry, name: str) -> int:
    return list(inquiry.instance.claims["name"]).index(name)


def test_a_claim_is_told_whose_guard_holds_it_back() -> None:
    """The Dutch need four of six units at home; the German army, which comes first, gets the rest."""
    inquiry = asked(two_members(6.0))
    army, games = code(inquiry, "DEU/army/metal"), code(inquiry, "NLD/games/metal")
    key: Key = ("guard", (games,))
    assert key in inquiry.nominated(army)
    assert (inquiry.limits.name(key), inquiry.limits.size(key), inquiry.limits.step(key)) == ("NLD/games/metal", 0.0, pytest.approx(0.04))
    up, down = inquiry.tried([key], lambda _number, _of: None)[key]
    assert down is None, "nobody need be able to have more than alone"
    assert up is not None
    assert up.changes == pytest.approx({"DEU/army/metal": 0.01, "NLD/games/metal": -0.01})


def test_what_protects_a_claim_does_not_hold_it_back() -> None:
    """The Dutch are short alone of one unit and are told of their market, not that they may not be short of more."""
    inquiry = asked(two_members(3.0))
    games = code(inquiry, "NLD/games/metal")
    assert inquiry.limits.size(("guard", (games,))) == pytest.approx(1.0)
    assert [key[0] for key in inquiry.nominated(games)] == ["line"]


def by_hand(case: InstanceBuilder, key: Key, step: float, inquiry: Inquiry) -> dict[str, float]:
    """Return how coverage changes when a claim may be short of so much more than alone: bounds written by hand, solved from scratch."""
    instance = case.build()
    partition = Partition(lower(formulate(instance)), instance)
    alone = _solved(partition.alone(), Control(), USUAL)
    form = partition.no_worse(alone).form
    block = form.rows["worse_off"]
    upper = form.row_upper.copy()
    upper[block.slice][(block.index["claim"] == key[1][0]).to_numpy()] += step
    return inquiry.changes(_solved(partition.moved(replace(form, row_upper=upper)), Control(), USUAL, alone))


@pytest.mark.parametrize("seed", [9, 10])
def test_a_step_of_a_guard_does_what_solving_from_scratch_gives(seed: int) -> None:
    case = random_builder(seed, horizon=2, regions=2)
    case.share("guarded")
    inquiry = asked(case)
    keys = dict.fromkeys(key for claim in inquiry.short() for key in inquiry.nominated(claim) if key[0] == "guard")
    assert keys
    for key in keys:
        step = inquiry.limits.step(key)
        told = inquiry.trial(key, step).changes
        assert told == pytest.approx(by_hand(case, key, step, inquiry), abs=TOLERANCE)
        assert told[inquiry.limits.name(key)] < 0.0 < max(told.values())
