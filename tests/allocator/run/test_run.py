"""From a scenario file to a finished run, and the runs that are refused."""

from dataclasses import replace

import pytest

from allocator import run as module
from allocator.audit import Audit, Check, Offence
from allocator.errors import HardGuaranteeUnmet, InvalidInput, NotCertified
from allocator.run import run_scenario
from tests.allocator.conftest import CRISIS
from tests.tiny import FRAMEWORK, write_tiny

PHASES = ["load", "compile", "build", "solve", "explain"]


def test_a_run_is_named_by_its_scenario_and_the_hash_of_its_case(finished):
    assert finished.name == f"tiny-{finished.case.sha256[:8]}"


def test_every_phase_is_timed_and_told_in_order(crisis):
    told = []
    run = run_scenario(crisis, progress=lambda phase, _: told.append(phase))
    assert list(run.seconds) == PHASES
    assert list(dict.fromkeys(told)) == PHASES
    assert told.count("solve") > 1


def test_every_file_that_was_read_is_named_with_its_hash(finished, crisis):
    roles = {(file.role, file.name) for file in finished.inputs}
    assert {("scenario", "tiny.yaml"), ("framework", "tiny.yaml"), ("baseline", "tiny/demands.csv")} <= roles
    assert len([file for file in finished.inputs if file.role == "baseline"]) == len(list((crisis.parent / "baseline/tiny").iterdir()))


def test_another_framework_can_be_named_by_path_and_by_id(crisis, finished):
    path = crisis.parent / "frameworks" / "other.yaml"
    path.write_text(FRAMEWORK.replace("framework: tiny", "framework: other").replace("0.8}", "0.5}"))
    try:
        by_path, by_id = run_scenario(crisis, str(path)), run_scenario(crisis, "other")
    finally:
        path.unlink()
    assert by_path.case.framework == by_id.case.framework == "other"
    assert by_path.case.sha256 == by_id.case.sha256 != finished.case.sha256


def test_an_unknown_framework_is_suggested(crisis):
    with pytest.raises(InvalidInput, match=r"--framework: there is no framework 'tony'; did you mean 'tiny'\?  \[A322\]"):
        run_scenario(crisis, "tony")


def test_a_scenario_that_is_neither_file_nor_id():
    with pytest.raises(InvalidInput, match=r"did you mean 'hormuz_closure'\?  \[A300\]"):
        run_scenario("hormuz_closur")


def test_settings_move_the_answer_and_the_hash(crisis, finished):
    calmer = run_scenario(crisis, overrides=["disruptions.0.closed=0.1"])
    assert calmer.overrides == ("disruptions.0.closed=0.1",)
    assert calmer.case.sha256 != finished.case.sha256
    assert calmer.allocation.allocation["shortfall"].sum() < finished.allocation.allocation["shortfall"].sum()


def test_a_hard_guarantee_that_cannot_hold_names_claims_and_shares(tmp_path):
    hard = FRAMEWORK.replace("share: {2026-01-01: 0.8}, basis", "share: {2026-01-01: 0.8}, hard: true, basis")
    with pytest.raises(HardGuaranteeUnmet) as caught:
        run_scenario(write_tiny(tmp_path, CRISIS, hard))
    assert caught.value.exit_code == 3
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("cannot hold together: guarantee NLD/health/liquid (at least 80% before all tiers; none (example)), line ")
    assert "reserve nld_liquid" in lines[1]
    assert lines[0].startswith("NLD/health/liquid: ")
    assert "80.0% is guaranteed and hard" in lines[0]
    assert "[A503]" in lines[0]


def test_a_hard_guarantee_that_holds_is_no_matter(tmp_path):
    hard = FRAMEWORK.replace("share: {2026-01-01: 0.8}, basis", "share: {2026-01-01: 0.2}, hard: true, basis")
    assert run_scenario(write_tiny(tmp_path, CRISIS, hard)).audit.passed


def test_no_result_is_shown_after_a_failed_audit(crisis, finished, monkeypatch):
    offence = Offence("NLD ore 2026-03", "sum", "is", 1.0, 2.0, 1.0)
    failed = Audit((Check("balance", "Mass is conserved.", 1, 1.0, 1e-6, 1, (offence,)),), finished.audit.guarantees)
    monkeypatch.setattr(module, "audit_allocation", lambda _case, _allocation: failed)
    with pytest.raises(NotCertified, match=r"audit: balance: NLD ore 2026-03: .*\[A504\]") as caught:
        run_scenario(crisis)
    assert caught.value.exit_code == 4


def test_the_audit_sees_a_plan_that_was_made_wrong(crisis, monkeypatch):
    right = module.decode

    def wrong(case, instance, solution):
        answer = right(case, instance, solution)
        claims = answer.plan["claims"].copy()
        claims.loc[claims["shortfall"] > 0, "shortfall"] = 0.0
        return replace(answer, plan={**answer.plan, "claims": claims})

    monkeypatch.setattr(module, "decode", wrong)
    with pytest.raises(NotCertified):
        run_scenario(crisis)
