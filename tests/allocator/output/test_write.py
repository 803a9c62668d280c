"""The files of a run: the contract's columns and keys, and the same bytes every time."""

import csv
import hashlib
import io
import json
import math
import re
import zipfile

import openpyxl
import pytest

from allocator import output
from allocator.framework.legal import SHIPPED as LEGAL
from allocator.output import FILES, choose_target, write_run
from allocator.run import run_scenario

COLUMNS = {
    "allocation": "branch, period, region, sector, commodity, unit, tier, demand, restrained, allocated, shortfall, coverage",
    "reserves": "branch, period, reserve, owner, region, commodity, unit, opening, released, refilled, lost, closing, days_of_cover",
    "supply": "branch, period, region, commodity, unit, channel, origin, quantity",
    "cuts": (
        "branch, region, sector, commodity, tier, deciding_tier, shortfall, binding_row, marginal_up, marginal_down, marginal_unit, rule, "
        "legal_basis"
    ),
    "orders": ("order, lever, authority, from, quantity, unit, cost_eur, serves, commodity, sign_by, tier, coverage, coverage_per_week"),
}


@pytest.fixture(scope="module")
def folder(finished, tmp_path_factory):
    return write_run(finished, choose_target(tmp_path_factory.mktemp("out") / "run", overwrite=False)).folder


def rows(folder, table):
    return list(csv.DictReader(io.StringIO((folder / f"{table}.csv").read_text())))


def test_every_file_of_the_contract_and_no_other(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_of_the_contract(folder, table):
    assert (folder / f"{table}.csv").read_text().splitlines()[0].split(",") == COLUMNS[table].split(", ")


@pytest.mark.parametrize("table", COLUMNS)
def test_tables_have_lf_and_no_nan(folder, table):
    content = (folder / f"{table}.csv").read_bytes()
    assert b"\r" not in content
    assert not re.search(rb"\b(nan|NaN|None|inf)\b", content)
    assert content.endswith(b"\n")


def test_every_row_of_the_files_adds_up(folder):
    for row in rows(folder, "allocation"):
        parts = math.fsum(float(row[name]) for name in ("restrained", "allocated", "shortfall"))
        assert float(row["demand"]) == pytest.approx(parts, rel=1e-9)
    for row in rows(folder, "reserves"):
        opening, released, refilled, lost, closing = (float(row[name]) for name in ("opening", "released", "refilled", "lost", "closing"))
        assert closing == pytest.approx(opening - released + refilled - lost, rel=1e-9)


def test_the_spreadsheet_has_the_same_tables_with_numbers_as_numbers(folder):
    book = openpyxl.load_workbook(folder / "allocation.xlsx")
    assert book.sheetnames == ["about", *COLUMNS, "without_signature", "plan_without_signature"]
    for table in COLUMNS:
        head, *body = book[table].iter_rows(values_only=True)
        assert list(head) == COLUMNS[table].split(", ")
        assert len(body) == len(rows(folder, table))
        for written, row in zip(rows(folder, table), body, strict=True):
            for text, value in zip(written.values(), row, strict=True):
                assert float(text) == value if isinstance(value, (int, float)) else text == (value or "")
    assert isinstance(book["allocation"]["H2"].value, (int, float))


def test_the_first_sheet_explains_every_sheet_and_only_columns_that_are_there(folder):
    book = openpyxl.load_workbook(folder / "allocation.xlsx")
    rows_of = [[cell or "" for cell in row] for row in book["about"].iter_rows(values_only=True)]
    named = [row[0] for row in rows_of]
    assert rows_of[0][0] == "Tiny crisis"
    assert set(COLUMNS) <= set(named)
    columns = {name for written in COLUMNS.values() for name in written.split(", ")}
    assert set(named[named.index("Columns / Kolommen") + 1 :]) <= columns
    assert all(row[1] and row[2] for row in rows_of if row[0] in columns)


def test_the_spreadsheet_holds_no_formula(folder):
    with zipfile.ZipFile(folder / "allocation.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/"))


def test_the_summary_has_the_keys_of_the_contract(folder):
    summary = json.loads((folder / "summary.json").read_text())
    assert {"scenario", "framework", "baseline", "status", "stages", "tiers", "size", "seconds"} <= set(summary)
    assert list(summary["size"]) == ["columns", "rows", "nonzeros", "integers"]
    assert list(summary["seconds"]) == ["load", "compile", "build", "solve", "explain", "report", "total"]
    stage_keys = ["name", "tier", "rule", "value", "seconds", "primal_residual", "dual_residual", "gap"]
    stage_keys += ["leak", "drift", "rank_gap", "multiplier"]
    tier_keys = ["rank", "name", "demand", "allocated", "restrained", "shortfall", "coverage", "lowest_coverage"]
    assert all(list(stage) == stage_keys for stage in summary["stages"])
    assert all(list(tier) == tier_keys for tier in summary["tiers"])


def test_exchange_rates_name_the_stage_that_gives_up_and_the_one_that_gains(folder):
    summary = json.loads((folder / "summary.json").read_text())
    stages = [(stage["name"], stage["tier"]) for stage in summary["stages"]]
    assert summary["exchange_rates"]
    for rate in summary["exchange_rates"]:
        given, gained = ((rate[side]["name"], rate[side]["tier"]) for side in ("given_up_by", "gained_by"))
        assert stages.index(given) < stages.index(gained)
        assert rate["rate"] > 0.0


def test_residuals_are_numbers_within_the_limit(folder):
    for stage in json.loads((folder / "summary.json").read_text())["stages"]:
        for name in ("primal_residual", "dual_residual", "gap"):
            assert isinstance(stage[name], float)
            assert 0.0 <= abs(stage[name]) <= 1e-6


def test_a_tiers_figures_are_by_commodity_and_its_coverage_a_mean_over_cells(folder):
    cells = [row for row in rows(folder, "allocation") if row["tier"] == "1"]
    first = json.loads((folder / "summary.json").read_text())["tiers"][0]
    assert first["name"] == "First"
    assert set(first["demand"]) == {"liquid", "metal"}
    assert first["shortfall"]["liquid"] == pytest.approx(
        math.fsum(float(row["shortfall"]) for row in cells if row["commodity"] == "liquid")
    )
    assert first["coverage"] == pytest.approx(math.fsum(float(row["coverage"]) for row in cells) / len(cells))
    assert first["lowest_coverage"] == min(float(row["coverage"]) for row in cells)


def test_tiers_without_claims_are_not_listed(folder):
    assert [tier["rank"] for tier in json.loads((folder / "summary.json").read_text())["tiers"]] == [1, 2]


def test_the_manifest_names_every_input_and_output_by_its_hash(folder, crisis):
    manifest = json.loads((folder / "manifest.json").read_text())
    where = {
        "scenario": crisis.parent,
        "framework": crisis.parent / "frameworks",
        "baseline": crisis.parent / "baseline",
        "legal": LEGAL.parent,
    }
    assert {file["role"] for file in manifest["inputs"]} == set(where)
    for file in manifest["inputs"]:
        assert hashlib.sha256((where[file["role"]] / file["file"]).read_bytes()).hexdigest() == file["sha256"]
    for file in manifest["outputs"]:
        assert hashlib.sha256((folder / file["file"]).read_bytes()).hexdigest() == file["sha256"]
    assert {file["file"] for file in manifest["outputs"]} == set(FILES) - {"manifest.json", "summary.json"}
    assert manifest["classification"] == "public"
    assert (manifest["seed"], manifest["solver"]["solver"]) == (0, "highs")
    assert {"python", "highspy", "pyomo", "stockpile-allocator"} <= set(manifest["versions"])


def without_seconds(summary):
    content = json.loads(summary)
    del content["seconds"]
    for stage in content["stages"]:
        del stage["seconds"]
    return content


def test_two_runs_write_the_same_bytes(folder, crisis, tmp_path):
    again = write_run(run_scenario(crisis), choose_target(tmp_path / "again", overwrite=False)).folder
    for name in set(FILES) - {"summary.json"}:
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name
    first, second = ((place / "summary.json").read_bytes() for place in (folder, again))
    assert without_seconds(first) == without_seconds(second)


def test_nothing_tells_where_the_run_was_made(folder, crisis):
    for name in set(FILES) - {"allocation.xlsx"}:
        assert str(crisis.parent) not in (folder / name).read_text(), name


def test_no_folder_when_the_report_fails(finished, tmp_path, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("no report")

    monkeypatch.setattr(output.write, "render_report", fail)
    with pytest.raises(RuntimeError, match="no report"):
        write_run(finished, choose_target(tmp_path / "out", overwrite=False))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_an_earlier_run_is_replaced(finished, tmp_path):
    target = choose_target(tmp_path / "out", overwrite=True)
    write_run(finished, target)
    (tmp_path / "out" / "cuts.csv").write_text("stale")
    written = write_run(finished, target)
    assert (written.folder / "cuts.csv").read_text() != "stale"
