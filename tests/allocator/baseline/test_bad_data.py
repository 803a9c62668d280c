"""Bad data: one clear finding each, all of them at once, never a traceback."""

import csv
import json
import math
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from allocator.baseline import examine, load_baseline
from allocator.baseline.checks import CHECKS
from allocator.baseline.descriptor import faults_of_descriptor
from allocator.baseline.layout import TABLES
from allocator.baseline.reading import read_csv, to_numbers
from allocator.baseline.schemas import validate_table
from allocator.cells import cell_starts
from allocator.errors import InvalidInput
from tests.allocator.baseline.conftest import FOLDER

COLUMNS = ("region", "share")


@pytest.mark.parametrize(
    ("content", "line", "path", "code", "says"),
    [
        (b"region;share\nNLD;0.5\n", 1, "", "A103", "semicolons"),
        (b"region\tshare\nNLD\t0.5\n", 1, "", "A103", "tabs"),
        (b"region,share\nNLD,0.5\nCura\xe7ao,1\n", 3, "", "A102", "Latin-1"),
        (b"region\nNLD\n", 1, "share", "A104", "column missing"),
        (b"region,share,shar\nNLD,1,2\n", 1, "shar", "A104", "did you mean 'share'"),
        (b"region,share,share\nNLD,1,2\n", 1, "share", "A104", "twice"),
        (b"region,share\nNLD\n", 2, "", "A105", "1 cells where the header has 2"),
        (b"region,share\nNLD,1,5\n", 2, "", "A105", "3 cells"),
        (b'region,share\n"N\nLD",1\nDEU,1\n', 2, "", "A105", "line break"),
        (b"", 1, "", "A104", "the file is empty"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, line, path, code, says):
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    _, findings = read_csv(file, COLUMNS)
    assert findings
    assert (findings[0].line, findings[0].path, findings[0].code) == (line, path, code)
    assert says in findings[0].message


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (b"region,share\nNLD,1\nCura\xc3\xa7ao,\xe9\n", 9),
        (b'region,share\nNLD,"1\n2"\n', 5),
        (b'region,share\n"N""L,D",1\n"N,L",x"1\n\n"N\rL",2\n', 1),
        (b'region,share\n"N,L","' + b"1" * 200_000, 7),
    ],
)
def test_where_a_cell_is_that_spoils_the_file(tmp_path, content, column):
    (tmp_path / "x.csv").write_bytes(content)
    (finding,) = read_csv(tmp_path / "x.csv", COLUMNS)[1]
    assert finding.column == column


def test_columns_are_counted_in_characters_past_quotes_and_separators():
    assert cell_starts('a,"b,""c""",é,"",,"x"y,z\r\n') == [1, 3, 13, 15, 18, 19, 24]
    assert cell_starts("") == [1]
    assert cell_starts("a,b;c", ";") == [1, 5]


def test_a_missing_file(tmp_path):
    frame, findings = read_csv(tmp_path / "x.csv", COLUMNS)
    assert (list(frame.columns), len(frame), findings[0].code) == (list(COLUMNS), 0, "A101")


def test_lines_are_counted_past_blank_lines_and_breaks_in_cells(tmp_path):
    (tmp_path / "x.csv").write_text('region,share\n\n"N\nLD",1\nDEU,x\n', encoding="utf-8")
    frame, findings = read_csv(tmp_path / "x.csv", COLUMNS)
    assert [finding.line for finding in findings] == [3]
    assert [finding.line for finding in to_numbers(frame["share"], "x.csv")[1]] == [5]


@pytest.mark.parametrize("cell", ["NA", "NaN", "nan", "inf", "", "1,5", "1_000", "five", "1e999"])
def test_cells_that_are_no_numbers(cell):
    numbers, findings = to_numbers(pd.Series([cell, "2"], name="quantity"), "x.csv")
    assert math.isnan(numbers[0])
    assert [(finding.line, finding.path, finding.code) for finding in findings] == [(2, "quantity", "A106")]


def test_none_and_na_stay_text(tmp_path):
    (tmp_path / "x.csv").write_text("region,share\nNA,1\nNone,2\n", encoding="utf-8")
    assert read_csv(tmp_path / "x.csv", COLUMNS)[0]["region"].tolist() == ["NA", "None"]


@pytest.mark.parametrize(
    ("table", "column", "value", "code", "says"),
    [
        ("demands", "annual_quantity", -1.0, "A107", "out of range"),
        ("sector_keys", "share", 1.5, "A107", "out of range"),
        ("reserves", "crisis_level", 4.0, "A107", "at least 1 and at most 3"),
        ("demands", "unit", "ton", "A108", "is not known"),
        ("demands", "basis", "reportd", "A108", "did you mean 'reported'"),
        ("commodities", "stage", "refned", "A108", "did you mean 'refined'"),
        ("demands", "source", "", "A109", "empty"),
        ("lists", "from", "2024-13-01", "A109", "not a date"),
        ("regions", "region", "N L", "A109", "not an identifier"),
        ("regions", "region", "NA", "A109", "'NA' stands for a missing value and names nothing; write ISO 3166-1 alpha-3"),
        (
            "lists",
            "material",
            "NA",
            "A109",
            "'NA' stands for a missing value and names nothing; write material on the list, or leave the cell empty",
        ),
        ("commodities", "material", "nan", "A109", "stands for a missing value"),
        ("commodities", "commodity", "None", "A109", "stands for a missing value"),
        ("contents", "material", "null", "A109", "stands for a missing value"),
        ("sources", "carrier_kind", "blog", "A108", "one of data_package, press, repository"),
        ("choices", "reason", " because", "A109", "space"),
        ("demands", "year", "20x6", "A109", "'20x6' is not a year; write it as 2024 or 2016-2020"),
        ("supply_lines", "origin", "NA", "A109", "'NA' is not a country"),
        ("supply_lines", "origin", "CHM", "A109", "three capitals of ISO 3166-1"),
        ("published", "place", "EUR", "A109", "ROW or EU"),
    ],
)
def test_cells_out_of_bounds(altered, table, column, value, code, says):
    frame = altered(table, 3, column, value).tables[table]
    findings = validate_table(TABLES[table], frame, "x.csv")
    assert [(finding.line, finding.path, finding.code) for finding in findings] == [(5, column, code)]
    assert says in findings[0].message


@pytest.mark.parametrize(
    ("check", "table", "row", "column", "value", "code", "says"),
    [
        ("references", "demands", 3, "region", "NA", "A111", "'NA' is not in regions.csv"),
        ("references", "demands", 3, "commodity", "helum_gas", "A111", "did you mean 'helium_gas'"),
        ("references", "reserves", 0, "owner", "EUR", "A111", "owns a reserve"),
        ("references", "routes", 0, "chokepoint", "bosporus", "A111", "chokepoints.csv"),
        ("shares", "regions", 3, "gdp_share", 0.9, "A112", "add up to"),
        ("shares", "sector_keys", 3, "share", 0.9, "A112", "add up to"),
        ("shares", "restraint", 3, "share", 0.99, "A112", "more than the whole demand"),
        ("units", "demands", 3, "unit", "MW", "A113", "is measured in 't'"),
        ("ranges", "demands", 3, "low", 1e12, "A114", "is not between"),
        ("sources", "demands", 3, "source", "eurostatt", "A115", "cite it there"),
        ("sources", "sources", 0, "carrier", "", "A115", "empty beside 'press'"),
        ("sources", "sources", 0, "carrier_kind", "", "A115", "empty beside 'deutschalltags.de'"),
        ("sources", "demands", 3, "note", "", "A115", "empty"),
        ("sources", "lists", 4, "source", "project_assumption", "A115", "names its source"),
        ("dates", "lists", 3, "until", "2020-01-01", "A116", "not after"),
        ("dates", "lists", 3, "from", "", "A116", "without the day"),
        ("dates", "lists", 3, "material", "", "A116", "remove the row"),
        ("technologies", "technology_flows", "aluminium_rolling_extrusion", "quantity_per_run", 0.5, "A117", "takes only"),
        ("technologies", "technologies", 2, "technology", "alchemy", "A117", "no output"),
        ("technologies", "technology_flows", "aluminium_smelting", "quantity_per_run", 0.0, "A117", "a flow of 0"),
        ("technologies", "technology_flows", "aluminium_smelting", "quantity_per_run", 1.8, "A117", "1 t of aluminium and takes only 0.95"),
        (
            "import_reliance",
            "published",
            ("magnesium", "import_reliance"),
            "share",
            0.5,
            "A121",
            "100.0% in this baseline, 50.0% published",
        ),
        ("import_reliance", "deviations", ("cobalt_refined", "import_reliance"), "commodity", "magnesium", "A122", "does not deviate"),
        ("origin_shares", "published", ("magnesium", "union_sourcing"), "share", 0.3, "A121", "union sourcing of magnesium, CHN"),
        ("origin_shares", "deviations", ("natural_graphite", "union_sourcing"), "place", "MOZ", "A122", "does not deviate"),
        ("stocks", "inventories", 3, "working_stock", 1e12, "A118", "more than the stock"),
        ("stocks", "inventories", 3, "room", 0.0, "A118", "less than the stock"),
        ("stocks", "lanes", 3, "trade_per_month", 1e12, "A118", "more than the capacity"),
        ("stocks", "lanes", 3, "origin", "BEL", "A118", "itself"),
        ("balance", "demands", 3, "annual_quantity", 1e6, "A119", "before any crisis"),
    ],
)
def test_checks_find_what_they_are_for(shipped, altered, check, table, row, column, value, code, says):
    if not isinstance(row, int):
        cells = (row,) if isinstance(row, str) else row
        first = shipped.tables[table].iloc[:, : len(cells)]
        row = int((first == list(cells)).all(axis=1).idxmax())
    baseline = altered(table, row, column, value)
    if column == "origin":
        baseline = altered(table, row, column, baseline.tables[table].loc[row, "region"])
    faults = list(CHECKS[check](baseline))
    assert faults
    assert code in {fault.code for fault in faults} <= {code, "A121"}
    assert any(says in fault.message for fault in faults), [fault.message for fault in faults]


def test_a_doubled_row_is_found_with_the_line_of_the_first(shipped):
    frame = shipped.demands
    doubled = pd.concat([frame, frame.iloc[[3]]], ignore_index=True)
    faults = list(CHECKS["keys"](replace(shipped, tables={**shipped.tables, "demands": doubled})))
    assert [(fault.row, fault.code) for fault in faults] == [(len(frame), "A110")]
    assert "line 5" in faults[0].message


def test_the_shipped_package_passes_every_check(shipped):
    rows = {"dates", "keys", "ranges", "recycling", "references", "sources", "stocks", "technologies", "units"}
    assert set(CHECKS) == {*rows, "balance", "shares", "import_reliance", "origin_shares"}
    assert not [fault for check in CHECKS.values() for fault in check(shipped)]


def test_all_faults_of_all_files_come_at_once_in_their_order(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "mine")
    demands = (folder / "demands.csv").read_text(encoding="utf-8").split("\n")
    cells = demands[1].split(",")
    demands[1] = ",".join([*cells[:3], "many", *cells[4:]])
    demands[2] = demands[2].replace(",t,", ",ton,", 1)
    demands[3] = demands[3].replace("AUT,", "NA,", 1)
    demands.insert(5, demands[4])
    (folder / "demands.csv").write_text("\n".join(demands), encoding="utf-8")
    lines = (folder / "harm.csv").read_text(encoding="utf-8").replace(",1,", ",-1,", 1)
    (folder / "harm.csv").write_text(lines, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_baseline(folder)
    found = [(finding.file.rsplit("/", 1)[-1], finding.line, finding.code) for finding in caught.value.findings]
    assert {
        ("demands.csv", 2, "A106"),
        ("demands.csv", 3, "A108"),
        ("demands.csv", 4, "A111"),
        ("demands.csv", 6, "A110"),
    } <= set(found)
    assert any(file == "harm.csv" and code == "A107" for file, _, code in found)
    order = {f"{name}.csv": place for place, name in enumerate(TABLES)}
    assert [order[file] for file, _, _ in found] == sorted(order[file] for file, _, _ in found)


def test_files_that_cannot_be_used_do_not_hide_faults_of_the_others(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "mine")
    (folder / "lanes.csv").unlink()
    (folder / "sectors.csv").write_text("sector;name_en\nwind;Wind\n", encoding="utf-8")
    (folder / "regions.csv").write_bytes((folder / "regions.csv").read_bytes().replace("België".encode(), "België".encode("latin-1")))
    with pytest.raises(InvalidInput) as caught:
        load_baseline(folder)
    assert [finding.code for finding in caught.value.findings] == ["A102", "A103", "A101"]


def test_no_such_baseline_names_what_there_is():
    with pytest.raises(InvalidInput, match=r"did you mean 'eu_crm_2026'"):
        load_baseline(FOLDER.parent / "eu_crm_2025")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("annual_quantity", "abc", "A106"), ("annual_quantity", "-5", "A107"), ("unit", "kg", "A108"), ("lead_days", "99999", "A107")],
)
def test_one_faulty_cell_is_one_finding(tmp_path, column, value, code):
    folder = shutil.copytree(FOLDER, tmp_path / "mine")
    file = folder / "supply_lines.csv"
    head, first, *others = file.read_text(encoding="utf-8").split("\n")
    cells = first.split(",")
    cells[head.split(",").index(column)] = value
    file.write_text("\n".join([head, ",".join(cells), *others]), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_baseline(folder)
    assert [(finding.line, finding.path, finding.code) for finding in caught.value.findings] == [(2, column, code)]


def test_a_row_that_cannot_be_read_is_one_finding(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "mine")
    file = folder / "regions.csv"
    rows = file.read_text(encoding="utf-8").split("\n")
    file.write_text("\n".join([*rows[:4], "CYP,Cyprus", *rows[5:]]), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_baseline(folder)
    assert [(finding.line, finding.code) for finding in caught.value.findings] == [(5, "A105")]


def test_a_folder_without_a_package_is_one_finding(tmp_path):
    with pytest.raises(InvalidInput, match="holds no baseline package"):
        load_baseline(tmp_path)


def test_a_shortfall_of_any_point_beside_the_line_of_65_per_cent_needs_a_reason(shipped):
    """Gallium: 77 per cent from China here and 69 published, both above the line; 64 published would be on the other side of it."""
    at = shipped.published[(shipped.published["commodity"] == "gallium_metal") & (shipped.published["place"] == "CHN")]
    row = at.index[at["figure"] == "union_sourcing"][0]
    published = shipped.published.copy()
    published.loc[row, "share"] = 0.64
    faults = list(CHECKS["origin_shares"](replace(shipped, tables={**shipped.tables, "published": published})))
    assert [(fault.table, fault.row, fault.code) for fault in faults] == [("published", row, "A121")]


def test_recycling_gives_back_no_more_than_was_put_in(shipped):
    """A pack takes 0.9 MWh of cells with 0.1828 t of cobalt each: 0.165 t, through two steps."""
    technology = shipped.technologies.iloc[[0]].assign(technology="pack_recycling", kind="recycling")
    flows = shipped.technology_flows.iloc[[0, 0]].assign(
        technology="pack_recycling", commodity=["traction_pack", "cobalt_refined"], direction=["input", "output"]
    )

    def faults(cobalt):
        tables = {
            "technologies": pd.concat([shipped.technologies, technology], ignore_index=True),
            "technology_flows": pd.concat([shipped.technology_flows, flows.assign(quantity_per_run=[1.0, cobalt])], ignore_index=True),
        }
        return list(CHECKS["recycling"](replace(shipped, tables={**shipped.tables, **tables})))

    assert not faults(0.16)
    assert [fault.code for fault in faults(0.17)] == ["A117"]


@pytest.fixture
def mine(tmp_path):
    """A copy of the shipped package to spoil."""
    return shutil.copytree(FOLDER, tmp_path / "mine")


def spoil(file, line, column, value):
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    rows[line - 1][rows[0].index(column)] = value
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)


TEN = [
    ("commodities.csv", 3, "unit", "kilo", "A108"),
    ("regions.csv", 5, "gdp_share", "1.5", "A107"),
    ("demands.csv", 2, "annual_quantity", "12 t", "A106"),
    ("demands.csv", 3, "region", "NA", "A111"),
    ("demands.csv", 4, "year", "20x6", "A109"),
    ("supply_lines.csv", 2, "origin", "NA", "A109"),
    ("supply_lines.csv", 3, "annual_quantity", "-5", "A107"),
    ("supply_lines.csv", 4, "commodity", "aluminna", "A111"),
    ("technology_flows.csv", 4, "quantity_per_run", "0", "A114"),
    ("lists.csv", 4, "from", "2024-13-01", "A109"),
]


def test_ten_faults_in_six_files_are_ten_findings(mine):
    for file, line, column, value, _ in TEN:
        spoil(mine / file, line, column, value)
    with pytest.raises(InvalidInput) as caught:
        load_baseline(mine)
    found = [(finding.file.rsplit("/", 1)[-1], finding.line, finding.path, finding.code) for finding in caught.value.findings]
    assert sorted(found) == sorted((file, line, column, code) for file, line, column, _, code in TEN)
    assert len({file for file, *_ in found}) == 6


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b'{"name": "x",', "not valid JSON"),
        (b"\xff", "not UTF-8"),
        (b"[]", "list of the tables is missing"),
        (b'{"resources": []}', "commodities.csv is not described"),
        (b'{"resources": [{"path": "demands.csv"}]}', "the fields of demands.csv are missing"),
        (b'{"resources": [{"path": "nowhere.csv"}]}', "'nowhere.csv' is described but is not in this folder"),
    ],
)
def test_a_descriptor_that_is_not_about_the_package_is_refused(mine, content, says):
    file = mine / "datapackage.json"
    file.unlink() if content is None else file.write_bytes(content)
    findings = faults_of_descriptor(mine)
    assert {finding.code for finding in findings} == {"A120"}
    assert any(says in str(finding) for finding in findings), findings


def test_a_package_without_descriptor_is_refused(mine):
    (mine / "datapackage.json").unlink()
    with pytest.raises(InvalidInput, match=r"datapackage\.json: no such file"):
        load_baseline(mine)


def test_one_wrong_id_or_unit_of_a_commodity_is_one_finding_a_column(shipped, altered):
    row = int((shipped.commodities["commodity"] == "alumina").idxmax())
    (fault,) = CHECKS["units"](altered("commodities", row, "unit", "MW"))
    assert (fault.table, fault.row, fault.code) == ("commodities", row, "A113")
    assert "quantities of alumina stand in 't'" in fault.message
    faults = list(CHECKS["references"](altered("commodities", row, "commodity", "aluminaa")))
    places = [(fault.table, fault.column) for fault in faults]
    assert len(places) == len(set(places)) > 3
    assert all("did you mean 'aluminaa'?" in fault.message for fault in faults)


def test_a_package_without_published_figures_is_sound(mine):
    optional = [table.file for table in TABLES.values() if table.optional]
    assert optional == ["contents.csv", "published.csv", "deviations.csv"]
    for name in optional:
        (mine / name).unlink()
    descriptor = json.loads((mine / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"] = [resource for resource in descriptor["resources"] if resource["path"] not in optional]
    (mine / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert examine(mine, compare=True)[1] == []


def test_own_figures_may_differ_from_what_is_published_but_the_check_asks_why(mine):
    """Half of the imports of magnesium from China go to Israel: a run takes it, the check of publications asks for the reason."""
    file = mine / "supply_lines.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("magnesium_chn_deu,magnesium,CHN", "magnesium_chn_deu,magnesium,ISR"), encoding="utf-8"
    )
    assert load_baseline(mine)
    _, findings = examine(mine, compare=True)
    assert [(finding.file.rsplit("/", 1)[-1], finding.code) for finding in findings] == [("published.csv", "A121")]
    assert "or say in deviations.csv why they differ" in findings[0].message
