"""Pages of scenarios and frameworks agree with their files and with the figures that `make evidence` wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from allocator_scenarios import ROOT as SHIPPED

from allocator.baseline import Baseline, load_baseline
from allocator.case import resolve_case
from allocator.errors import NotCertified
from allocator.framework import load_framework
from allocator.guards import GUARDS
from allocator.run import run_scenario
from allocator.scenario import DISRUPTIONS, load_scenario, shipped
from tests.allocator.conftest import CRISIS
from tests.allocator.explain import evidence as reasons
from tests.docs.blocks import Command
from tests.golden import evidence, pages
from tests.golden.evidence import DOCS, law_page_of, page_of, read_figures
from tests.golden.pages import FRAMEWORKS, block
from tests.reference import cbc, integer_evidence, integers
from tests.reference.agreement import CLOSE, FAMILIES
from tests.tiny import write_tiny

SCENARIOS = {name: load_scenario(path) for name, path in sorted(shipped("scenario").items())}
FILES = shipped("scenario")
LAWS = {name: load_framework(path) for name, path in sorted(shipped("framework").items())}


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return load_baseline(SHIPPED / "baseline" / "eu_crm_2026")


def test_eight_scenarios_and_three_frameworks_are_shipped() -> None:
    assert list(SCENARIOS) == [
        *("cobalt_quota", "gallium_germanium_ban", "graphite_controls", "hormuz_closure", "hormuz_closure_national", "rare_earth_licences"),
        *("tungsten_controls", "two_front_crisis"),
    ]
    assert sorted(LAWS) == sorted(FRAMEWORKS)
    for name, path in (*FILES.items(), *shipped("framework").items()):
        assert path.stem.replace("-", "_") == name


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_valid_with_every_framework(name: str, baseline: Baseline) -> None:
    scenario = SCENARIOS[name]
    case = resolve_case(baseline, scenario, LAWS[scenario.framework])
    assert not [note for note in case.notes if note.kind.startswith(("lever", "reserve_closed", "restraint"))]  # each measure can be used
    assert scenario.title.en != scenario.title.nl
    assert read_figures(name)["case"] == case.sha256, f"figures of other inputs: make evidence NAMES={name}"


@pytest.mark.parametrize("name", pages.COMPARED)
@pytest.mark.parametrize("law", FRAMEWORKS)
def test_the_comparison_is_that_of_these_inputs(name: str, law: str, baseline: Baseline) -> None:
    case = resolve_case(baseline, SCENARIOS[name], LAWS[law])
    assert read_figures("frameworks")[name]["cases"][law] == case.sha256, "figures of other inputs: make evidence NAMES=frameworks"


@pytest.mark.parametrize("name", LAWS)
def test_every_framework_places_every_sector_and_says_that_it_is_a_concept(name: str, baseline: Baseline) -> None:
    assert LAWS[name].sectors == set(baseline.tables["sectors"]["sector"])
    assert LAWS[name].status == "concept"


def test_every_kind_of_disruption_is_used() -> None:
    used = {disruption.kind for scenario in SCENARIOS.values() for disruption in scenario.disruptions}
    assert set(DISRUPTIONS) - used == {"process_outage"}  # energy_price_outage is the one that was seen


@pytest.mark.parametrize("name", SCENARIOS)
def test_page_of_a_scenario(name: str) -> None:
    text = page_of(name).read_text(encoding="utf-8")
    file = FILES[name].name
    assert block(text, "scenario") == pages.front(SCENARIOS[name], file)
    assert block(text, "result") == pages.result(read_figures(name), file)
    for heading in ("## What is assumed", "## Result", "## What to look at"):
        assert heading in text


def test_pages_and_figures_of_nothing_else() -> None:
    named = {page.name for page in (DOCS / "scenarios").glob("*.md")} - {"README.md"}
    assert named == {page_of(name).name for name in SCENARIOS}
    assert {page.name for page in (DOCS / "frameworks").glob("*.md")} - {"README.md", "guards.md"} == {
        law_page_of(name).name for name in LAWS
    }
    others = {"frameworks", pages.RANDOM, evidence.GUARDED, *reasons.BY_NAME, *integer_evidence.BY_NAME, *evidence.service.BY_NAME}
    assert {file.stem for file in evidence.EVIDENCE.iterdir()} == {*SCENARIOS, *others}


def test_the_index_and_the_comparison() -> None:
    found = {name: read_figures(name) for name in SCENARIOS}
    index = (DOCS / "scenarios" / "README.md").read_text(encoding="utf-8")
    assert block(index, "index") == pages.index(SCENARIOS, FILES, found)
    laws = (DOCS / "frameworks" / "README.md").read_text(encoding="utf-8")
    assert block(laws, "comparison") == pages.compared(read_figures("frameworks"))


def test_a_thousand_random_instances_agree_with_the_slow_reference() -> None:
    found = read_figures(pages.RANDOM)
    assert block((DOCS / f"{pages.RANDOM}.md").read_text(encoding="utf-8"), "found") == pages.agreed(found)
    assert {row["family"]: row["instances"] for row in found["families"]} == {
        name: family.count for name, family in FAMILIES.items() if family.count
    }
    assert sum(family.count for family in FAMILIES.values()) == 1000
    for row in found["families"]:
        assert row["disagreements"] == []
        assert max(row["largest"].values()) <= found["tolerance"] == CLOSE
        assert all(row["holds"].values()) or row["family"] == "long"  # a path
        assert all(row["compared"].values())


def test_every_guard_looked_at_every_framework_and_no_law_is_broken() -> None:
    text, found = evidence.GUARDS_PAGE.read_text(encoding="utf-8"), read_figures(evidence.GUARDED)
    assert block(text, "guards") == pages.guard_list()
    assert block(text, "causes") == pages.cause_list()
    assert block(text, "found") == pages.anomalies(found)
    assert set(found) == set(LAWS)
    for own in found.values():
        assert own["crises"] == pages.CRISES
        assert pages.CRISES - pages.REAL == 200
        assert own["refused"] == []
        assert set(own["guards"]) == set(GUARDS)
        idle = {name for name, guard in own["guards"].items() if not guard["tried"]}
        assert idle == ({"lower_ranks_matter"} if own is found["equal_cut"] else set())  # it has one rank
        assert not any(fact["forbidden"] for fact in own["facts"])


@pytest.mark.parametrize("name", LAWS)
def test_page_of_a_framework(name: str) -> None:
    text = law_page_of(name).read_text(encoding="utf-8")
    assert block(text, "classes") == pages.classes(LAWS[name])
    title = LAWS[name].title
    assert f"# {name}: " in text
    assert title.nl.lower() in text.splitlines()[0]


def test_the_arithmetic_of_value_added(baseline: Baseline) -> None:
    """Ratios and classes follow from the page's own figures, and the goods are still about those of the baseline."""
    goods = baseline.tables["demands"].merge(baseline.tables["commodities"][["commodity", "price_eur"]])
    claimed = (goods["annual_quantity"] * goods["price_eur"] / 1e6).groupby(goods["sector"]).sum()
    law, seen = LAWS["value_added"], set[str]()
    for line in law_page_of("value_added").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not re.fullmatch(r"[A-Z][0-9]{2}|none", cells[0]):
            continue
        sectors = cells[1].split(", ")
        seen.update(sectors)
        assert {str(law.tier_of(sector).rank) for sector in sectors} == {cells[5]}
        if not cells[4]:
            continue
        value, stake, ratio = (float(cell.replace(",", "")) for cell in cells[2:5])
        assert ratio == pytest.approx(value / stake, rel=0.01)
        assert law.tier_of(sectors[0]).rank == 1 + (ratio < 100) + (ratio < 10)
        assert min(max(ratio / border, border / ratio) for border in (10, 100)) > 1.6
        assert stake == pytest.approx(float(claimed[sectors].sum()), rel=0.5)
    assert seen == law.sectors


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_run_is_the_command_on_the_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(evidence, "ran", lambda command: started.append(command.line) or NotCertified("stopped"))
    assert evidence.found_by_running(name)["no_result"] == "stopped"
    assert started == [f"allocator run scenarios/{FILES[name].name}"]
    assert f"\n```sh\n{started[0]}\n```\n" in page_of(name).read_text(encoding="utf-8")


def test_a_command_is_run_by_the_program_with_all_that_it_says(tmp_path: Path) -> None:
    scenario = write_tiny(tmp_path, CRISIS)
    run = evidence.ran(Command("allocator run tiny.yaml --set crisis_level=3 --out out   # as on a page"), tmp_path)
    assert run.case.sha256 == run_scenario(scenario, overrides=["crisis_level=3"]).case.sha256 != run_scenario(scenario).case.sha256
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["case_hash"] == run.case.sha256
    with pytest.raises(RuntimeError, match="exit code 1"):
        evidence.ran(Command("allocator run nothing.yaml"), tmp_path)


def test_figures_carry_six_digits() -> None:
    assert evidence._rounded(1234567.89) == 1234570.0


def test_cuts_leave_nobody_out(tmp_path: Path) -> None:
    run = run_scenario(write_tiny(tmp_path, CRISIS))
    found = evidence.figures(run)
    rows = run.allocation.allocation
    short = rows.groupby(["sector", "commodity"])["shortfall"].sum()
    assert len(found["cuts"]) == (short > 1e-6).sum()
    assert found["materials"] == rows["commodity"].nunique()
    assert pages.headline(found).startswith(f"{len(found['short'])} of {found['materials']} materials are short")


def test_a_run_without_a_certificate_has_a_page_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object, **_named: object) -> None:
        raise NotCertified("stage cost: gap is 3e-05, allowed is 1e-06; no result is shown  [A502]")

    monkeypatch.setattr(evidence, "run_scenario", refused)
    found = evidence.found_by_running("cobalt_quota")
    assert pages.headline(found) == "No result yet: stage cost: gap is 3e-05, allowed is 1e-06"
    assert pages.headline(found) in pages.result(found, "cobalt-quota.yaml")


def test_the_page_on_reasons_shows_its_figures_and_nothing_wrong() -> None:
    page = (DOCS / "reasons.md").read_text(encoding="utf-8")
    told = {"found": evidence.REASONS, "ranges": "reasons-ranges", "rules": "reasons-rules"}
    assert set(told.values()) == set(reasons.BY_NAME)
    for mark, name in told.items():
        found = read_figures(name)
        assert block(page, mark) == reasons.shown(found)
        assert found["wrong"] == []
        assert all(one["largest"] <= found["tolerance"] for one in found["kinds"].values())
    assert {"moved", "supply", "guarantee", "rank"} <= set(read_figures(evidence.REASONS)["kinds"])


def test_whole_numbers_are_those_of_200_small_cases_tried_every_way_and_of_another_solver() -> None:
    page = (DOCS / f"{evidence.INTEGERS}.md").read_text(encoding="utf-8")
    found = {name: read_figures(name) for name in integer_evidence.BY_NAME}
    for mark, shown in integer_evidence.page(found).items():
        assert block(page, mark) == shown
    kinds = found["integers"]["kinds"]
    assert {row["kind"]: row["instances"] for row in kinds} == {kind: count for kind, (_, count, _) in integers.KINDS.items()}
    assert sum(row["instances"] for row in kinds) == 200
    assert all(sum(row["whole"][what]["chosen"] for row in kinds) >= 10 for what in integers.WHOLE)
    for row in kinds:
        assert row["behind"] == []
        assert max(row["largest"].values()) <= found["integers"]["tolerance"] == integers.CLOSE
        assert all(row["compared"].values())
    searches = found["integers-cbc"]["scenarios"]
    assert set(searches) == set(cbc.SHIPPED)
    assert len(searches) == 3
    for stages in searches.values():
        assert all(stage["proven"] and stage["whole"] and stage["apart"] <= cbc.CLOSE for stage in stages)
        assert {"integers, cost", "integers, steadiness", "integers, tie_break"} <= {stage["stage"] for stage in stages}
