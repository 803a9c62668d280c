"""Commands as a user types them: answers on stdout, faults as one line each on stderr, exit codes, no traceback."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allocator_scenarios import ROOT

from allocator import cli
from allocator.errors import SolverStopped
from allocator_api import commands
from tests.allocator.conftest import CRISIS
from tests.program import PROGRAM, call
from tests.tiny import FRAMEWORK, write_tiny


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def every_command(program, *path):
    """Names of every command, with those of groups."""
    for command in program.registered_commands:
        yield *path, command.name or command.callback.__name__
    for group in program.registered_groups:
        yield from every_command(group.typer_instance, *path, group.name)


@pytest.mark.parametrize("command", sorted(every_command(PROGRAM)), ids=" ".join)
def test_every_command_has_help_with_examples_line_by_line(command):
    result = call(*command, "--help")
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    examples = lines[lines.index("Examples:") + 1 :]
    assert examples[0].startswith(f"allocator {' '.join(command)}")
    assert examples[1] == "" or examples[1].startswith("allocator ")


def test_the_list_names_every_command_and_says_what_its_help_says():
    folders = (Path(cli.__file__).parent, Path(commands.__file__).parent)
    modules = {path.stem for folder in folders for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert {module.replace("_", "-") for module in modules} == set(cli.COMMANDS)
    said = {command.name: inspect.getdoc(command.callback).split("\n\n")[0] for command in PROGRAM.registered_commands}
    said |= {group.name: group.typer_instance.info.help for group in PROGRAM.registered_groups}
    assert {name: " ".join(text.split()) for name, text in said.items()} == cli.COMMANDS


def test_commands_that_a_machine_may_read_take_json():
    for command in ("run", "list", "validate", "compare", "data check", "data show"):
        assert "--json" in call(*command.split(), "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (["run", "nope.yaml"], 1, "there is no such file"),
        (["data", "show", "helum_liquid"], 1, "did you mean 'helium_liquid'?"),
        (["data", "check", "--baseline", "nope"], 1, "no baseline package here"),
        (["list", "planets"], 2, "'planets' is not one of 'regions'"),
        (["run"], 2, "Missing argument 'SCENARIO'"),
        (["rum"], 2, "Did you mean 'run'?"),
    ],
)
def test_with_json_a_fault_is_json_too(arguments, exit_code, says):
    result = call(*arguments, "--json")
    assert result.exit_code == exit_code
    error = json.loads(result.stdout)["error"]
    assert error["exit_code"] == exit_code
    assert any(says in message for message in error["messages"])
    assert len(error["findings"]) == (exit_code == 1)
    assert result.stderr  # people who watch see it as well


def test_findings_in_json_have_their_parts(tmp_path):
    path = write_tiny(tmp_path / "in", CRISIS.replace("closed: 0.9", "closd: 0.9"))
    (finding, *_) = json.loads(call("run", path, "--json").stdout)["error"]["findings"]
    assert (Path(finding["file"]), finding["path"], finding["code"]) == (path, "disruptions.0.closd", "A301")
    assert min(finding["line"], finding["column"]) > 0


def test_version_and_no_arguments():
    assert call("--version").stdout.strip().count(".") == 2
    assert "run" in call().output


def test_run_writes_its_folder_and_says_what_is_short(crisis, finished, tmp_path):
    result = call("run", crisis)
    assert result.exit_code == 0
    for word in ("Tiny crisis", "Concept, no legal force", "What is short", "liquid", "1. First"):
        assert word in result.stdout
    assert result.stderr == ""
    folder = Path("runs") / finished.name
    assert f"Report: {folder / 'report.html'}" in result.stdout
    assert (tmp_path / folder / "summary.json").is_file()
    assert call("run", crisis).exit_code == 0  # the default folder is replaced


def test_run_in_dutch(crisis):
    result = call("run", crisis, "--lang", "nl", "--out", "uit")
    assert "Waaraan tekort is" in result.stdout
    assert '<html lang="nl"' in Path("uit/report.html").read_text()


def test_json_is_the_summary_and_nothing_else(crisis):
    result = call("run", crisis, "--json", "--out", "out")
    assert json.loads(result.stdout) == json.loads(Path("out/summary.json").read_text())
    assert result.stdout == Path("out/summary.json").read_text()


def test_settings_and_framework_reach_the_run(crisis):
    result = call("run", crisis, "--set", "disruptions.0.closed=0.1", "--set", "crisis_level=3", "--framework", "tiny", "--out", "out")
    assert result.exit_code == 0
    assert json.loads(Path("out/manifest.json").read_text())["settings"] == ["disruptions.0.closed=0.1", "crisis_level=3"]


def test_a_folder_that_is_not_empty_is_refused_before_the_run(crisis, monkeypatch):
    monkeypatch.setattr("allocator.cli.run.run_scenario", lambda *_, **__: pytest.fail("the run began"))
    Path("out").mkdir()
    Path("out/mine.txt").write_text("")
    result = call("run", crisis, "--out", "out")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "add --overwrite  [A702]" in result.stderr


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("nope.yaml", "nope.yaml: there is no such file"),
        (".", ".: this is a folder"),
        ("hormuz_closur", "did you mean 'hormuz_closure'?"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_one_line(name, fault):
    result = call("run", name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert fault in result.stderr
    assert result.stderr.count("\n") == 1


def test_all_faults_are_shown_and_nothing_is_written(tmp_path):
    path = write_tiny(tmp_path / "in", CRISIS.replace("closed: 0.9", "closd: 0.9").replace("share: 0.8", "share: 80"))
    result = call("run", path, "--out", "out")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert "closd: unknown key; did you mean 'closed'?  [A301]" in lines[0] + lines[1]
    assert "Traceback" not in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_usage_is_exit_2(crisis):
    assert call("run").exit_code == 2
    assert call("run", crisis, "--lang", "fr").exit_code == 2
    assert call("rum").exit_code == 2
    assert call("list", "planets").exit_code == 2


def test_a_hard_guarantee_that_cannot_hold_is_exit_3(tmp_path):
    hard = FRAMEWORK.replace("share: {2026-01-01: 0.8}, basis", "share: {2026-01-01: 0.8}, hard: true, basis")
    result = call("run", write_tiny(tmp_path / "in", CRISIS, hard), "--out", "out")
    assert result.exit_code == 3
    assert result.stderr.startswith("NLD/health/liquid: ")
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [(SolverStopped("the solver stopped  [A501]"), 5), (KeyboardInterrupt(), 130), (PermissionError(13, "denied", "x"), 1)],
)
def test_other_ends_have_their_exit_codes(error, code, crisis, monkeypatch):
    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr("allocator.cli.run.run_scenario", fail)
    result = call("run", crisis)
    assert result.exit_code == code
    assert result.stderr.count("\n") == 1
    told = json.loads(call("run", crisis, "--json").stdout)["error"]
    assert (told["exit_code"], told["messages"], told["findings"]) == (code, result.stderr.splitlines(), [])


def test_validate_finds_every_fault_of_every_file(tmp_path, crisis):
    bad = write_tiny(tmp_path / "in", CRISIS.replace("closed: 0.9", "closed: 9"))
    law = tmp_path / "in" / "frameworks" / "tiny.yaml"
    law.write_text(FRAMEWORK.replace("rule: leximin, over", "rule: lexmin, over").replace("status: concept", "status: draft"))
    result = call("validate", crisis, bad, law)
    assert result.exit_code == 1
    assert "closed: must be at most 1" in result.stderr
    assert "status: 'draft' is not one of concept, adopted" in result.stderr
    listed = json.loads(call("validate", bad, law, "--json").stdout)
    assert [finding["code"] for finding in listed].count("A207") == 1
    assert {"file", "line", "column", "path", "message", "code"} == set(listed[0])


def test_validate_says_when_there_is_nothing_wrong(crisis):
    result = call("validate", crisis, crisis.parent / "frameworks" / "tiny.yaml", crisis.parent / "baseline" / "tiny")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "3 checked, no faults")


def test_validate_finds_a_sector_in_no_tier_without_a_scenario(tmp_path):
    law = tmp_path / "law.yaml"
    law.write_text((ROOT / "frameworks" / "nl-draft.yaml").read_text(encoding="utf-8").replace("telecom, ", ""), encoding="utf-8")
    result = call("validate", law)
    assert result.exit_code == 1
    (told,) = result.stderr.splitlines()
    assert told.endswith("tiers: the sector 'telecom' is in no tier; add it to the sectors of one  [A221]")


def test_validate_reads_a_framework_on_the_baseline_that_is_named_with_it(tmp_path):
    crisis = write_tiny(tmp_path, CRISIS)
    law = crisis.parent / "frameworks" / "tiny.yaml"
    tiny = str(crisis.parent / "baseline" / "tiny")
    assert call("validate", law, "--baseline", tiny).stdout == call("validate", law, crisis).stdout.replace("2 checked", "1 checked")
    assert "the baseline has no sector 'packging'" in call("validate", spoilt(law, "packaging", "packging"), crisis).stderr
    assert "no baseline package here" in call("validate", law, "--baseline", "nowhere").stderr


def test_validate_says_what_of_a_framework_is_no_fault_and_would_surprise(tmp_path):
    crisis = write_tiny(tmp_path, CRISIS)
    law = spoilt(crisis.parent / "frameworks" / "tiny.yaml", "status: concept", "status: adopted")
    spoilt(law, "guarantees:", "caps:\n  - {sector: packaging, share: {2031-01-01: 0.9}, basis: {status: none, note: x}}\nguarantees:")
    first, share, status = call("validate", law, crisis.parent / "baseline" / "tiny").stdout.splitlines()
    assert first == "2 checked, no faults"
    assert share.endswith(": caps.0.share: no value before 2031-01-01; a scenario that begins earlier is refused")
    assert status.endswith(":2:1: status: adopted, but no act in force underlies rank 1, 2, 3; every run says so")


def test_validate_reads_a_scenario_under_another_framework(tmp_path):
    crisis = write_tiny(tmp_path, CRISIS)
    law = tmp_path / "other.yaml"
    law.write_text(FRAMEWORK.replace("2026-01-01: 0.8", "2031-01-01: 0.8"), encoding="utf-8")
    assert call("validate", crisis).stdout == "1 checked, no faults\n"
    (told,) = call("validate", crisis, "--framework", law).stderr.splitlines()
    assert told.endswith("guarantees.0.share: no value in force on 2026-03-01; date the scenario on or after 2031-01-01  [A203]")


def spoilt(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("regions", "Netherlands"),
        ("sectors", "health"),
        ("commodities", "helium_liquid"),
        ("supply-lines", "QAT"),
        ("reserves", "nld_helium"),
        ("disruptions", "chokepoint_closure"),
        ("levers", "reserve_release"),
        ("rules", "leximin"),
        ("scenarios", "hormuz_closure"),
        ("frameworks", "nl_draft"),
    ],
)
def test_list_shows_each_kind_with_names(kind, word):
    assert word in call("list", kind).stdout
    assert word in call("list", kind, "--json").stdout


@pytest.mark.parametrize(
    ("kind", "english", "dutch"),
    [
        ("scenarios", "Crisis on two fronts", "Crisis op twee fronten"),
        ("frameworks", "Ranked by value added", "Rangorde naar toegevoegde waarde"),
        ("disruptions", "Export quota", "Uitvoerquotum"),
        ("levers", "Demand restraint", "Vraagbeperking"),
    ],
)
def test_list_names_things_in_both_languages(kind, english, dutch):
    shown = call("list", kind, "--json").stdout
    assert english in shown
    assert dutch in shown


def test_list_counts_kinds():
    counts = {row["kind"]: row["count"] for row in json.loads(call("list", "--json").stdout)}
    assert counts["regions"] == 27
    assert min(counts.values()) >= 1


def test_figures_in_a_list_are_numbers():
    reserves = json.loads(call("list", "reserves", "--json").stdout)
    assert all(reserve["quantity"] > 0 for reserve in reserves)


def test_schema_is_json():
    assert json.loads(call("schema", "scenario").stdout)["$schema"].startswith("https://json-schema.org")


def test_the_module_and_the_console_entry_agree(tmp_path):
    missing = [sys.executable, "-m", "allocator", "run", "nope.yaml"]
    result = subprocess.run(missing, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "COLUMNS": "200"}, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "nope.yaml: there is no such file; check the path  [A300]\n"


def test_main_ends_with_the_exit_code(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["allocator", "run", "nope.yaml"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1


def test_brackets_in_a_title_are_text_and_no_markup(tmp_path):
    result = call("run", write_tiny(tmp_path / "in", CRISIS.replace("en: Tiny crisis", "en: 'Tiny [/b] crisis'")), "--out", "out")
    assert result.exit_code == 0
    assert "Tiny [/b] crisis" in result.stdout


def test_a_framework_run_as_a_scenario_is_one_line(tmp_path):
    path = write_tiny(tmp_path / "in", CRISIS)
    (tmp_path / "law.yaml").write_text(FRAMEWORK, encoding="utf-8")
    for arguments, says in ((["law.yaml"], "no scenario"), ([path, "--framework", str(path)], "no framework")):
        result = call("run", *arguments)
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
        assert says in result.stderr


def test_letters_that_a_terminal_lacks_are_no_traceback():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "allocator", "list", "regions", "--json"]
    result = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    assert "België" in {row["name_nl"] for row in json.loads(result.stdout.decode("utf-8"))}
