"""Tables that people write by hand: CSV as any spreadsheet saves it, and XLSX, as cells of text with the line of each row.

How a number is read stands in `allocator.cells`; in a workbook a number is a number cell, and what a formula gives is for the spreadsheet
to say, so formulas are refused.

A row whose first cell begins with ``#`` is a remark, and a row without any text is no row.
"""

from __future__ import annotations

import math
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from allocator.baseline.layout import Column, Table
from allocator.baseline.reading import AREA, csv_lines, faults_of_header, framed
from allocator.baseline.schemas import validate_table
from allocator.cells import Lines, Mark, decoded, fault_of_number, has_decimal_comma, separator_of
from allocator.errors import Finding

#: What a workbook may hold once it is unpacked; the largest shipped table needs a hundredth of it.
MAX_UNPACKED = 500_000_000


@dataclass(frozen=True)
class Sheet:
    """The cells of a table.

    Attributes:
        cells: text; the columns of the table, the index the line in the file less 2.
        semicolons: whether it is a file with semicolons, so that a comma may be a decimal mark.
        findings: what is wrong with its form, and with cells that a workbook gives in a type of its own.
    """

    cells: pd.DataFrame
    semicolons: bool
    findings: tuple[Finding, ...]


def read_table(path: Path, table: Table) -> Sheet:
    """Return the cells of a CSV or XLSX file that holds rows of `table`; findings A102 to A106, A109 and A133."""
    return _read_workbook(path, table) if path.suffix.lower() == ".xlsx" else _read_text(path, table)


def typed_rows(table: Table, file: Path) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows of a file with numbers as floats, and one finding a cell."""
    shown = str(file)
    sheet = read_table(file, table)
    typed, findings = sheet.cells.copy(), list(sheet.findings)
    mark = decimal_mark(sheet, table)
    for column in table.columns:
        if column.kind == "number":
            typed[column.name], faults = numbers_of(sheet.cells[column.name], sheet, mark, shown)
            findings += faults
    named = {(finding.line, finding.path) for finding in findings}
    findings += [finding for finding in validate_table(table, typed, shown) if (finding.line, finding.path) not in named]
    if typed.empty and not findings:
        findings.append(Finding(shown, 0, 0, "", "no rows; fill some in below the headings, or remove the file", "A131"))
    return typed, findings


def numbers_of(cells: pd.Series, sheet: Sheet, mark: Mark, shown: str) -> tuple[pd.Series, list[Finding]]:
    """Return a column of text as floats (NaN where it is none), and a finding A106 or A132 for every cell that is no plain number."""
    known = {(finding.line, finding.path) for finding in sheet.findings}
    numbers, findings = [], []
    for row, cell in cells.items():
        line = int(str(row)) + 2
        message, two_ways = fault_of_number(str(cell), mark, sheet.semicolons)
        if message and (line, cells.name) not in known:
            findings.append(Finding(shown, line, 0, str(cells.name), message, "A132" if two_ways else "A106"))
        numbers.append(math.nan if message else float(str(cell).replace(",", ".")))
    return pd.Series(np.array(numbers, dtype=np.float64), index=cells.index, name=cells.name), findings


def decimal_mark(sheet: Sheet, table: Table) -> Mark:
    """Return the decimal mark of a sheet: a comma where a semicolon file has one in a number."""
    columns = [sheet.cells[column.name] for column in table.columns if column.kind == "number"]
    return "," if sheet.semicolons and any(has_decimal_comma(cell) for column in columns for cell in column) else "."


def _read_text(path: Path, table: Table) -> Sheet:
    content, findings = decoded(path.read_bytes(), str(path), AREA)
    separator = separator_of(content)
    read = csv_lines(content, table.names, str(path), separator, table.left_out) if not findings else Lines((), [], findings)
    rows = [(line, row) for line, row in read.rows if any(row) and not row[0].startswith("#")]
    return Sheet(framed(Lines(read.header, rows, []), table.names), separator == ";", tuple(read.findings))


def _read_workbook(path: Path, table: Table) -> Sheet:
    shown = str(path)
    empty = framed(Lines((), [], []), table.names)
    values, message = _cells(path, table.name)
    if message:
        return Sheet(empty, False, (Finding(shown, 0, 0, "", message, "A133"),))
    header = _headings(values)
    findings = faults_of_header(header, table.names, shown, table.left_out)
    if findings:
        return Sheet(empty, False, tuple(findings))
    columns = {column.name: column for column in table.columns}
    rows: list[tuple[int, list[str]]] = []
    for line, cells in enumerate(values[1:], start=2):
        row = [*cells, *[None] * len(header)]
        if all(cell is None or cell.value is None for cell in row) or str(getattr(row[0], "value", "")).startswith("#"):
            continue
        texts = []
        for name, cell in zip(header, row, strict=False):
            text, fault, code = _worded(cell, columns[name])
            texts.append(text)
            if fault:
                findings.append(Finding(shown, line, 0, name, fault, code))
        beside = [number for number, cell in enumerate(cells, start=1) if number > len(header) and cell.value is not None]
        if beside:
            findings.append(Finding(shown, line, beside[0], "", f"cells beside the last column, {header[-1]}; empty them", "A105"))
        rows.append((line, texts))
    return Sheet(framed(Lines(header, rows, []), table.names), False, tuple(findings))


def _cells(path: Path, name: str, last_row: int | None = None) -> tuple[list[tuple[Any, ...]], str]:
    """Return the cells of the sheet that holds the table, or what keeps it from being read."""
    import openpyxl  # only who brings a workbook waits for its reader

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                return [], f"the workbook unpacks to more than the {MAX_UNPACKED} bytes that are read; keep the rows that differ"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that only concern the looks of a workbook
            book = openpyxl.load_workbook(path, read_only=True)
            try:
                names = book.sheetnames
                sheet = book[name] if name in names else book[names[0]]
                if name not in names and len(names) > 1:
                    return [], f"the sheets are {', '.join(names)}; name the one with the rows '{name}', or keep one sheet"
                sheet.reset_dimensions()
                return [tuple(row) for row in sheet.iter_rows(max_row=last_row)], ""
            finally:
                book.close()
    except Exception:  # a damaged workbook fails anywhere in zip, XML or openpyxl, each with errors of its own
        return [], "not a workbook that can be read (damaged, protected by a password, or an old XLS); save it again as XLSX or CSV"


def headings(path: Path) -> list[str]:
    """Return the headings of the table that a workbook holds; none when it cannot be read."""
    return _headings(_cells(path, path.stem, last_row=1)[0])


def _headings(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    header = ["" if cell is None or cell.value is None else str(cell.value) for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    return header


def _worded(cell: Any, column: Column) -> tuple[str, str, str]:
    """Return a cell of a workbook as text, and what is wrong with its type, with the code."""
    value = None if cell is None else cell.value
    if value is None:
        return "", "", ""
    if cell.data_type in ("f", "e"):
        what = "a formula; paste its value in its place" if cell.data_type == "f" else f"the error {value}; write a value"
        return "", f"the cell holds {what}", "A133"
    if isinstance(value, bool):
        return "", "the cell holds a truth value; expected " + column.title, "A133"
    if column.kind == "number":
        if isinstance(value, (int, float)):
            return repr(value), "", ""
        kind = "text" if isinstance(value, str) else "a date"
        return "", f"the cell holds {kind} ('{value}') where a number is expected; give it a number format and type it again", "A106"
    if isinstance(value, (datetime, date)):
        if column.kind == "date":
            return value.isoformat()[:10], "", ""
        return "", f"the spreadsheet took this for the date {value.isoformat()[:10]}; give the cell a text format and type it again", "A133"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)), "", ""
    text = str(value)
    return (text, "", "") if "\n" not in text else ("", "a cell holds a line break; put the text on one line", "A105")
