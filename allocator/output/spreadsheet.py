"""``allocation.xlsx``: the tables for a spreadsheet, numbers as numbers, no formulas, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

import pandas as pd
import xlsxwriter

from allocator.output.text import cell, rounded

#: Rows of data on one sheet; a longer table goes on on the next one.
SHEET_ROWS = 1_000_000
#: A creation date of its own would change the bytes.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def workbook(tables: Mapping[str, pd.DataFrame], title: str, label: str) -> bytes:
    """Return the workbook with one sheet per table; `label` stands in its properties as the classification."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "category": label, "created": CREATED, "author": "stockpile-allocator"})
    head = book.add_format({"bold": True, "bottom": 1})
    for name, table in tables.items():
        for number, start in enumerate(range(0, max(len(table), 1), SHEET_ROWS), start=1):
            sheet = book.add_worksheet(name if number == 1 else f"{name}_{number}")
            _fill(sheet, table.iloc[start : start + SHEET_ROWS], head)
    book.close()
    return buffer.getvalue()


def _fill(sheet: xlsxwriter.worksheet.Worksheet, table: pd.DataFrame, head: object) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
    for position, (name, column) in enumerate(table.items()):
        sheet.write_string(0, position, str(name), head)
        numeric = pd.api.types.is_numeric_dtype(column)
        width = len(str(name)) + 3
        for row, value in enumerate(column, start=1):
            if not numeric and value != "":
                text = cell(value)
                sheet.write_string(row, position, text)
                width = max(width, len(text) + 1)
            elif numeric and value == value:  # NaN is the one figure that differs from itself: an empty cell
                sheet.write_number(row, position, rounded(float(value)))
        sheet.set_column(position, position, min(max(width, 12 if numeric else 0), 60))
