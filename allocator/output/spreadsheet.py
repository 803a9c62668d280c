"""``allocation.xlsx``: the tables for a spreadsheet, numbers as numbers, no formulas, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from allocator.output.text import cell, rounded

#: Rows of data on one sheet; a longer table goes on on the next one.
SHEET_ROWS = 1_000_000
#: A creation date of its own would change the bytes.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
#: Rows that share one statement of the columns they reach over; the format asks for 16.
SPAN = 16


def workbook(tables: Mapping[str, pd.DataFrame], title: str, label: str, marked: bool = False) -> bytes:
    """Return the workbook with one sheet per table; `label` stands in its properties as the classification.

    Where it is `marked`, the label also stands on a last sheet, which is the one that opens, and above every page on paper.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "category": label, "created": CREATED, "author": "stockpile-allocator"})
    head = book.add_format({"bold": True, "bottom": 1})
    for name, table in tables.items():
        for number, start in enumerate(range(0, max(len(table), 1), SHEET_ROWS), start=1):
            sheet = book.add_worksheet(name if number == 1 else f"{name}_{number}", worksheet_class=TableSheet)
            sheet.fill(table.iloc[start : start + SHEET_ROWS], head)
    if marked:
        _mark(book, label)
    book.close()
    return buffer.getvalue()


def _mark(book: xlsxwriter.Workbook, label: str) -> None:
    sheet = book.add_worksheet("classification")
    sheet.write_string(0, 0, label, book.add_format({"bold": True, "font_size": 16}))
    sheet.set_column(0, 0, 60)
    sheet.activate()
    for page in book.worksheets():
        page.set_header("&C&B" + label.replace("&", "&&"))


class TableSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """A sheet of one table, written column by column: every different cell is worded once. The bytes are those of cell by cell."""

    def fill(self, table: pd.DataFrame, head: object) -> None:
        """Put a table on the sheet, under its headings."""
        last = len(table.columns) - 1
        self.freeze_panes(1, 0)
        self.autofilter(0, 0, max(len(table), 1), last)
        self._check_dimensions(len(table), last)
        rows = [f'{row}"' for row in range(2, len(table) + 2)]
        self.columns = []
        for position, (name, column) in enumerate(table.items()):
            self.write_string(0, position, str(name), head)
            numeric = pd.api.types.is_numeric_dtype(column)
            inside, width = self._numbers(column) if numeric else self._strings(column)
            begin = f'<c r="{xl_col_to_name(position)}'
            self.columns.append([begin + row + end if end else "" for row, end in zip(rows, inside, strict=True)])
            self.set_column(position, position, min(max(width, len(str(name)) + 3), 60))

    def _numbers(self, column: pd.Series) -> tuple[list[str], int]:
        """Return what follows the place of each cell, nothing for an empty one, and the width of the column."""
        values, codes = np.unique(column.to_numpy(dtype=np.float64, na_value=np.nan), return_inverse=True)
        inside = ["" if np.isnan(value) else f"><v>{rounded(value):.16G}</v></c>" for value in values.tolist()]
        return [inside[code] for code in codes.tolist()], 12

    def _strings(self, column: pd.Series) -> tuple[list[str], int]:
        codes, values = pd.factorize(column.to_numpy(dtype=object), use_na_sentinel=False)
        times = np.bincount(codes, minlength=len(values)).tolist()
        inside, width = [], 0
        for value, count in zip(values.tolist(), times, strict=True):
            if value == "":
                inside.append("")
                continue
            text = cell(value)
            inside.append(f' t="s"><v>{self.str_table._get_shared_string_index(text)}</v></c>')
            self.str_table.count += count - 1
            width = max(width, len(text) + 1)
        return [inside[code] for code in codes.tolist()], width

    def _write_rows(self) -> None:
        """Write all rows; called by xlsxwriter, which would go through the cells one by one."""
        there = np.array([[True, *map(bool, column)] for column in self.columns])
        width, height = there.shape
        lines: list[Any] = [("",) * width, *zip(*self.columns, strict=True)]
        for start in range(0, height, SPAN):
            reached = np.flatnonzero(there[:, start : start + SPAN].any(axis=1)) + 1
            span = f"{reached[0]}:{reached[-1]}" if len(reached) else None
            for row in range(start, min(start + SPAN, height)):
                if not row:
                    self._write_row(row, span)
                    for position, heading in self.table[row].items():
                        self._write_cell(row, position, heading)
                    self._xml_end_tag("row")
                elif line := "".join(lines[row]):
                    self.fh.write(f'<row r="{row + 1}" spans="{span}">{line}</row>')
