"""Own figures as a user has them: a template, filled in, run; and the classification on everything that comes out."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from allocator_scenarios import ROOT

from allocator.baseline import Baseline, load_baseline
from allocator.baseline.figures import read_figures
from allocator.baseline.layout import TABLES
from allocator.baseline.template import UNITS_OF, explanation, template_csv, template_xlsx
from allocator.case import resolve_case
from allocator.inputs import read_inputs
from allocator.output import FILES
from tests.allocator.conftest import CRISIS
from tests.errors.world import call
from tests.tiny import write_tiny

LABEL = 'Secret "A" & <b>'
ROW = ["nld_liquid", "NLD", "NLD", "liquid", 12.5, 0.25, 2.5, 15, 2, 0.1, 10, 20, "project_assumption", "2026", "assumed", "own count"]


@pytest.fixture
def crisis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path, CRISIS)
    return "tiny.yaml"


def ask(*arguments: str) -> str:
    result = call(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def template(file: str, table: str = "reserves") -> Path:
    assert ask("data", "template", table, "--baseline", "baseline/tiny", "--out", file) == f"{Path(file)}\n"
    (Path(file).parent / "classification.txt").write_text(f"{LABEL}\n", encoding="utf-8")
    return Path(file)


def fill_workbook(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    book["reserves"].append(ROW)
    book.save(file)


def fill_csv(file: Path) -> None:
    with file.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(ROW)


def test_from_template_to_run_and_the_same_results_from_either_form(crisis: str) -> None:
    plain = json.loads(ask("run", crisis, "--json"))
    fill_workbook(template("one/reserves.xlsx"))
    fill_csv(template("two/reserves.csv"))
    outputs = []
    for name in ("one", "two"):
        assert ask("validate", crisis, "--figures", name) == "1 checked, no faults\n"
        outputs.append(json.loads(ask("run", crisis, "--figures", name, "--out", f"out_{name}", "--json")))
    hashes = {content["case_hash"] for content in outputs}
    assert len(hashes) == 1
    assert plain["case_hash"] not in hashes
    for table in ("allocation.csv", "reserves.csv", "supply.csv", "cuts.csv", "allocation.xlsx"):
        assert Path("out_one", table).read_bytes() == Path("out_two", table).read_bytes()
    with Path("out_one/reserves.csv").open(encoding="utf-8") as file:
        assert float(next(csv.DictReader(file))["opening"]) == 12.5
    read = json.loads(Path("out_two/manifest.json").read_text(encoding="utf-8"))["inputs"]
    own = {entry["file"]: entry["sha256"] for entry in read if entry["role"] == "figures"}
    assert own == {name: hashlib.sha256(Path("two", name).read_bytes()).hexdigest() for name in ("classification.txt", "reserves.csv")}


def test_the_classification_marks_every_output(crisis: str) -> None:
    fill_csv(template("own/reserves.csv"))
    assert f"Classification: {LABEL}" in ask("run", crisis, "--figures", "own", "--out", "out")
    assert f"Rubricering: {LABEL}" in ask("run", crisis, "--figures", "own", "--out", "uit", "--lang", "nl")
    assert sorted(path.name for path in Path("out").iterdir()) == sorted({*FILES, "classification.txt"})
    assert Path("out/classification.txt").read_text(encoding="utf-8") == f"{LABEL}\n"
    for name in ("manifest.json", "summary.json"):
        assert json.loads(Path("out", name).read_text(encoding="utf-8"))["classification"] == LABEL
    page = Path("out/report.html").read_text(encoding="utf-8")
    for word in ("Classification", "Rubricering"):
        assert f'<p class="marking">{word}: Secret &#34;A&#34; &amp; &lt;b&gt;</p>' in page
    on_paper = re.search(r'@page \{ @top-center \{ content: "([^"]*)";', page)[1]
    assert re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), on_paper) == LABEL
    book = openpyxl.load_workbook("out/allocation.xlsx")
    assert book.sheetnames == ["about", "allocation", "reserves", "supply", "cuts", "orders", "without_signature", "plan_without_signature"]
    assert (book.active.title, book.active["A1"].value, book.properties.category) == ("about", LABEL, LABEL)
    with zipfile.ZipFile("out/allocation.xlsx") as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == len(book.sheetnames)
    assert all("&amp;C&amp;BSecret &quot;A&quot; &amp;&amp;" in sheet.replace('"A"', "&quot;A&quot;") for sheet in sheets)


@pytest.mark.usefixtures("crisis")
def test_what_is_shown_of_a_good_is_marked_too() -> None:
    fill_csv(template("own/reserves.csv"))
    arguments = ("data", "show", "liquid", "--baseline", "baseline/tiny")
    assert ask(*arguments, "--figures", "own").startswith(f"Classification: {LABEL}\n")
    assert ask(*arguments, "--figures", "own", "--lang", "nl").startswith(f"Rubricering: {LABEL}\n")
    assert json.loads(ask(*arguments, "--figures", "own", "--json"))["classification"] == LABEL
    assert "classification" not in json.loads(ask(*arguments, "--json"))
    assert f"own figures ({LABEL}) in reserves: 1 rows replaced, 0 added" in ask(
        *arguments[:1], "check", *arguments[3:], "--figures", "own"
    )


def test_a_run_without_own_figures_is_public_and_leaves_no_label_behind(crisis: str) -> None:
    fill_csv(template("own/reserves.csv"))
    ask("run", crisis, "--figures", "own", "--out", "out")
    ask("run", crisis, "--out", "out", "--overwrite")
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(FILES)
    assert json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))["classification"] == "public"
    assert 'class="marking"' not in Path("out/report.html").read_text(encoding="utf-8")
    assert openpyxl.load_workbook("out/allocation.xlsx")["about"]["A1"].value == "Tiny crisis"


def test_another_label_or_note_is_another_case(crisis: str) -> None:
    fill_csv(template("own/reserves.csv"))

    def case_hash() -> str:
        inputs = read_inputs(crisis, figures=Path("own"))
        return resolve_case(inputs.baseline, inputs.scenario, inputs.framework).sha256

    hashes = [case_hash(), case_hash()]
    Path("own/classification.txt").write_text("internal", encoding="utf-8")
    hashes.append(case_hash())
    file = Path("own/reserves.csv")
    file.write_text(file.read_text(encoding="utf-8").replace("own count", "own guess"), encoding="utf-8")
    hashes.append(case_hash())
    assert len(set(hashes)) == 3


@pytest.fixture(scope="module")
def shipped() -> Baseline:
    return load_baseline(ROOT / "baseline" / "eu_crm_2026")


@pytest.mark.parametrize("table", TABLES)
def test_a_template_explains_every_column_and_its_example_is_a_row_that_can_be_read(table: str, tmp_path: Path, shipped: Baseline) -> None:
    shape, example = TABLES[table], shipped.tables[table].iloc[0]
    told = explanation(shape, example)
    assert told["column"].tolist() == list(shape.names)
    assert [bool(unit) for unit in told["unit"]] == [column.kind == "number" for column in shape.columns]
    text = template_csv(shape, example).decode()
    assert [line for line in text.splitlines()[1:] if not line.lstrip('"').startswith("#")] == []
    (tmp_path / f"{table}.xlsx").write_bytes(template_xlsx(shape, example))
    book = openpyxl.load_workbook(tmp_path / f"{table}.xlsx")
    assert book.sheetnames == [table, "explanation"]
    assert book[table]["A2"].value.startswith("# ")
    book[table]["A2"].value = book[table]["A2"].value.removeprefix("# ")
    book.save(tmp_path / f"{table}.xlsx")
    read = read_figures(tmp_path)
    assert read.findings[table] == []
    assert read.tables[table].iloc[0].tolist() == [round_trip(value) for value in example]


def round_trip(value: object) -> object:
    return float(f"{value:.12g}") if isinstance(value, float) else value


@pytest.fixture(scope="module")
def units() -> set[str]:
    return {column.name for shape in TABLES.values() for column in shape.columns if column.kind == "number"} - {"low", "high"}


def test_no_unit_is_for_a_column_that_is_not_there(units: set[str]) -> None:
    assert set(UNITS_OF) == units


@pytest.mark.usefixtures("crisis")
def test_a_template_is_the_same_every_time_and_never_replaces_a_file() -> None:
    first = template("a/reserves.xlsx").read_bytes()
    assert template("b/reserves.xlsx").read_bytes() == first
    result = call("data", "template", "reserves", "--baseline", "baseline/tiny", "--out", "a/reserves.xlsx")
    assert (result.exit_code, "[A705]" in result.stderr) == (1, True)
    assert Path("a/reserves.xlsx").read_bytes() == first
    assert call("data", "template", "reserves", "--out", "a.csv", "--format", "xlsx").exit_code == 2
    assert call("data", "template", "reserve").exit_code == 2


@pytest.mark.usefixtures("crisis")
def test_a_template_does_not_tell_the_system_it_was_written_on(monkeypatch: pytest.MonkeyPatch) -> None:
    here = template("one/reserves.xlsx").read_bytes()
    monkeypatch.setattr(sys, "platform", "win32")
    assert template("two/reserves.xlsx").read_bytes() == here


def test_an_empty_template_is_not_taken_for_figures(crisis: str) -> None:
    template("own/reserves.xlsx")
    result = call("validate", crisis, "--figures", "own")
    assert result.stderr == "own/reserves.xlsx: no rows; fill some in below the headings, or remove the file  [A131]\n"
