"""``allocation.xlsx``: the tables for a spreadsheet, numbers as numbers, no formulas, the same bytes every time and on every system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from allocator.output.text import cell, rounded
from allocator.workbooks import CREATED, finished

#: Rows of data on one sheet; a longer table goes on on the next one.
SHEET_ROWS = 1_000_000
#: Rows that share one statement of the columns they reach over; the format asks for 16.
SPAN = 16


#: How a share is shown, and other figures from a size on: three digits or more, whatever the unit; what a cell holds stays as it is.
SHARES = frozenset({"coverage"})
SHARE = "0.00%"
SIZES = ((100.0, "#,##0"), (1.0, "#,##0.00"), (0.001, "0.00000"), (0.0, "0.00E+00"))
#: Widths of the columns of the first sheet.
ABOUT = (26, 80, 80)


def workbook(
    tables: Mapping[str, pd.DataFrame],
    about: Sequence[Sequence[str]],
    title: str,
    label: str,
    marked: bool = False,
    notice: str = "",
) -> bytes:
    """Return the workbook: a sheet that says what it is, then one per table.

    Args:
        tables: by name of the sheet.
        about: rows of the first sheet; one of a single cell is a heading.
        title: stands in its properties.
        label: its classification, in its properties too.
        marked: whether the label stands above every page on paper.
        notice: stands as a note at the first cell of every sheet, and below every page on paper.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "category": label, "created": CREATED, "author": "stockpile-allocator"})
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {form: book.add_format({"num_format": form}) for form in (SHARE, *(form for _, form in SIZES))}
    for format_ in (head, *formats.values()):
        format_._get_xf_index()  # numbered now: cells name their format by it
    _explain(book, about)
    for name, table in tables.items():
        for number, start in enumerate(range(0, max(len(table), 1), SHEET_ROWS), start=1):
            sheet = book.add_worksheet(name if number == 1 else f"{name}_{number}", worksheet_class=TableSheet)
            sheet.fill(table.iloc[start : start + SHEET_ROWS], head, formats)
    if marked:
        for page in book.worksheets():
            page.set_header("&C&B" + label.replace("&", "&&"))
    for page in book.worksheets() if notice else ():
        page.write_comment(0, 0, notice, {"author": "stockpile-allocator", "x_scale": 3})
        page.set_footer("&C" + notice.replace("&", "&&"))
    return finished(book, buffer)


def _explain(book: xlsxwriter.Workbook, about: Sequence[Sequence[str]]) -> None:
    """Write the first sheet."""
    sheet = book.add_worksheet("about")
    bold, wrapped = book.add_format({"bold": True, "font_size": 13}), book.add_format({"text_wrap": True, "valign": "top"})
    for position, width in enumerate(ABOUT):
        sheet.set_column(position, position, width)
    for row, cells in enumerate(about):
        for position, text in enumerate(cells):
            sheet.write_string(row, position, cell(text), bold if len(cells) == 1 else wrapped)
    sheet.hide_gridlines(2)


def form_of(name: str, value: float) -> str:
    """Return how a figure of a column is shown."""
    if name in SHARES:
        return SHARE
    return next(form for size, form in SIZES if abs(value) >= size) if value else SIZES[0][1]


class TableSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """A sheet of one table, written column by column: every different cell is worded once. The bytes are those of cell by cell."""

    def fill(self, table: pd.DataFrame, head: object, formats: Mapping[str, Any]) -> None:
        """Put a table on the sheet, under its headings, figures in the `formats` of `form_of`."""
        last = len(table.columns) - 1
        self.freeze_panes(1, 0)
        self.autofilter(0, 0, max(len(table), 1), last)
        self._check_dimensions(len(table), last)
        rows = [f'{row}"' for row in range(2, len(table) + 2)]
        self.columns = []
        for position, (name, column) in enumerate(table.items()):
            self.write_string(0, position, str(name), head)
            numeric = pd.api.types.is_numeric_dtype(column)
            inside, width = self._numbers(column, formats) if numeric else self._strings(column)
            begin = f'<c r="{xl_col_to_name(position)}'
            self.columns.append([begin + row + end if end else "" for row, end in zip(rows, inside, strict=True)])
            self.set_column(position, position, min(max(width, len(str(name)) + 3), 60))

    def _numbers(self, column: pd.Series, formats: Mapping[str, Any]) -> tuple[list[str], int]:
        """Return what follows the place of each cell, nothing for an empty one, and the width of the column."""
        codes, values = pd.factorize(column.to_numpy(), use_na_sentinel=False)
        name, plain = str(column.name), not pd.api.types.is_float_dtype(column)
        inside = []
        for value in values.tolist():
            figure = rounded(float(value))
            style = "" if plain or figure != figure else f' s="{formats[form_of(name, figure)]._get_xf_index()}"'
            inside.append("" if figure != figure else f"{style}><v>{figure:.16G}</v></c>")
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
