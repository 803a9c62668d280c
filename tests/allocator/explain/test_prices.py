"""What each rule costs whom, and the least change of a framework, are what solving from scratch under another text gives."""

from __future__ import annotations

import pytest

from allocator.explain.prices import RULES, Price, least_changes, price_table, prices
from allocator.explain.question import Question
from allocator.explain.remedies import remedies
from tests.allocator.explain.independent import TOLERANCE
from tests.allocator.explain.worlds import World, asked, checks


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
    changes = least_changes(question, claim, 0.75, found, list(remedies(question.inquiry, code, 0.75)))
    assert [(one.kind, round(one.amount, 2)) for one in changes] == [("guarantee", 0.4), ("guarantee_of_claim", 0.75)]
    assert changes[0].reached == pytest.approx(0.75)
    assert changes[0].trial.changes["NLD/care/part"] == pytest.approx(-0.2)
