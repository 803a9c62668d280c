"""A run in which no member may be worse off by sharing: what every output says of it, and of what it costs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from allocator.framework.basis import Basis
from allocator.letter.limits import limit_words
from allocator.output import choose_target, write_run
from allocator.report.language import Code, Language
from allocator.report.reasons import Teller
from allocator.report.sections._other_rules import sharing_words
from allocator.report.view import View
from allocator.run import Run, run_scenario
from tests.allocator.conftest import CRISIS
from tests.tiny import write_tiny

CLAIM = ["region", "sector", "commodity"]
#: German packaging asks for three times as much, more than the Dutch traded before.
SURGE = "  - {kind: demand_surge, sector: packaging, regions: [DEU], start: 2026-03, months: 3, factor: 3}\nlevers:"


def ran(folder: Path, sharing: str) -> Run:
    scenario = write_tiny(folder, CRISIS.replace("levers:", SURGE))
    law = scenario.parent / "frameworks" / "tiny.yaml"
    law.write_text(law.read_text(encoding="utf-8") + f"sharing: {sharing}\n", encoding="utf-8")
    return run_scenario(scenario)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return ran(tmp_path_factory.mktemp("guarded"), "{no_member_worse_off: true}")


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return ran(tmp_path_factory.mktemp("pooled"), "{mode: pooled}")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return ran(tmp_path_factory.mktemp("alone"), "{mode: standalone}")


def covered(run: Run) -> dict[str, float]:
    rows = run.allocation.allocation
    total = rows.groupby(CLAIM)[["demand", "shortfall"]].sum()
    return {"/".join(name): float(1.0 - own["shortfall"] / own["demand"]) for name, own in total.iterrows()}


def missed(run: Run) -> dict[str, float]:
    """What each claim is short of, the tail counted."""
    return {"/".join(name): float(value) for name, value in run.allocation.plan["claims"].groupby(CLAIM)["shortfall"].sum().items()}


def test_nobody_is_worse_off_than_under_a_framework_in_which_members_stand_alone(guarded: Run, alone: Run, pooled: Run) -> None:
    here, there, free = missed(guarded), missed(alone), missed(pooled)
    assert all(here[name] <= there[name] + 1e-5 for name in here)
    assert any(free[name] > there[name] + 1e-3 for name in here), "without the guard somebody is"
    assert guarded.audit["sharing"].passed
    assert alone.audit["sharing"].passed


def test_it_is_priced_by_who_has_more_and_less_without_it(guarded: Run, pooled: Run) -> None:
    assert guarded.guard is not None
    here, free = covered(guarded), covered(pooled)
    expected = {name: free[name] - here[name] for name in here if abs(free[name] - here[name]) > 1e-6}
    assert expected
    assert guarded.guard.changes == pytest.approx(expected, abs=1e-6)
    assert pooled.guard is None


@pytest.mark.parametrize("code", ["en", "nl"])
def test_outputs_say_that_it_is_on_and_what_it_costs(guarded: Run, alone: Run, code: str, tmp_path: Path) -> None:
    folder = write_run(guarded, choose_target(tmp_path / "run", overwrite=False), Language(code).code).folder
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert {"en": "Nobody worse off by sharing", "nl": "Niemand slechter af door delen"}[code] in page
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["sharing"]
    assert (told["mode"], told["no_member_worse_off"]) == ("pooled", True)
    assert guarded.guard is not None
    assert {one["claim"] for one in told["changes"]} == set(guarded.guard.changes)
    view = View(guarded, Language(code))
    assert {"en": "none is worse off", "nl": "geen is slechter af"}[code] in sharing_words(view)
    assert {"en": "traded before", "nl": "eerder verhandelden"}[code] in sharing_words(View(alone, Language(code)))
    loser = next(reason for claim, reason in guarded.explanation.reasons.items() if claim in guarded.guard.gains)
    (said,) = Teller(view).guarded(loser)
    assert {"en": "worse off by sharing", "nl": "door delen slechter af"}[code] in said


@pytest.mark.parametrize("code", ["en", "nl"])
def test_who_is_cut_is_told_whose_guard_binds_and_in_a_letter_only_that_it_is_another_members(guarded: Run, code: Code) -> None:
    reason, view = guarded.explanation.reasons["DEU/packaging/metal"], View(guarded, Language(code))
    binding = next(binding for binding in reason.bindings if binding.limit.kind == "guard")
    assert (binding.limit.name, binding.down) == ("NLD/packaging/metal", None)
    assert binding.up is not None
    assert binding.up.of("DEU/packaging/metal") > 0.0 > binding.up.of("NLD/packaging/metal")
    told = {
        "en": "The shortage that packaging in the NLD (metal) would have alone: sharing makes no member worse off than it would be alone.",
        "nl": "Het tekort dat packaging in NLD (metal) alleen zou hebben: delen maakt geen lid slechter af dan alleen.",
    }
    assert Teller(view).binding(reason, binding).startswith(told[code])
    letter = limit_words(view, replace(reason, bindings=(binding,)))
    assert {"en": "another member", "nl": "ander lid"}[code] in letter
    assert "NLD" not in letter
    own = limit_words(view, replace(reason, claim="NLD/defence/metal", bindings=(binding,)))
    assert "packaging" not in own
    assert "NLD" in own


def test_the_basis_of_the_guard_is_told_where_one_is_stated(guarded: Run) -> None:
    reason = guarded.explanation.reasons["DEU/packaging/metal"]
    binding = next(binding for binding in reason.bindings if binding.limit.kind == "guard")
    grounded = replace(binding, limit=replace(binding.limit, legal_basis="none (a treaty)"))
    bases = guarded.framework.bases.model_copy(update={"sharing": Basis(status="none", note="a treaty")})
    run = replace(guarded, framework=guarded.framework.model_copy(update={"bases": bases}))
    assert "Basis: a treaty." in Teller(View(run, Language("en"))).binding(reason, grounded)
