"""The fast path and the slow reference agree, result by result; they share no code but the tables of the instance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator.solve import highs
from tests.reference import agreement
from tests.reference.agreement import FAMILIES, KINDS, compare

CHUNK = 10


@pytest.mark.parametrize(("family", "first"), [*((family, 0) for family in FAMILIES), *(("mixed", CHUNK * part) for part in range(1, 5))])
def test_fast_path_agrees_with_objective_cuts(family: str, first: int) -> None:
    found = [compare(family, seed) for seed in range(first, first + (CHUNK if family != "long" else 4))]
    assert [words for one in found for words in one.disagreements] == []
    assert all(any(one.differences.get(kind) for one in found) for kind in KINDS)


def test_interior_point_agrees_with_objective_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "LARGE", 0)
    assert [words for seed in range(300, 300 + CHUNK) for words in compare("mixed", seed).disagreements] == []


def test_what_the_reference_gains_by_its_slack_falls_with_it() -> None:
    """Units of cost that a later stage gains for each unit of an earlier one may be many thousands, so a slack of 1e-9 shows."""
    one = compare("full", 10159)
    assert one.slack == 1e-10
    assert not one.disagreements


def test_many_claims_that_rules_share_among_are_moved_between_tiers() -> None:
    made = [FAMILIES["rules"].make(seed).engine for seed in range(CHUNK)]
    assert (
        sum((instance.standings["tier"] != instance.standings["claim"].map(instance.claims["tier"])).any() for instance in made) > CHUNK / 4
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_that_is_wrong_is_a_disagreement(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = agreement.solve_reference

    def wrong(instance, slack, whole):
        answer = honest(instance, slack, whole)
        if kind == "guarantee":
            names = [name for name in answer.stages if name.startswith("guarantee")]
            return replace(answer, stages=answer.stages | {name: answer.stages[name] - 0.01 for name in names})
        if kind in ("cost", "steadiness"):
            return replace(answer, stages=answer.stages | {kind: answer.stages[kind] + 0.01 * max(1.0, answer.stages[kind])})
        name = "draws" if kind == "draw" else kind
        return replace(answer, **{name: {key: value + 0.01 for key, value in getattr(answer, name).items()}})

    monkeypatch.setattr(agreement, "solve_reference", wrong)
    found = compare("full", 1)
    assert [words.split()[2] for words in found.disagreements] == [kind]


def test_an_instance_that_the_reference_cannot_solve_is_a_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_instance, _slack, _whole):
        raise agreement.NotOptimal

    monkeypatch.setattr(agreement, "solve_reference", stopped)
    assert compare("mixed", 0).disagreements == ["seed 0: the slow reference has no answer"]
