"""Every block on the pages does what its page says: commands run, files are valid, printed output is what is printed.

``pytest tests/docs --write-golden`` writes the printed output anew; read the difference before committing it.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from allocator.baseline import load_baseline
from allocator.baseline.layout import TABLES
from allocator.case import known_ids
from allocator.cli import build_program
from allocator.closed import KnownIds
from allocator.divide.claims_file import COLUMNS
from allocator.framework import Framework, load_framework
from allocator.letter import read_template
from allocator.scenario import LEVERS
from allocator.scenario.load import scenario_of, scenario_source
from tests.api.test_deploy import SERVER, blocks_of_server
from tests.api.test_walkthrough import BY as WALK
from tests.api.test_walkthrough import blocks as walk_blocks
from tests.docs.blocks import BLOCKS, ROOT, Block, Command, pages, with_text
from tests.golden.evidence import blocks as evidence_blocks
from tests.golden.pages import BY as EVIDENCE
from tests.install.test_blocks import BLOCKS as IN_CLONES
from tests.install.test_blocks import BY as INSTALL

CI = ".ci/run"
RUN = {"sh", "python"}
PROGRAM = build_program()
LANGUAGES = {*RUN, "text", "yaml", "json", "csv", "markdown", "math"}
CRISIS = """\
scenario: shown
baseline: eu_crm_2026
framework: nl_draft
horizon: {start: 2026-03, periods: 24, period: month}
crisis_level: 3
"""


def of(language: str, run_by: str = "") -> list[Block]:
    return [block for block in BLOCKS if block.language == language and block.run_by == run_by]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that looks like a fresh clone, in which what a page writes stays."""
    desk = tmp_path_factory.mktemp("desk")
    for name in ("scenarios", "docs", "Makefile", "pyproject.toml"):
        (desk / name).symlink_to(ROOT / name)
    yield desk
    shutil.rmtree(desk / "runs", ignore_errors=True)


def started(words: list[str]) -> tuple[int, str]:
    """Return exit code and output of a program."""
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


@cache
def run(line: str) -> tuple[int, str]:
    """Run one command of a page in the folder we are in, once: the program in this process, which starts faster, the rest in a shell."""
    words = Command(line).words
    if Path(words[0]).name != "allocator":
        return started(["sh", "-c", line])
    result = CliRunner().invoke(PROGRAM, words[1:], prog_name="allocator")
    stopped = result.exception is None or isinstance(result.exception, SystemExit)
    return (result.exit_code, result.output) if stopped else (-1, repr(result.exception))


def run_block(block: Block) -> tuple[str, list[str]]:
    """Return what a block prints, and a line for every command that ends with another exit code than its page says."""
    if block.language == "python":
        results = [("python", 0, *started([sys.executable, "-c", block.text]))]
    else:
        results = [(command.line, command.exit_code, *run(command.line)) for command in block.commands()]
    faults = [f"{block}: {line}: exit code {code}\n{output}" for line, expected, code, output in results if code != expected]
    return "".join(output for *_, output in results), faults


def shown_under(block: Block) -> Block | None:
    """Return the block under a block of commands that shows what they print, if there is one."""
    under = next((other for other in BLOCKS if other.page == block.page and other.line > block.line), None)
    return under if under and under.language == "text" and under.follows == "sh" else None


def test_every_command_runs_and_prints_what_its_page_shows(
    desk: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pages share one folder and each command is run once, so that the Hormuz scenario is not solved for every page that names it."""
    for block in BLOCKS:
        if block.title:
            (desk / block.title).parent.mkdir(exist_ok=True)
            (desk / block.title).write_text(block.text, encoding="utf-8")
    monkeypatch.chdir(desk)
    monkeypatch.setenv("COLUMNS", "100")
    faults, renewed = [], []
    for block in (block for block in BLOCKS if block.language in RUN and not block.run_by):
        printed, wrong = run_block(block)
        faults += wrong
        shown, found = shown_under(block), "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
        if shown and shown.text != found:
            renewed.append((shown, found))
    if request.config.getoption("--write-golden"):
        for shown, found in reversed(renewed):
            page = ROOT / shown.page
            page.write_text(with_text(page.read_text(encoding="utf-8"), shown, found), encoding="utf-8")
    else:
        faults += [f"{shown}: the page shows\n{shown.text}where this is printed\n{found}" for shown, found in renewed]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.fixture(scope="module")
def ids() -> KnownIds:
    return known_ids(load_baseline(ROOT / "scenarios" / "baseline" / "eu_crm_2026"))


@pytest.mark.parametrize("block", of("yaml"), ids=str)
def test_every_file_and_fragment_is_valid(block: Block, ids: KnownIds, tmp_path: Path) -> None:
    file = tmp_path / "shown.yaml"
    listed = block.text.startswith(("levers:\n", "minimums:\n"))  # those of a scenario; a framework has a mapping of that name
    if block.text.split(":", 1)[0] in Framework.model_fields and not listed:
        wholes = [other for other in of("yaml") if other.text.startswith("framework:")]
        whole = next((other for other in wholes if other.page == block.page), wholes[0]).text
        key = block.text.split(":", 1)[0]
        rest = re.sub(rf"^{key}:.*\n(?: .*\n)*", "", whole, flags=re.MULTILINE)
        file.write_text(whole if block.text == whole else rest + block.text, encoding="utf-8")
        assert load_framework(file, ids).framework
        return
    key = "levers" if re.match(r"\{kind: (" + "|".join(LEVERS) + "),", block.text) else "disruptions"
    fragment = block.text.startswith("{kind:")
    file.write_text(
        f"{CRISIS}{key}:\n  - {block.text}" if fragment else f"{CRISIS}{block.text}" if listed else block.text, encoding="utf-8"
    )
    scenario = scenario_of(scenario_source(file), ids)
    assert len(getattr(scenario, key)) == 1 if fragment else scenario.scenario


def test_rows_have_the_columns_of_their_table() -> None:
    headings = {tuple(column.name for column in table.columns) for table in TABLES.values()}
    for block in of("csv"):
        head, *rows = csv.reader(block.text.splitlines(), delimiter=";" if ";" in block.text.splitlines()[0] else ",")
        assert tuple(head) in headings or {"claimant", "claim"} <= set(head) <= {"claimant", *COLUMNS}, block
        assert rows, block
        assert {len(row) for row in rows} == {len(head)}, block


def test_templates_of_letters_are_whole(tmp_path: Path) -> None:
    assert of("markdown")
    for block in of("markdown"):
        (tmp_path / block.title).write_text(block.text, encoding="utf-8")
        assert read_template(tmp_path / block.title, "en").letterhead.open == [], block


def test_json_is_json() -> None:
    for block in of("json"):
        assert json.loads(block.text)


def test_every_block_says_what_it_is() -> None:
    assert [str(block) for block in BLOCKS if block.language not in LANGUAGES] == []
    assert [str(block) for block in of("text") if block.follows != "sh"] == [], "text under no command is checked by nobody"


def run_by_ci() -> list[Block]:
    """Return the blocks of which every command is a line of what continuous integration runs."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    return [block for block in of("sh", run_by=CI) if {command.line for command in block.commands()} <= set(lines)]


def run_in_clones() -> list[Block]:
    """Return what `make install-test` runs, provided that it starts those tests and that continuous integration starts it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^install-test: .*\n\t\$\(BIN\)/pytest -n 0 tests/install$", makefile, re.MULTILINE)
    started, waited = f"{INSTALL} &", 'wait "$installs"'
    assert {started, waited} <= set((ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines())
    return IN_CLONES


#: What runs the blocks that are not run here, by the words that stand above them on the pages.
RUNNERS = {CI: run_by_ci, INSTALL: run_in_clones, EVIDENCE: evidence_blocks, WALK: walk_blocks, SERVER: blocks_of_server}


def test_what_is_not_run_here_is_run_where_its_page_says() -> None:
    marked = [block for block in BLOCKS if block.run_by]
    assert {block.run_by for block in marked} == set(RUNNERS)
    run = {runner: find() for runner, find in RUNNERS.items()}
    assert [f"{block}: {block.run_by} does not run it" for block in marked if block not in run[block.run_by]] == []


def test_every_block_is_run() -> None:
    assert [page.name for page in pages() if "<!-- not run" in page.read_text(encoding="utf-8")] == []


def test_every_make_target_on_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = [command.words for block in BLOCKS if block.language == "sh" for command in block.commands()]
    named = {words[1] for words in commands if words[0] == "make"}
    assert named
    assert named <= targets
