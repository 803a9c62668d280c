"""Every situation of this folder, solved as a run is."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import get_args

import pytest

from allocator.errors import InvalidInput
from allocator.framework.model import Rule
from allocator_models.rules import RULES
from tests.policy.situations import FILES, Situation, case_of, frame, given, situations, solve

ALL = [(path.stem, number, situation) for path in FILES for number, situation in enumerate(situations(path), 1)]


@pytest.mark.parametrize("situation", [one for *_, one in ALL], ids=[f"{name}-{number}" for name, number, _ in ALL])
def test_policy(situation: Situation, tmp_path: Path) -> None:
    if situation.findings:
        with pytest.raises(InvalidInput) as refused:
            case_of(situation, tmp_path)
        told = [str(finding) for finding in refused.value.findings]
        assert len(told) == len(situation.findings), told
        for part, finding in zip(situation.findings, told, strict=True):
            assert fnmatchcase(finding, f"*{part.replace('[', '[[]')}*"), finding
        return
    case = case_of(situation, tmp_path)
    allocation = solve(case)
    assert [f"{note.kind} {note.path} {note.subject}" for note in case.notes] == situation.notes
    got = given(allocation)
    for claim, amount in situation.expect.items():
        each = amount if isinstance(amount, list) else [amount] * len(got[claim])
        assert got[claim] == pytest.approx(each, abs=1e-7), f"{situation.policy}\n{frame(got)}"
    released = allocation.reserves.groupby("reserve")["released"].sum()
    assert {name: released[name] for name in situation.draws} == pytest.approx(situation.draws, abs=1e-7), situation.policy


def test_every_situation_says_who_gets_what_or_what_is_refused() -> None:
    for name, number, situation in ALL:
        assert bool(situation.expect) != bool(situation.findings), f"{name}, {number}"
        assert set(situation.expect) <= set(situation.world["claims"]), f"{name}, {number}"


def test_every_rule_of_a_tier_has_a_situation() -> None:
    rules = {
        rule["rule"] for *_, one in ALL for tier in one.framework["tiers"] for rule in (tier, *tier.get("rules", [])) if "rule" in rule
    }
    assert rules | {"leximin"} >= set(RULES)
    assert set(get_args(Rule.model_fields["rule"].annotation)) == set(RULES)
