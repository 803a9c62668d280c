"""A run in which plants run at their minimum or stand still: what every output says of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from allocator.cli import build_program
from allocator.output import choose_target, write_run
from allocator.report.language import Language
from allocator.report.sections._plants import searched
from allocator.report.view import View
from allocator.run import Run, run_scenario
from allocator.solve import Limits
from tests.allocator.conftest import CRISIS
from tests.tiny import write_tiny

#: Packaging gets too little metal for its lines; the smelter always has its minimum.
MINIMUMS = """\
minimums:
  - {sector: packaging, commodity: metal, share: 0.9, restart_days: 30, source: a test}
  - {technology: smelting, share: 0.5, source: a test}
  - {process: nld_smelting, regions: [POL], share: 0.5, source: a test}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(
        tmp_path_factory.mktemp("plants"), CRISIS.replace("  - {kind: demand_restraint", "  # {kind: demand_restraint") + MINIMUMS
    )


@pytest.fixture(scope="module")
def plants(scenario: Path) -> Run:
    return run_scenario(scenario)


@pytest.fixture(scope="module")
def folder(plants: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(plants, choose_target(tmp_path_factory.mktemp("out") / "run", overwrite=False)).folder


def test_some_lines_stand_still_so_that_others_run(plants: Run) -> None:
    assert plants.audit.passed
    assert plants.solution.integers == len(plants.case.plants) * len(plants.case.periods)
    rows = plants.allocation.allocation.query("sector == 'packaging' and commodity == 'metal'")
    assert ((rows["coverage"] == 0.0) | (rows["coverage"] >= 0.9 - 1e-9)).all()
    assert 0 < (rows["coverage"] == 0.0).sum() < len(rows)


def test_both_plans_stand_beside_each_other(plants: Run, folder: Path) -> None:
    lines = plants.plants[plants.plants["name"].str.contains("packaging")]
    assert (lines["shared"] < lines["least"]).any()
    assert ((lines["got"] == 0.0) | (lines["got"] >= lines["least"] - 1e-7)).all()
    page = (folder / "report.html").read_text(encoding="utf-8")
    for text in ("Close some or share the cut", "Enkele sluiten of de korting delen", "stands still", "staat stil", "at least 90%; a test"):
        assert text in page


def test_the_summary_says_how_they_were_found_and_who_stands_still(plants: Run, folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["size"]["integers"] == plants.solution.integers
    told = summary["integers"]
    assert (told["proven"], told["may_differ"], told["seconds"]) == (True, False, None)
    searched = [stage for stage in summary["stages"] if stage["name"].startswith("integer_")]
    assert summary["stages"][: len(searched)] == searched
    assert all(stage["proven"] and stage["gap"] <= told["gap"] for stage in searched)
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["solver"]["nodes"] == told["nodes"]
    cuts = csv.DictReader((folder / "cuts.csv").read_text(encoding="utf-8").splitlines())
    short = {f"{row['region']}/{row['sector']}/{row['commodity']}" for row in cuts}
    assert told["standing_still"]
    assert set(told["standing_still"]) <= short
    assert [(note.kind, note.subject) for note in plants.case.notes] == [("minimum_without_plant", "nld_smelting")]


def test_the_same_question_has_the_same_answer(plants: Run, scenario: Path) -> None:
    again = run_scenario(scenario)
    assert again.allocation.allocation.equals(plants.allocation.allocation)
    assert again.case.sha256 == plants.case.sha256


def test_a_limit_of_seconds_is_told_in_every_output(scenario: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(build_program(), ["run", str(scenario), "--time-limit", "60", "--out", str(tmp_path / "run")])
    assert done.exit_code == 0, done.output
    assert "may differ" in done.output.replace("\n", " ")
    assert json.loads((tmp_path / "run/summary.json").read_text(encoding="utf-8"))["integers"]["may_differ"]
    assert "the answer may differ" in (tmp_path / "run/report.html").read_text(encoding="utf-8")


def test_what_is_not_proven_is_said(scenario: Path) -> None:
    """No plan is nearer to the best than itself."""
    view = View(run_scenario(scenario, limits=Limits(gap=-1.0)), Language("en"))
    assert not view.run.solution.proven
    assert "not proven to be best" in searched(view)[0]
