"""Every situation of this folder, solved as a run is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from allocator.closed import Text
from allocator.errors import InvalidInput
from allocator.framework import Basis, Dated, Framework, Rule
from allocator_models.rules import RULES
from tests.policy.situations import FILES, Situation, case_of, frame, given, situations, solve, used

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
    case, law = case_of(situation, tmp_path)
    allocation, conflicts = solve(case, law)
    assert [f"{note.kind} {note.path} {note.subject}" for note in case.notes] == situation.notes
    assert situation.conflicts in (None, [str(conflict) for conflict in conflicts])
    got = given(allocation)
    for claim, amount in situation.expect.items():
        each = amount if isinstance(amount, list) else [amount] * len(got[claim])
        near = 1e-5 if case.sharing == "guarded" else 1e-7
        assert got[claim] == pytest.approx(each, abs=near), f"{situation.policy}\n{frame(got)}"
    brought = used(case, allocation)
    assert {name: brought[name] for name in situation.used} == pytest.approx(situation.used, abs=1e-7), situation.policy
    sales = allocation.plan["sales"]
    sold = sales["quantity"].groupby(sales["region"] + "/" + sales["commodity"]).sum()
    assert {name: sold[name] for name in situation.sold} == pytest.approx(situation.sold, abs=1e-7), situation.policy
    released = allocation.reserves.groupby("reserve")["released"].sum()
    assert {name: released[name] for name in situation.draws} == pytest.approx(situation.draws, abs=1e-7), situation.policy


def test_every_situation_says_who_gets_what_or_what_is_refused() -> None:
    for name, number, situation in ALL:
        assert bool(situation.expect) != bool(situation.findings), f"{name}, {number}"
        assert set(situation.expect) <= set(situation.world["claims"]), f"{name}, {number}"


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield every key of a model and of the models in it, `tiers.rules.over`; a legal basis and a name are no rules."""
    for name, info in model.model_fields.items():
        path = f"{prefix}{info.alias or name}"
        yield path
        for part in _models_in(info.annotation):
            yield from _keys(part, f"{path}.") if part not in (Basis, Text, Dated) else ()


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _written(tree: Any, prefix: str = "") -> Iterator[str]:
    for item in tree if isinstance(tree, list) else [tree]:
        for key, value in item.items() if isinstance(item, dict) else ():
            yield f"{prefix}{key}"
            yield f"{prefix}{key}: {str(value).lower() if isinstance(value, bool) else value}"
            yield from _written(value, f"{prefix}{key}.")


def test_every_key_of_a_framework_has_a_situation_in_which_it_is_not_refused() -> None:
    written = {key for *_, one in ALL if not one.findings for key in _written(one.framework)}
    plain = {"framework", "title", "status", "owner", "tiers.rank", "tiers.name", "tiers.rule", "tiers.basis"}
    plain |= {key for key in _keys(Framework) if key.endswith(".basis")}
    plain |= {f"tiers.rules.{key}" for key in Rule.model_fields if f"tiers.{key}" in written}
    assert sorted(set(_keys(Framework)) - written - plain) == []


def _rule_kinds() -> list[tuple[str, str, str]]:
    """Return the table of `README.md`: rule kind, what is written, file."""
    text = (FILES[0].parent / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| ([^|]+) \| `([^`]+)` \| ([a-z-]+)\.yaml \|$", text, re.MULTILINE)


def test_every_rule_kind_has_a_situation_in_the_file_that_the_table_names() -> None:
    written: dict[str, set[str]] = {}
    for name, _, one in ALL:
        written.setdefault(name, set()).update(() if one.findings else _written(one.framework))
    kinds = _rule_kinds()
    assert [kind for kind, key, file in kinds if key not in written.get(file, ())] == []
    plain = {"framework", "title", "status", "owner"}
    assert {key.split(".")[0].split(":")[0] for _, key, _ in kinds} == set(Framework.model_fields) - plain, "a rule kind that no row names"


def test_every_rule_of_a_tier_has_a_situation() -> None:
    rules = {
        rule["rule"] for *_, one in ALL for tier in one.framework["tiers"] for rule in (tier, *tier.get("rules", [])) if "rule" in rule
    }
    assert rules | {"leximin"} >= set(RULES)
    assert set(get_args(Rule.model_fields["rule"].annotation)) == set(RULES)
