"""Every guard finds what was planted, shrinks it, and says why it is so; in a plain competition none finds anything that a law forbids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allocator.cli._guards import Telling
from allocator.guards import GUARDS, Answers, Situation, answer, generate, search
from allocator.guards.answer import Answer
from allocator.guards.features import FEATURES, features_of
from allocator.guards.policy import document
from allocator.guards.search import causes_of
from allocator.guards.shrink import examine, shrink
from allocator.guards.situation import Reserve
from allocator.report.language import Language
from tests.allocator.guards.worlds import BASIS, law, planted
from tests.policy.situations import Situation as Policy
from tests.policy.situations import case_of, given, solve

NAMES = (
    *(
        "complement",
        "route",
        "by_product",
        "narrow_reserves",
        "stopped",
        "inflation_in_a_chain",
        "inflation",
        "restraint",
        "guarantee",
        "lower_guarantee",
        "cap",
    ),
    *("cap_of_a_sector", "satisfied"),
    *("whole_numbers", "plant_stands_still", "guard"),
    *("soft_priorities", "weighted", "delegated"),
)
#: What no planted world has, and where it is seen instead.
ELSEWHERE = {"standalone", "yields", "first_reserve", "by_commodity", "horizon"}


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_oddity_is_found_shrunk_and_explained(name: str, tmp_path: Path) -> None:
    guard, causes, world = planted(tmp_path)[name]
    kind, answers = GUARDS[guard](), Answers()
    (found,) = examine(kind, [world], answers)
    example = shrink(kind, found[0], answers)
    assert example.situation.size <= world.size
    assert set(causes_of(kind, example, answers)) == causes
    assert not kind.forbidden(example.situation, example.change)
    again = shrink(kind, example, answers)
    assert again.situation == example.situation, "nothing is left that can be dropped"
    assert {claim.rsplit("/", 1)[1] for claim in example.situation.claims}.isdisjoint({"gas"}), "bystanders are dropped"


def test_every_cause_is_planted(tmp_path: Path) -> None:
    worlds = planted(tmp_path)
    assert tuple(worlds) == NAMES
    assert set().union(*(causes for _, causes, _ in worlds.values())) == set(FEATURES) - ELSEWHERE
    for _, _, world in worlds.values():
        for name in features_of(world):
            assert name not in features_of(FEATURES[name].without(world)) or name == "lanes"


def test_figures_of_a_real_chain_become_whole(tmp_path: Path) -> None:
    """None of them is simpler alone: what counts is how they compare."""
    one = law(tmp_path, [{"sectors": ["a", "b"]}])
    world = Situation(one, {"NLD/a/metal": 1.83e-4, "NLD/b/metal": 2.93e-4}, {"NLD/metal": (6.7e-5, 7.1e-5)}, months=2)
    guard, answers = GUARDS["claim_inflated"](), Answers()
    (found,) = examine(guard, [world], answers)
    example = shrink(guard, found[0], answers)
    assert {figure for figure in example.situation.figures() if figure not in range(10)} == set()


def test_claims_that_stand_apart_keep_their_reserves(tmp_path: Path) -> None:
    two = law(tmp_path, [{"sectors": ["a", "b"]}, {"sectors": ["c"]}], reserves={"draw": {"wide": 2, "default": 1}})
    claims = {"NLD/a/metal": 2.0, "NLD/b/metal": 2.0, "NLD/c/metal": 2.0}
    world = Situation(two, claims, {}, {"tank": Reserve("NLD", "metal", 5.0)})
    for backwards, served in ((False, (2.0, 2.0, 0.0)), (True, (2.0, 2.0, 0.0))):
        (answer,) = Answers().of([world.apart(backwards)])
        assert answer is not None
        assert tuple(map(answer.amount, claims)) == pytest.approx(served)
    short = world.having(reserves={"tank": Reserve("NLD", "metal", 2.0)})
    first = [answer.amount("NLD/a/metal") for answer in Answers().of([short.apart(), short.apart(backwards=True)]) if answer]
    assert first == pytest.approx([2.0, 0.0])


def test_it_is_told_in_short_figures_and_for_how_long(tmp_path: Path) -> None:
    one = law(tmp_path, [{"sectors": ["a", "b"]}])
    world = Situation(
        one, {"NLD/a/metal": 1.0, "NLD/b/metal": 1.0}, {"NLD/metal": (0.5, 12345.678)}, months=2, minimums={"NLD/a/metal": 0.1}
    )
    guard, answers = GUARDS["claim_inflated"](), Answers()
    ((example, *_),) = examine(guard, [world], answers)
    english, dutch = "NLD/a/metal: runs at 10% at least, or stands still", "NLD/a/metal: draait op ten minste 10%, of staat stil"
    assert list(Telling(Language("en")).means(example)) == ["2 months", "market NLD/metal: 0.5; 12,346 a month", english]
    assert list(Telling(Language("nl")).means(example)) == ["2 maanden", "markt NLD/metal: 0,5; 12.346 per maand", dutch]


def test_every_guard_says_what_it_looks_for_in_both_languages() -> None:
    for kind in GUARDS.values():
        english, dutch = kind.says()
        assert english.endswith(".")
        assert dutch.endswith(".")
        assert english != dutch


@pytest.mark.parametrize("number", range(2))
def test_in_a_plain_competition_nothing_is_found_but_that_inflating_pays(number: int, tmp_path: Path) -> None:
    plain = law(tmp_path, [{"sectors": ["a", "b"]}, {"sectors": ["c", "d"]}])
    crises = [generate(plain, number, one) for one in range(6)]
    bare = [replace(crisis, processes={}, lanes={}, restraint={}, reserves={}, minimums={}) for crisis in crises]
    found = search(bare)
    assert {name for name, odd in found.odd.items() if odd} <= {"claim_inflated"}
    assert found.failures == ()
    assert found.refused == ()


def test_a_large_claim_that_loses_a_little_is_a_loss_of_the_rank(tmp_path: Path) -> None:
    """A lane carries what a tenth of a thousandth of the large claim misses: cut off, the small one gains ten times as much as counts."""
    one = law(tmp_path, [{"sectors": ["a"]}])
    claims = {"DEU/a/metal": 300.0, "NLD/a/metal": 98000.0}
    world = Situation(one, claims, {"DEU/metal": (246.0,), "NLD/metal": (78320.0,)}, lanes={"DEU/NLD/metal": 1.0})
    answers = Answers()
    (gains,) = examine(GUARDS["crisis_deepens"](), [world], answers)
    assert [example.find.claim for example in gains] == ["DEU/a/metal"]
    assert examine(GUARDS["first_rank_gains"](), [world], answers) == [[]]


def test_who_is_capped_is_nobodys_equal(tmp_path: Path) -> None:
    """A cap of one sector of a rank keeps it below the others, and asking under the name of another gets round it: facts, no defects."""
    capped = law(tmp_path, [{"sectors": ["a", "b"]}], caps=[{"sector": "a", "share": 0.25, "basis": BASIS}])
    found = search([Situation(capped, {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0}, {"NLD/metal": (6.0,)})])
    assert found.failures == ()
    assert (found.odd["equals_unequal"], found.odd["claims_merged"]) == (0, 1)


def test_a_broken_rule_is_reported_as_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers are given to the wrong claims: a rank is reversed although nothing allows it."""
    right = answer._decoded

    def wrong(situations: Sequence[Situation]) -> list[Answer]:
        return [Answer(one.demand, *(_turned(table) for table in (one.allocated, one.shortfall))) for one in right(situations)]

    def _turned(table: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return dict(zip(table, reversed(table.values()), strict=True))

    monkeypatch.setattr(answer, "_decoded", wrong)
    ranked = law(tmp_path, [{"sectors": ["a"]}, {"sectors": ["b"]}])
    found = search(
        [Situation(ranked, {"NLD/a/metal": 3.0, "NLD/b/metal": 3.0, "NLD/b/gas": 1.0}, {"NLD/metal": (4.0,), "NLD/gas": (1.0,)})]
    )
    assert {"rank_reversed", "lower_ranks_matter"} <= {fact.guard for fact in found.failures}
    reversed_ = next(fact for fact in found.failures if fact.guard == "rank_reversed")
    assert set(reversed_.example.situation.claims) == {"NLD/a/metal", "NLD/b/metal"}
    assert found.facts[0].forbidden, "failures come first"


def test_the_same_seed_searches_the_same_crises(tmp_path: Path) -> None:
    plain = law(tmp_path, [{"sectors": ["a", "b"]}, {"sectors": ["c"]}])
    assert [generate(plain, 7, number) for number in range(5)] == [generate(plain, 7, number) for number in range(5)]
    assert generate(plain, 7, 1) != generate(plain, 8, 1)


def test_some_crises_have_plants_that_need_a_minimum_and_most_have_none(tmp_path: Path) -> None:
    plain = law(tmp_path, [{"sectors": ["a", "b"]}, {"sectors": ["c"]}])
    crises = [generate(plain, 7, number) for number in range(30)]
    plants = [name for crisis in crises for name in crisis.minimums]
    assert {"/" in name for name in plants} == {True, False}, "claims and processes"
    assert 0 < sum(bool(crisis.minimums) for crisis in crises) < len(crises) / 2


def test_situations_solved_together_are_solved_as_if_alone(tmp_path: Path) -> None:
    plain = law(tmp_path, [{"sectors": ["a", "b"]}, {"sectors": ["c"]}])
    crises = [generate(plain, 3, number) for number in range(10)]
    together = Answers().of(crises)
    for crisis, one in zip(crises, together, strict=True):
        (alone,) = Answers().of([crisis])
        assert one is not None
        assert alone is not None
        for claim in crisis.claims:
            assert alone.cells(claim) == pytest.approx(one.cells(claim), abs=1e-9)


RICH = (
    {"sectors": ["a", "b"], "over": "horizon"},
    {"sectors": ["c", "d"], "cap": 0.8, "delegated": "region", "orders": {"NLD": [["d"], ["c"]]}},
    {"sectors": ["e", "f"], "rule": "soft_priorities", "width": 2, "priorities": {"e": 1, "f": 0}},
)


@pytest.mark.parametrize("number", range(8))
def test_a_situation_copied_into_a_policy_test_gives_the_same(number: int, tmp_path: Path) -> None:
    """Through files, scenario and baseline, as a run reads them: another way to the same case."""
    rich = law(
        tmp_path, RICH, guarantees=[{"sector": "f", "commodity": "metal", "share": 0.3}], reserves={"draw": {"tank": 2, "default": 1}}
    )
    crisis = generate(rich, 1, number)
    (found,) = Answers().of([crisis])
    assert found is not None
    written = document(crisis, "as written", {claim: list(months) for claim, months in found.allocated.items()})
    again = Policy(written["policy"], written["world"], written["framework"], written["expect"])
    folder = tmp_path / "policy"
    folder.mkdir()
    allocation, _ = solve(*case_of(again, folder))
    got = given(allocation)
    for claim, months in found.allocated.items():
        assert got[claim] == pytest.approx(list(months), abs=1e-6), written
