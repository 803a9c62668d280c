"""A run in which plants run at their minimum or stand still: what every output says of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from allocator.again import run_again
from allocator.cli import build_program
from allocator.errors import InvalidInput
from allocator.output import choose_target, write_run
from allocator.output.folder import MAY_DIFFER
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


@pytest.fixture(scope="module")
def timed(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run whose search was limited in time."""
    target = tmp_path_factory.mktemp("timed") / "run"
    told = ask("run", scenario, "--time-limit", "60", "--gap", "1e-5", "--out", target)
    assert "may differ" in told
    return target


@pytest.fixture(scope="module")
def again(timed: Path, scenario: Path, plants: Run) -> Run:
    """That run made again, to be asked of one claim."""
    with pytest.MonkeyPatch.context() as here:
        here.chdir(scenario.parent)
        return run_again(timed, [next(iter(plants.explanation.reasons))])


def ask(*words: object) -> str:
    done = CliRunner().invoke(build_program(), [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output.replace("\n", " ")


def test_a_limit_of_seconds_is_told_in_every_output_of_the_run(timed: Path) -> None:
    assert json.loads((timed / "summary.json").read_text(encoding="utf-8"))["integers"]["may_differ"]
    assert "the answer may differ" in (timed / "report.html").read_text(encoding="utf-8")
    english, dutch = (timed / MAY_DIFFER).read_text(encoding="utf-8").splitlines()  # beside the CSV files, whose columns are fixed
    assert ("the answer may differ" in english, "kan per keer" in dutch) == (True, True)
    book = openpyxl.load_workbook(timed / "allocation.xlsx")
    assert ["answer", english, dutch] in [[cell.value for cell in row] for row in book["about"].iter_rows()]
    for sheet in book.worksheets:
        assert sheet["A1"].comment.text == f"{english}\n{dutch}"
        assert english in sheet.oddFooter.center.text


def test_so_it_is_where_the_run_is_asked_or_compared(
    timed: Path, again: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in ("explain", "letter"):
        monkeypatch.setattr(f"allocator.cli.{command}.run_again", lambda *_: again)
    claim = next(iter(again.explanation.reasons))
    assert "the answer may differ" in ask("explain", timed, "--ranges", "--out", tmp_path / "asked")
    assert json.loads(ask("explain", timed, "--claim", claim, "--json"))["may_differ"]
    for language, mark, sentence in (
        ("en", "made again, the division may differ", "the same input may give another result"),
        ("nl", "opnieuw berekend kan de verdeling anders uitvallen", "met dezelfde invoer kan de uitkomst anders zijn"),
    ):
        ask("letter", timed, "--claim", claim, "--lang", language, "--form", "text", "--out", tmp_path / language)
        (file,) = (tmp_path / language).iterdir()
        text = " ".join(file.read_text(encoding="utf-8").split())
        assert (mark in text, sentence in text) == (True, True)
    assert "the answer may differ" in ask("compare", folder, timed, "--out", tmp_path / "compared")
    assert json.loads(ask("compare", folder, timed, "--json"))["may_differ"]
    for made in ("asked", "compared"):
        assert (tmp_path / made / MAY_DIFFER).is_file()


def test_what_is_the_same_every_time_says_nothing_of_it(plants: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not (folder / MAY_DIFFER).exists()
    sheet = openpyxl.load_workbook(folder / "allocation.xlsx")["about"]
    assert (sheet["A1"].comment, sheet.oddFooter.center.text) == (None, None)
    monkeypatch.setattr("allocator.cli.letter.run_again", lambda *_: plants)
    ask("letter", folder, "--claim", next(iter(plants.explanation.reasons)), "--form", "text", "--out", tmp_path)
    (file,) = tmp_path.iterdir()
    assert "The same input always gives the same result" in file.read_text(encoding="utf-8")


def test_a_run_is_asked_with_the_limits_that_it_had(again: Run) -> None:
    assert (again.options["gap"], again.options["seconds"]) == (1e-5, 60.0)


def test_a_search_that_ends_otherwise_is_not_the_run_that_was_asked(
    timed: Path, scenario: Path, again: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scenario.parent)
    monkeypatch.setattr("allocator.again.run_scenario", lambda *_, **__: again)
    manifest = json.loads((timed / "manifest.json").read_text(encoding="utf-8"))
    for output in manifest["outputs"]:
        output["sha256"] = "0" * 64
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InvalidInput, match="limited in time and ended with another"):
        run_again(tmp_path)


def test_what_is_not_proven_is_said(scenario: Path) -> None:
    """No plan is nearer to the best than itself."""
    view = View(run_scenario(scenario, limits=Limits(gap=-1.0)), Language("en"))
    assert not view.run.solution.proven
    assert "not proven to be best" in searched(view)[0]
