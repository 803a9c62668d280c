"""An empty table to fill in, for each table of a package: its headings, what each column may hold, and a row as an example.

Remarks and the example begin with ``#``, so a template is read as own figures as soon as rows stand below them.
"""

from __future__ import annotations

import csv
import io

import pandas as pd
import xlsxwriter

from allocator.baseline.layout import LARGEST, Column, Table
from allocator.workbooks import CREATED, finished

_OF_GOODS = "in the unit of the commodity"
#: What numbers are measured in, by column.
UNITS_OF = {
    **dict.fromkeys(("quantity", "working_stock", "room"), _OF_GOODS),
    "annual_quantity": f"a year, {_OF_GOODS}",
    **dict.fromkeys(("quantity_per_month", "trade_per_month", "max_release_per_month"), f"a month, {_OF_GOODS}"),
    "quantity_per_run": f"a run, {_OF_GOODS}",
    "runs_per_month": "runs a month",
    **dict.fromkeys(("lead_days", "first_release_days"), "days"),
    **dict.fromkeys(("price_eur", "premium_eur"), "EUR per unit of the commodity"),
    "cost_eur": "EUR per unit of the commodity; of a technology per run",
    "loss_per_month": "share in 30 days",
    "content": "t per unit of the commodity",
    "block": "number of the block",
    "crisis_level": "level 1, 2 or 3",
    "marginal_harm": "relative to the first piece",
    **dict.fromkeys(("share", "up_to", "floor_share", "spare_share", "gdp_share", "population_share", "import_value_share"), "share"),
}


def explanation(table: Table, example: pd.Series) -> pd.DataFrame:
    """Return column, meaning, holds, unit and example, a row per column of the table."""
    rows = [
        {
            "column": column.name,
            "meaning": column.title + ("; part of the key" if column.name in table.key else ""),
            "holds": _holds(column),
            "unit": unit_of(column, table),
            "example": _text(example[column.name]),
        }
        for column in table.columns
    ]
    return pd.DataFrame(rows)


def unit_of(column: Column, table: Table) -> str:
    """Return what a number is measured in; nothing for other columns."""
    if column.kind != "number":
        return ""
    return UNITS_OF[table.figure if column.name in ("low", "high") else column.name]


def template_csv(table: Table, example: pd.Series) -> bytes:
    """Return the template of a table as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.names)
    for row in explanation(table, example).to_dict("records"):
        remark = "; ".join(row[name] for name in ("meaning", "holds", "unit") if row[name])
        writer.writerow([f"# {row['column']}: {remark}", *[""] * (len(table.names) - 1)])
    writer.writerow(_as_example(table, example))
    return text.getvalue().encode()


def template_xlsx(table: Table, example: pd.Series) -> bytes:
    """Return the template of a table as a workbook: the table to fill in, and a sheet that explains it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": table.title, "created": CREATED, "author": "stockpile-allocator"})
    head, grey = book.add_format({"bold": True, "bottom": 1}), book.add_format({"italic": True, "font_color": "#4a5763"})
    words = book.add_format({"num_format": "@"})  # so that no spreadsheet makes a date of 2016-2020
    sheet = book.add_worksheet(table.name)
    sheet.freeze_panes(1, 0)
    for place, (column, cell) in enumerate(zip(table.columns, _as_example(table, example), strict=True)):
        sheet.set_column(place, place, max(len(column.name) + 2, 12), None if column.kind == "number" else words)
        sheet.write_string(0, place, column.name, head)
        if column.kind == "number":
            sheet.write_number(1, place, float(cell), grey)
        else:
            sheet.write_string(1, place, cell, grey)
    told = explanation(table, example)
    sheet = book.add_worksheet("explanation")
    sheet.freeze_panes(1, 0)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, (name, width) in enumerate(zip(told.columns, (24, 60, 44, 32, 40), strict=True)):
        sheet.set_column(place, place, width, wrapped)
        sheet.write_string(0, place, name, head)
        for row, text in enumerate(told[name], start=1):
            sheet.write_string(row, place, text, wrapped)
    return finished(book, buffer)


def _as_example(table: Table, example: pd.Series) -> list[str]:
    cells = [_text(example[name]) for name in table.names]
    return [f"# {cells[0]}", *cells[1:]]


def _text(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _holds(column: Column) -> str:
    """Say in words what a cell may hold."""
    if column.kind == "number":
        limits = (("from", column.minimum), ("to", column.maximum if column.maximum != LARGEST else None))
        bounds = [f"{word} {bound:.9g}" for word, bound in limits if bound is not None]
        return " ".join(["a number", *bounds])
    if column.kind == "word":
        closed = f"one of {', '.join(column.words)}" if column.words else "an identifier: letters, digits and _"
        words = f"an id of {column.refers_to.split('.')[0]}" if column.refers_to else closed
    elif column.kind == "country":
        words = " or ".join(["three capitals of ISO 3166-1", *column.words])
    else:
        words = {"text": "text on one line", "date": "a day such as 2026-03-01", "year": "2024, 2016-2020, or several parted by '; '"}[
            column.kind
        ]
    return words + (", or empty" if column.may_be_empty else "")
