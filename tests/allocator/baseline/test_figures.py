"""Own figures: replaced or added row by row, in whatever form they were saved, and nothing half-read."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from allocator.baseline import Baseline, load_baseline
from allocator.baseline.figures import read_figures
from allocator.baseline.layout import TABLES
from allocator.baseline.model import OWN, PUBLIC
from allocator.errors import InvalidInput
from tests.tiny import write_tiny

RESERVE = ["nld_liquid", "NLD", "NLD", "liquid", 12.5, 0.25, 2.125, 15, 2, 0.1, 10, 1234.5, "project_assumption", "2026", "assumed", "é"]
ADDED = ["deu_liquid", "DEU", "DEU", "liquid", 3, 0, 1, 0, 2, 0.1, 3, 3, "project_assumption", "2016-2020", "assumed", "own; count, too"]
SECOND = ["aut_liquid", *ADDED[1:]]


class Own:
    """A package, and a folder of own figures beside it."""

    def __init__(self, folder: Path) -> None:
        write_tiny(folder)
        self.package, self.folder = folder / "baseline" / "tiny", folder / "own"
        self.folder.mkdir()
        self.label("internal")

    def label(self, text: str) -> None:
        (self.folder / "classification.txt").write_text(text, encoding="utf-8")

    def csv(self, table: str, *rows: list[object], separator: str = ",", mark: str = ".", encoding: str = "utf-8") -> None:
        def cell(value: object) -> str:
            text = str(value).replace(".", mark) if isinstance(value, float) else str(value)
            return f'"{text}"' if re.search("[;,]", text) else text

        lines = [separator.join(map(cell, row)) for row in (TABLES[table].names, *rows)]
        (self.folder / f"{table}.csv").write_text("\r\n".join(lines), encoding=encoding)

    def xlsx(self, table: str, *rows: list[object], sheet: str = "", more: tuple[str, ...] = ()) -> None:
        book = openpyxl.Workbook()
        book.active.title = sheet or table
        for row in (list(TABLES[table].names), *rows):
            book.active.append(row)
        for name in more:
            book.create_sheet(name).append(["anything"])
        book.save(self.folder / f"{table}.xlsx")

    def load(self) -> Baseline:
        return load_baseline(self.package, self.folder)

    def faults(self) -> list[str]:
        with pytest.raises(InvalidInput) as caught:
            self.load()
        return [str(finding).replace(f"{self.folder}/", "").replace(f"{self.package}/", "") for finding in caught.value.findings]

    def fault(self) -> str:
        (only,) = self.faults()
        return only


@pytest.fixture
def mine(tmp_path: Path) -> Own:
    return Own(tmp_path)


def test_a_row_takes_the_place_of_the_one_with_its_key_and_others_are_added(mine: Own) -> None:
    mine.csv("reserves", ADDED, RESERVE)
    before, after = load_baseline(mine.package), mine.load()
    assert before.classification == PUBLIC
    assert after.classification == "internal"
    assert after.reserves.to_numpy().tolist() == [[*map(_typed, RESERVE)], [*map(_typed, ADDED)]]
    assert after.reserves.index.tolist() == [OWN + 1, OWN]
    assert after.own.rows == {"reserves": (1, 1)}
    assert set(after.own.sha256) == {"classification.txt", "reserves.csv"}
    for name, table in before.tables.items():
        assert name == "reserves" or after.tables[name].equals(table)


def _typed(value: object) -> object:
    return float(value) if isinstance(value, int) else value


FORMS = {
    "comma": lambda mine: mine.csv("reserves", RESERVE, SECOND, ADDED),
    "semicolon, decimal comma": lambda mine: mine.csv("reserves", RESERVE, SECOND, ADDED, separator=";", mark=","),
    "with a BOM": lambda mine: mine.csv("reserves", RESERVE, SECOND, ADDED, separator=";", mark=",", encoding="utf-8-sig"),
    "workbook": lambda mine: mine.xlsx("reserves", RESERVE, SECOND, ADDED),
    "workbook, year as number": lambda mine: mine.xlsx("reserves", [*RESERVE[:13], 2026, *RESERVE[14:]], SECOND, ADDED, more=("notes",)),
    "other order": lambda mine: mine.xlsx("reserves", ADDED, SECOND, RESERVE),
    "one unnamed sheet": lambda mine: mine.xlsx("reserves", RESERVE, SECOND, ADDED, sheet="Blad1"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_figures(form: str, mine: Own, tmp_path: Path) -> None:
    FORMS[form](mine)
    other = Own(tmp_path / "other")
    FORMS["comma"](other)
    read, expected = mine.load(), other.load()
    assert read.reserves.reset_index(drop=True).equals(expected.reserves.reset_index(drop=True))
    assert read.own.content == expected.own.content


def test_decimal_points_in_a_semicolon_file_are_read_where_they_can_be_no_thousands(mine: Own) -> None:
    mine.csv("reserves", [*RESERVE[:6], 2.5, *RESERVE[7:]], separator=";")
    assert mine.load().reserves["quantity"].tolist() == [12.5]
    mine.csv("reserves", RESERVE, separator=";")  # its largest release is 2.125
    assert mine.fault() == (
        "reserves.csv:2:37: max_release_per_month: '2.125' may be 2125 or 2,125; "
        "write 2125, or 2.1250 if the point is a decimal mark  [A132]"
    )


@pytest.mark.parametrize(
    ("separator", "written", "says"),
    [
        (",", "1,5", "another decimal mark: in a file with commas between cells the decimal mark is a point; write it as 1234.5  [A132]"),
        (",", "1,234.5", "has a mark of thousands; write it as 1234.5, without  [A132]"),
        (";", "1.234,5", "has a mark of thousands; write it as 1234,5, without  [A132]"),
        (";", "1 234", "has a mark of thousands; write it as 1234.5, without  [A132]"),
        (";", "1.234.567", "has a mark of thousands; write it as 1234.5, without  [A132]"),
        (";", "-1.234", "may be -1234 or -1,234"),
        (",", "12 t", "is not a number; write digits such as 1234.5, without unit, sign of thousands or text  [A106]"),
        (";", "12,5 t", "is not a number; write digits such as 1234.5"),
        (",", "1e999", "is too large; write a finite number  [A106]"),
        (",", "", "a number is missing  [A106]"),
        (",", "-5", "-5 is out of range"),
    ],
)
def test_numbers_that_two_readers_read_in_two_ways_are_refused(separator: str, written: str, says: str, mine: Own) -> None:
    row = [*RESERVE[:4], written, 0, 2, *RESERVE[7:9], 0, 0, 99, *RESERVE[12:]]
    mine.csv("reserves", row, separator=separator)
    fault = mine.fault()
    assert fault.startswith("reserves.csv:2:27: quantity: ")
    assert says in fault


def test_one_file_has_one_decimal_mark(mine: Own) -> None:
    mine.csv("reserves", [*RESERVE[:5], "0,25", "2.5", *RESERVE[7:9], 0, 10, 99, *RESERVE[12:]], separator=";", mark=",")
    assert mine.fault() == (
        "reserves.csv:2:41: max_release_per_month: '2.5' has another decimal mark: elsewhere this file has decimal commas; "
        "write it as 1234,5  [A132]"
    )


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (4, "=1+1", "quantity: the cell holds a formula; paste its value in its place  [A133]"),
        (4, "12.5", "quantity: the cell holds text ('12.5') where a number is expected; give it a number format and type it again  [A106]"),
        (4, "#N/A", "quantity: the cell holds the error #N/A; write a value  [A133]"),
        (4, True, "quantity: the cell holds a truth value; expected stock at the start  [A133]"),
        (
            13,
            __import__("datetime").date(2026, 3, 1),
            "year: the spreadsheet took this for the date 2026-03-01; give the cell a text format",
        ),
        (15, "two\nlines", "note: a cell holds a line break; put the text on one line  [A105]"),
    ],
)
def test_cells_of_a_workbook_that_are_no_plain_values(place: int, value: object, says: str, mine: Own) -> None:
    row = [*RESERVE]
    row[place] = value
    mine.xlsx("reserves", row)
    assert mine.fault().startswith(f"reserves.xlsx:2:{place + 1}: {says}")


def test_cells_beside_the_table_of_a_workbook(mine: Own) -> None:
    mine.xlsx("reserves", [*RESERVE, None, "beside"])
    assert mine.fault() == "reserves.xlsx:2:18: cells beside the last column, note; empty them  [A105]"


def test_the_column_is_that_of_the_heading_whatever_the_order_and_what_stands_before_it(mine: Own) -> None:
    row = dict(zip(TABLES["reserves"].names, RESERVE, strict=True)) | {"note": '"a ""b"";"', "year": "20x6", "max_release_per_month": 2.5}
    lines = [";".join(reversed(row)), "", ";".join(str(row[name]) for name in reversed(row))]
    (mine.folder / "reserves.csv").write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    assert mine.fault().startswith("reserves.csv:3:20: year: '20x6' is not a year")
    (mine.folder / "reserves.csv").unlink()
    book = openpyxl.Workbook()
    book.active.append(list(reversed(row)))
    book.active.append(list(reversed(row.values())))
    book.save(mine.folder / "reserves.xlsx")
    assert mine.fault().startswith("reserves.xlsx:2:3: year: '20x6' is not a year")


def test_a_workbook_of_several_sheets_names_the_one_that_counts(mine: Own) -> None:
    mine.xlsx("reserves", RESERVE, sheet="Blad1", more=("Blad2",))
    assert mine.fault() == "reserves.xlsx: the sheets are Blad1, Blad2; name the one with the rows 'reserves', or keep one sheet  [A133]"


def test_all_faults_of_all_files_come_at_once_and_name_file_row_and_column(mine: Own) -> None:
    mine.csv("reserves", [*RESERVE[:4], "many", *RESERVE[5:]], [*ADDED[:3], "liqid", *ADDED[4:]], ADDED)
    mine.xlsx("inventories", ["NLD", "metal", 8, 9, 10, 8, 8, "nowhere", "2026", "reported", "x"])
    (mine.folder / "demands.ods").write_text("")
    (mine.folder / "classification.txt").unlink()
    assert [fault.partition(": ")[0] + fault[-7:] for fault in mine.faults()] == [
        "classification.txt [A130]",
        "demands.ods [A131]",
        "reserves.csv:2:27 [A106]",
        "reserves.csv:3:20 [A111]",
        "reserves.csv:4:1 [A110]",
        "inventories.xlsx:2:4 [A118]",
        "inventories.xlsx:2:8 [A115]",
    ]


def test_what_upsets_a_balance_is_named_where_it_was_written_and_by_how_much(mine: Own) -> None:
    claim = ["NLD", "health", "liquid", 40, "t", 36, 44, "project_assumption", "2026", "assumed", "own count"]
    mine.csv("demands", claim)
    assert mine.fault() == (
        "demands.csv:2:19: annual_quantity: liquid in NLD: 48 comes in and 52 is used in a year before any crisis; "
        "change a supply line, process, lane or claim by 4 until both agree  [A119]"
    )
    line = ["nor_nld_liquid", "liquid", "NOR", "NLD", "open_sea", 4, "t", 0, 0, 0, 4, 4, "project_assumption", "2026", "assumed", "x"]
    mine.csv("supply_lines", line)
    assert mine.load().own.rows == {"demands": (1, 0), "supply_lines": (0, 1)}


def test_shares_that_no_longer_add_up_are_named_in_the_own_file(mine: Own) -> None:
    region = ["DEU", "Germany", "Duitsland", "member_state", 0.6, 0.5, 0.5, "project_assumption", "2026", "assumed", "x"]
    mine.csv("regions", region)
    assert mine.fault() == "regions.csv:2:36: gdp_share: the shares add up to 1.1, expected 1; correct one of them  [A112]"


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("", "0 lines with text"),
        ("a\nb", "2 lines with text"),
        ("x" * 81, "longer than 80 characters"),
        ("a\x07b", "not all of them can be printed"),
    ],
)
def test_a_classification_is_one_line(label: str, says: str, mine: Own) -> None:
    mine.csv("reserves", RESERVE)
    mine.label(label)
    assert says in mine.fault()
    assert "A130" in mine.fault()


def test_remarks_and_rows_without_text_are_no_rows(mine: Own) -> None:
    mine.csv("reserves", ["# of the audit", *[""] * 15], [""] * 16, RESERVE, [""] * 16)
    assert mine.load().own.rows == {"reserves": (1, 0)}


def test_files_that_editors_leave_and_texts_are_left_alone(mine: Own) -> None:
    mine.csv("reserves", RESERVE)
    for name in ("~$reserves.xlsx", ".reserves.csv", "read me.txt"):
        (mine.folder / name).write_text("x")
    assert set(mine.load().own.sha256) == {"classification.txt", "reserves.csv"}


def test_a_folder_that_is_none_is_told(tmp_path: Path, mine: Own) -> None:
    for folder, says in ((tmp_path / "owm", "did you mean 'own'"), (mine.folder / "classification.txt", "this is a file")):
        with pytest.raises(InvalidInput, match=says):
            read_figures(folder)


def test_shipped_figures_laid_over_themselves_change_nothing(mine: Own) -> None:
    package = load_baseline(mine.package)
    for name in ("demands", "restraint", "routes", "technology_flows"):
        (mine.folder / f"{name}.csv").write_bytes((mine.package / f"{name}.csv").read_bytes())
    read = mine.load()
    for name, table in package.tables.items():
        assert read.tables[name].reset_index(drop=True).equals(table.reset_index(drop=True)), name
