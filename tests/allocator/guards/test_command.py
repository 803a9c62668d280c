"""``allocator check-framework``: what it prints, for people and for machines, and that it searches every shipped framework."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
import yaml

from allocator.cli import check_framework
from allocator.framework import load_framework
from allocator.guards import GUARDS, Answers, generate
from allocator.guards.features import FEATURES
from allocator.guards.real import real_crises
from allocator.guards.shrink import examine
from allocator.scenario import shipped
from tests.allocator.guards.worlds import law, planted
from tests.program import call

#: Of the generated crises of a test; `make evidence NAMES=guards` looks at 200 for each framework.
SHORT = 2


@pytest.fixture
def framework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A framework in which a class below is guaranteed a share, and two small crises in place of those by chance."""
    monkeypatch.chdir(tmp_path)
    worlds = planted(tmp_path)
    crises = [worlds[name][2] for name in ("inflation", "guarantee")]
    monkeypatch.setattr(check_framework, "small_crises", lambda _law, seed, count: crises[seed : seed + count])
    monkeypatch.setattr(check_framework, "read_law", lambda path, *_: load_framework(path))  # its sectors are none of the baseline's
    law(tmp_path, [{"sectors": ["a", "b"]}, {"sectors": ["c"]}])
    return "law.yaml"


def test_it_says_what_it_found_and_why(framework: str) -> None:
    result = call("check-framework", framework, "--crises", "2")
    assert (result.exit_code, result.stderr) == (0, "")
    for kind in GUARDS.values():
        assert kind.says().en in result.stdout
    assert result.stdout.startswith("law: law\nConcept, no legal force\n")
    assert "Cause: claims of one rank share in proportion to what they ask for\n" in result.stdout
    assert "Smallest example: NLD/a/metal is covered for 50% while NLD/b/metal is for 50%\n" in result.stdout
    assert "guarantee of NLD/b/metal: 50%, before all classes\n" in result.stdout
    assert "As a policy test:" in result.stdout


def test_it_says_so_in_dutch(framework: str) -> None:
    told = call("check-framework", framework, "--crises", "1", "--lang", "nl").stdout
    assert "Kleinste voorbeeld: NLD/a/metal vraagt de helft meer: hij krijgt " in told
    assert "Oorzaak: aanspraken van één klasse delen naar wat zij vragen\n" in told
    for kind in GUARDS.values():
        assert kind.says().nl in told


def test_machines_get_the_same(framework: str) -> None:
    result = call("check-framework", framework, "--crises", "1", "--seed", "1", "--json")
    found = json.loads(result.stdout)
    assert (found["framework"], found["concept"], found["crises"], found["refused"]) == ("law", True, 1, [])
    assert set(found["guards"]) == set(GUARDS)
    assert {"rank_reversed", "lower_ranks_matter"} <= {fact["guard"] for fact in found["facts"]}
    for fact in found["facts"]:
        assert set(fact["causes"]) <= set(FEATURES)
        assert set(fact["situation"]) == {"policy", "world", "framework", "expect"}
        assert yaml.safe_load(yaml.safe_dump(fact["situation"])) == fact["situation"]
    assert call("check-framework", framework, "--crises", "1", "--seed", "1", "--json").stdout == result.stdout, "the same again"


def test_a_framework_is_checked_as_validate_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = shipped("framework")["equal_cut"].read_text(encoding="utf-8").replace("status: concept", "status: draft")
    Path("law.yaml").write_text(text.replace("      - health\n", ""), encoding="utf-8")
    result = call("check-framework", "law.yaml")
    assert result.exit_code == 1
    assert "the sector 'health' is in no tier; add it to the sectors of one  [A221]" in result.stderr
    assert result.stderr == call("validate", "law.yaml").stderr
    assert "there is no framework 'nl_drift'" in call("check-framework", "nl_drift").stderr


@pytest.mark.parametrize("name", sorted(shipped("framework")))
def test_every_guard_runs_on_every_shipped_framework_and_no_law_breaks(name: str) -> None:
    law, answers = load_framework(shipped("framework")[name]), Answers()
    crises = [generate(law, 11, number) for number in range(SHORT)]
    for kind in GUARDS.values():
        guard = kind()
        for examples in examine(guard, crises, answers):
            assert not [one for one in examples if guard.forbidden(one.situation, one.change)]
    assert None not in answers.of(crises)


def test_real_crises_hold_a_chain_that_is_short() -> None:
    crises = list(islice(real_crises(load_framework(shipped("framework")["nl_draft"]), 0), 3))
    for crisis in crises:
        assert len(crisis.claims) >= 2
        assert len({claim.split("/")[1] for claim in crisis.claims}) <= 4
        assert crisis.supply
        assert all(name.count("/") == 2 for name in crisis.claims)
    assert any(crisis.processes for crisis in crises)
