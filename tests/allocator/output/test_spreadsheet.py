"""The sheet is written column by column; its bytes are those that xlsxwriter gives cell by cell."""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from allocator.output import spreadsheet
from allocator.output.spreadsheet import form_of
from allocator.output.text import cell, rounded

ABOUT = [["What it is"], ["Sheet", "English", "Nederlands"]]


class CellByCell(xlsxwriter.worksheet.Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """What `TableSheet` stands in for."""

    def fill(self, table: pd.DataFrame, head: Any, formats: Any) -> None:
        self.freeze_panes(1, 0)
        self.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
        for position, (name, column) in enumerate(table.items()):
            self.write_string(0, position, str(name), head)
            numeric = pd.api.types.is_numeric_dtype(column)
            width = len(str(name)) + 3
            for row, value in enumerate(column, start=1):
                if not numeric and value != "":
                    self.write_string(row, position, cell(value))
                    width = max(width, len(cell(value)) + 1)
                elif numeric and value == value:
                    figure = rounded(float(value))
                    form = formats[form_of(str(name), figure)] if pd.api.types.is_float_dtype(column) else None
                    self.write_number(row, position, figure, form)
            self.set_column(position, position, min(max(width, 12 if numeric else 0), 60))


def tables() -> dict[str, pd.DataFrame]:
    """Empty cells at the edges and in whole blocks of rows, repeated and strange texts, figures of every size, a table without rows."""
    rows = 40
    figures = np.random.default_rng(1).lognormal(0.0, 20.0, rows)
    return {
        "first": pd.DataFrame(
            {
                "empty_at_first": [""] * 20 + ["later"] * 20,
                "words": ["=1+1", "a & b", "<tag>", "  two\nlines ", "é"] * 8,
                "figures": np.where(np.arange(rows) % 7 == 0, np.nan, figures),
                "coverage": np.linspace(0.0, 1.0, rows),
                "counts": range(rows),
                "flags": [True, False] * 20,
                "empty_at_last": [1e-12, -0.0, *[np.nan] * 38],
            }
        ),
        "second": pd.DataFrame({"words": ["é", "a & b", "new"], "nothing": ["", "", ""]}),
        "no_rows": pd.DataFrame({"words": pd.Series([], dtype="str"), "figures": pd.Series([], dtype="float64")}),
    }


def test_column_by_column_gives_the_bytes_of_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = spreadsheet.workbook(tables(), ABOUT, "title", "public")
    monkeypatch.setattr(spreadsheet, "TableSheet", CellByCell)
    slow = spreadsheet.workbook(tables(), ABOUT, "title", "public")
    with zipfile.ZipFile(BytesIO(quick)) as one, zipfile.ZipFile(BytesIO(slow)) as other:
        assert {name: one.read(name) for name in one.namelist()} == {name: other.read(name) for name in other.namelist()}
    assert quick == slow


def test_the_bytes_do_not_tell_the_system_they_were_written_on(monkeypatch: pytest.MonkeyPatch) -> None:
    here = spreadsheet.workbook(tables(), ABOUT, "title", "public")
    monkeypatch.setattr(sys, "platform", "win32")
    assert spreadsheet.workbook(tables(), ABOUT, "title", "public") == here


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("coverage", 0.5, "0.00%"),
        ("demand", 0.0, "#,##0"),
        ("demand", 123456.7, "#,##0"),
        ("lost", -123.4, "#,##0"),
        ("demand", 4.5, "#,##0.00"),
        ("demand", 0.171, "0.00000"),
        ("demand", 1.2e-7, "0.00E+00"),
    ],
)
def test_a_figure_is_shown_in_its_size(name: str, value: float, form: str) -> None:
    assert form_of(name, value) == form


def test_the_first_sheet_says_what_the_workbook_is_and_no_text_becomes_a_formula() -> None:
    about = [["What it is"], ["run", "=1+1", "nl"]]
    book = openpyxl.load_workbook(BytesIO(spreadsheet.workbook(tables(), about, "title", "public")))
    sheet = book[book.sheetnames[0]]
    assert sheet.title == "about"
    assert [[one for one in row if one is not None] for row in sheet.iter_rows(values_only=True)] == [
        ["What it is"],
        ["run", "'=1+1", "nl"],
    ]
    assert book["first"].freeze_panes == "A2"
