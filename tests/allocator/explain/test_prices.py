"""What each rule costs whom, and the least change of a framework, are what solving from scratch under another text gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from allocator.case.standing import standing_of
from allocator.explain.prices import RULES, Change, Price, least_changes, price_table, prices
from allocator.explain.question import Question
from allocator.explain.remedies import remedies
from tests.allocator.explain.independent import TOLERANCE
from tests.allocator.explain.worlds import World, asked, changed, checks, coverages


def test_prices_and_the_least_change_are_confirmed_by_another_text_of_the_framework() -> None:
    """More worlds: ``make evidence NAMES=reasons``."""
    wrong = [check for check in checks(7, rules=2) if check.apart > TOLERANCE]
    assert wrong == []


#: Six go to care by its guarantee, four to the army; homes get nothing.
WORLD = World(
    {"claims": {"NLD/army/part": 8.0, "NLD/care/part": 10.0, "NLD/homes/part": 10.0}, "supply": {"NLD/part": 10.0}, "sectors": ["army"]},
    {
        "tiers": [{"sectors": ["army"]}, {"sectors": ["care"]}, {"sectors": ["homes", "exports"]}],
        "guarantees": [{"sector": "care", "share": 0.6}],
    },
)


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Question:
    return asked(WORLD, tmp_path_factory.mktemp("law") / "world")


@pytest.fixture(scope="module")
def found(question: Question) -> list[Price]:
    return prices(question)


def test_a_rule_gives_to_some_and_takes_from_others(question: Question, found: list[Price]) -> None:
    by_name = {(one.relaxation.kind, one.relaxation.name): one for one in found}
    guarantee = by_name["guarantee", "*/care/*"]
    assert guarantee.gains == pytest.approx({"NLD/army/part": 0.5})  # what it takes
    assert guarantee.losses == pytest.approx({"NLD/care/part": -0.4})  # what it gives
    assert by_name["classes", "1 2"].changes == {}  # the guarantee gives care more than its share already
    assert by_name["classes", "2 3"].changes == {}
    table = price_table(question, found)
    assert list(table.columns) == list(RULES)
    assert table.loc[table["sector"] == "army", "coverage_without"].tolist() == pytest.approx([1.0])


def test_the_least_change_is_the_one_after_which_the_others_stand_best(question: Question, found: list[Price]) -> None:
    claim = "NLD/army/part"
    code = list(question.inquiry.instance.claims["name"]).index(claim)
    own = list(remedies(question.inquiry, code, standing_of(question.case, question.framework).in_tier, 0.75))
    changes = least_changes(question, claim, 0.75, found, own)
    assert [(one.kind, round(one.amount, 2)) for one in changes] == [("guarantee", 0.4), ("guarantee_of_claim", 0.75)]
    assert changes[0].reached == pytest.approx(0.75)
    assert changes[0].trial.changes["NLD/care/part"] == pytest.approx(-0.2)


def test_in_another_class_its_cap_and_its_rule_hold(tmp_path: Path):
    """The army's class is capped at a half and has one claim, of another good; homes leave a class that is not capped for it."""
    law: dict[str, Any] = {
        "overrides": [],
        "tiers": [{"sectors": ["army"], "cap": 0.5}, {"sectors": ["care"]}, {"sectors": ["homes", "exports"]}],
    }
    world = World({**WORLD.world, "periods": 1}, law)
    question = asked(world, tmp_path / "world")
    code = list(question.inquiry.instance.claims["name"]).index("NLD/homes/part")
    standing = standing_of(question.case, question.framework)
    (rank,) = (one for one in remedies(question.inquiry, code, standing.in_tier) if one.kind == "rank")
    assert (rank.suffices, rank.reached) == (False, pytest.approx(0.5))
    other = changed(world, "NLD/homes/part", Change("rank_of_claim", None, rank.amount, rank.reached, rank.trial))
    assert coverages(other)["NLD/homes/part"][1] == pytest.approx(rank.reached)
