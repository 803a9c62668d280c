"""What exemptions, overrides and conflicts say in the outputs of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.output.summary import summary
from allocator.report.language import CODES, Language
from allocator.report.page import render_report
from allocator.report.sections.tiers import conflicts, exceptions
from allocator.report.view import View
from allocator.run import Run, run_scenario
from tests.allocator.conftest import CRISIS
from tests.tiny import FRAMEWORK, write_tiny

DECIDED = """\
overrides:
  - {sector: packaging, commodity: liquid, region: NLD, tier: 1, reason: seals of vaccines, owner: the_minister, until: 2026-05-01,
     basis: {status: in_force, act: distributiewet, article: "4"}}
exemptions:
  - {sector: packaging, region: NLD, from: [cap], reason: a fair, owner: agency, until: 2027-01-01, basis: {status: none, note: custom}}
  - {sector: packaging, from: [restraint], reason: over, owner: agency, until: 2026-03-01, basis: {status: none, note: custom}}
priority_orders:
  - {id: army, regime: national, region: NLD, sector: health, commodity: liquid, monthly: 3, from: 2026-01-01, until: 2027-01-01,
     basis: {status: none, note: example}}
  - {id: rated, regime: third_country, region: NLD, sector: exports, commodity: liquid, monthly: 3, from: 2026-01-01, until: 2027-01-01,
     basis: {status: in_force, act: dpas, article: "700.3"}}
"""


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_scenario(write_tiny(tmp_path_factory.mktemp("decided"), CRISIS, FRAMEWORK + DECIDED))


def test_a_moved_claim_has_its_tier_in_every_period(decided: Run) -> None:
    rows = decided.allocation.allocation
    moved = rows[(rows["region"] == "NLD") & (rows["sector"] == "packaging") & (rows["commodity"] == "liquid")]
    assert moved["tier"].tolist() == [1, 1, 2]


def test_cuts_name_the_exceptions_of_a_claim_with_who_why_until_when_and_on_what_ground(decided: Run) -> None:
    cut = decided.explanation.cuts.set_index(["region", "sector", "commodity"]).loc[("NLD", "packaging", "liquid")]
    assert cut["rule"].endswith(
        "; exempt from cap until 2027-01-01 by agency (a fair); override: tier 1 until 2026-05-01 by the_minister (seals of vaccines)"
    )
    assert cut["legal_basis"] == "none (example); none (custom); distributiewet article 4"
    assert not decided.explanation.cuts.duplicated(["region", "sector", "commodity"]).any()


def test_summary_lists_what_is_in_force_and_what_cannot_all_hold(decided: Run) -> None:
    told = summary(decided, 0.0)
    assert [(one["kind"], one["owner"], one["until"], one["periods"]) for one in told["exceptions"]] == [
        ("exemption", "agency", "2027-01-01", 3),
        ("override", "the_minister", "2026-05-01", 2),
    ]
    assert told["exceptions"][0]["from"] == ["cap"]
    assert told["exceptions"][1]["tier"] == 1
    assert {"kind": "decision_over", "path": "exemptions.1", "subject": "*/packaging/*"} in told["warnings"]
    guarantees, regimes = told["conflicts"]
    assert (guarantees["kind"], guarantees["members"][0]["name"]) == ("guarantees", "NLD/health/liquid")
    assert {one["kind"] for one in guarantees["members"]} == {"guarantee", "line", "reserve"}
    assert [one["name"] for one in regimes["members"] if one["kind"] == "order"] == ["army", "rated"]
    assert regimes["members"][1]["legal_basis"] == "dpas article 700.3"
    assert [one["commodity"] for one in regimes["least_relaxation"]] == ["liquid"]


@pytest.mark.parametrize("code", CODES)
def test_the_report_says_both_in_both_languages(decided: Run, code: str) -> None:
    view = View(decided, Language(code))
    exempt, moved = exceptions(view)
    assert exempt["what"] == view.language.pick("exempt from caps", "vrijgesteld van plafonds")
    assert moved["until"] == view.language.pick("until 1 May 2026", "tot 1 mei 2026")
    assert (moved["owner"], moved["reason"]) == ("the minister", "seals of vaccines")
    guarantees, regimes = conflicts(view)
    assert len(guarantees["members"]) == 3
    assert regimes["members"][0]["name"] == "order army"
    assert regimes["members"][0]["rule"].startswith(
        view.language.pick("national ranking: 3.00 t a month", "nationale rangorde: 3,00 t per maand")
    )
    assert guarantees["members"][0]["rule"] == view.language.pick("at least 80%, before all classes", "ten minste 80%, vóór alle klassen")
    assert view.language.pick("cannot all hold", "niet alle gelden") in guarantees["sentence"]


def test_the_page_has_tables_of_both(decided: Run) -> None:
    page = render_report(decided)
    for text in ("Exemptions and overrides in force", "seals of vaccines", "What cannot all hold", "dpas, article 700.3"):
        assert text in page


def test_exceptions_are_part_of_what_the_case_hash_holds(decided: Run, tmp_path: Path) -> None:
    other = DECIDED.replace("seals of vaccines", "seals")
    again = run_scenario(write_tiny(tmp_path, CRISIS, FRAMEWORK + other))
    assert again.case.sha256 != decided.case.sha256
    assert again.allocation.allocation.equals(decided.allocation.allocation)
