"""What stands against guarantees that cannot all hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from allocator.solve.conflict import Contradiction, guaranteed, ordered
from allocator_models import formulate, lower
from tests.instances import InstanceBuilder


def found(builder: InstanceBuilder, *missed: str) -> list[Contradiction]:
    instance = builder.build()
    names = list(instance.claims["name"])
    return guaranteed(lower(formulate(instance)), instance, np.array([names.index(name) for name in missed]))


def test_the_published_conflict() -> None:
    """Supply at most 80, A at least 50, B at least 40, and a limit of 1000 that does not matter: supply, A and B; 10 must give way."""
    builder = InstanceBuilder().periods(1)
    a = builder.claim("NLD", "a", "metal", tier=1, demand=100.0, guarantee=0.5)
    builder.claim("NLD", "b", "metal", tier=1, demand=100.0, guarantee=0.4)
    builder.claim("DEU", "c", "metal", tier=2, demand=100.0)
    builder.line("QAT", "NLD", "metal", limit=80.0)
    builder.lane("NLD", "DEU", "metal", limit=1000.0)
    (conflict,) = found(builder, a)
    assert (conflict.wants, conflict.limits) == ((1, 2), (("line", (0,)),))
    assert conflict.missing["missing"].sum() == pytest.approx(10.0)


def test_conflicts_of_places_that_share_nothing_are_told_apart_and_what_can_hold_is_in_none() -> None:
    builder = InstanceBuilder().periods(2)
    for region, supply in (("NLD", 1.0), ("DEU", 2.0), ("FRA", 9.0)):
        builder.claim(region, "a", "metal", tier=1, demand=10.0, guarantee=0.5)
        builder.line(f"QAT-{region}", region, "metal", limit=supply)
    conflicts = found(builder, "NLD/a/metal", "DEU/a/metal")
    assert [(conflict.wants, conflict.limits) for conflict in conflicts] == [((0,), (("line", (0,)),)), ((2,), (("line", (2,)),))]
    assert [conflict.missing["missing"].sum() for conflict in conflicts] == pytest.approx([6.0, 8.0])


def test_a_want_that_contradicts_a_cap_and_one_that_asks_too_much_of_a_chain() -> None:
    builder = InstanceBuilder().periods(1)
    a = builder.claim("NLD", "a", "metal", tier=1, demand=10.0, guarantee=0.8)
    b = builder.claim("DEU", "b", "metal", tier=1, demand=10.0, guarantee=0.8, cap=0.5)
    builder.line("NOR", "DEU", "metal", limit=9.0)
    builder.process("works", "NLD", inputs={"ore": 1.0}, outputs={"metal": 1.0}, limit=2.0)
    builder.line("AUS", "NLD", "ore", limit=50.0)
    builder.reserve("tank", "NLD", "metal", opening=4.0, floor=1.0, limit=9.0)
    conflicts = found(builder, a, b)
    named = [(one.wants, [kind for kind, _ in one.limits], pytest.approx(one.missing["missing"].sum())) for one in conflicts]
    assert named == [((0,), ["cap"], 3.0), ((1,), ["process", "reserve"], 3.0)]


def test_every_member_is_needed() -> None:
    """Without any one of them the rest can hold."""
    builder = InstanceBuilder().periods(1)
    a = builder.claim("NLD", "a", "metal", tier=1, demand=10.0, guarantee=0.8)
    builder.line("AUS", "NLD", "metal", limit=2.0)
    builder.line("NOR", "NLD", "metal", limit=3.0)
    builder.reserve("tank", "NLD", "metal", opening=4.0, floor=3.0, limit=9.0)
    (conflict,) = found(builder, a)
    assert [kind for kind, _ in conflict.limits] == ["line", "line", "reserve"]
    assert conflict.missing["missing"].tolist() == pytest.approx([2.0])


def test_guarantees_that_can_all_hold_are_no_conflict() -> None:
    builder = InstanceBuilder().periods(1)
    a = builder.claim("NLD", "a", "metal", tier=1, demand=10.0, guarantee=0.8)
    builder.line("AUS", "NLD", "metal", limit=9.0)
    assert found(builder, a) == []


def test_orders_that_exceed_what_can_reach_a_place() -> None:
    builder = InstanceBuilder().periods(1)
    builder.claim("NLD", "a", "metal", tier=1, demand=10.0)
    builder.line("AUS", "NLD", "metal", limit=3.0)
    builder.claim("DEU", "a", "metal", tier=1, demand=10.0)
    builder.line("CHL", "DEU", "metal", limit=4.0)
    builder.lane("DEU", "NLD", "metal", limit=2.0)
    instance = builder.build()
    orders = pd.DataFrame({"region": [1], "commodity": [0], "node": [0], "quantity": [8.0]})
    (conflict,) = ordered(lower(formulate(instance)), instance, orders)
    assert [kind for kind, _ in conflict.limits] == ["lane", "line"]
    assert conflict.missing["missing"].tolist() == pytest.approx([3.0])


def test_what_gives_way_is_the_least_for_all_guarantees_that_share_a_limit() -> None:
    """Each of three guarantees of 8 asks for more than the supply of 5: any one is a contradiction, and 19 must give way in total."""
    builder = InstanceBuilder().periods(1)
    claims = [builder.claim("NLD", sector, "metal", tier=1, demand=10.0, guarantee=0.8) for sector in ("a", "b", "c")]
    builder.line("AUS", "NLD", "metal", limit=5.0)
    conflicts = found(builder, *claims)
    assert [(one.wants, one.limits) for one in conflicts] == [
        ((0,), (("line", (0,)),)),
        ((1,), (("line", (0,)),)),
        ((2,), (("line", (0,)),)),
    ]
    assert sum(one.missing["missing"].sum() for one in conflicts) == pytest.approx(19.0)
