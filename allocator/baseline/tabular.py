"""Tables that people write by hand: CSV as any spreadsheet saves it, and XLSX, as cells of text with the line of each row.

One rule decides how a number is read, and what two readers could read in two ways is refused:

- a comma file has decimal points;
- a semicolon file has decimal commas, or decimal points when it has no comma in any number;
- with decimal points in a semicolon file, ``1.234`` may be a thousand or little more than one, and is refused;
- marks of thousands are refused everywhere;
- in a workbook a number is a number cell; what a formula gives is for the spreadsheet to say, so formulas are refused.

A row whose first cell begins with ``#`` is a remark, and a row without any text is no row.
"""

from __future__ import annotations

import math
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from allocator.baseline.layout import Column, Table
from allocator.baseline.reading import Lines, csv_lines, decoded, faults_of_header, framed
from allocator.errors import Finding

#: What a workbook may hold once it is unpacked; the largest shipped table needs a hundredth of it.
MAX_UNPACKED = 500_000_000
Mark = Literal[".", ","]

_POINT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_COMMA = re.compile(r"[-+]?(\d+,?\d*|,\d+)([eE][-+]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?[\d.' \u00a0\u202f]*,\d*([eE][-+]?\d+)?")
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}([.,' \u00a0\u202f]\d{3})+([.,]\d*)?")


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


def numbers_of(cells: pd.Series, sheet: Sheet, mark: Mark, shown: str) -> tuple[pd.Series, list[Finding]]:
    """Return a column of text as floats (NaN where it is none), and a finding A106 or A132 for every cell that is no plain number."""
    known = {(finding.line, finding.path) for finding in sheet.findings}
    numbers, findings = [], []
    for row, cell in cells.items():
        line = int(str(row)) + 2
        message, code = _fault_of_number(str(cell), mark, sheet.semicolons)
        if message and (line, cells.name) not in known:
            findings.append(Finding(shown, line, 0, str(cells.name), message, code))
        numbers.append(math.nan if message else float(str(cell).replace(",", ".")))
    return pd.Series(np.array(numbers, dtype=np.float64), index=cells.index, name=cells.name), findings


def decimal_mark(sheet: Sheet, table: Table) -> Mark:
    """Return the decimal mark of a sheet: a comma where a semicolon file has one in a number."""
    columns = [sheet.cells[column.name] for column in table.columns if column.kind == "number"]
    return "," if sheet.semicolons and any(_DECIMAL_COMMA.fullmatch(cell) for column in columns for cell in column) else "."


def _fault_of_number(cell: str, mark: Mark, semicolons: bool) -> tuple[str, str]:
    """Return what is wrong with a number and the code, or nothing."""
    example = "1234,5" if mark == "," else "1234.5"
    if not cell:
        return "a number is missing", "A106"
    if semicolons and mark == "." and _EITHER.fullmatch(cell):
        plain = cell.replace(".", "")
        return f"'{cell}' may be {plain} or {cell.replace('.', ',')}; write {plain}, or {cell}0 if the point is a decimal mark", "A132"
    if (_COMMA if mark == "," else _POINT).fullmatch(cell):
        finite = math.isfinite(float(cell.replace(",", ".")))
        return ("", "") if finite else (f"'{cell}' is too large; write a finite number", "A106")
    if (_POINT if mark == "," else _COMMA).fullmatch(cell):
        where = (
            "elsewhere this file has decimal commas" if mark == "," else "in a file with commas between cells the decimal mark is a point"
        )
        return f"'{cell}' has another decimal mark: {where}; write it as {example}", "A132"
    if _THOUSANDS.fullmatch(cell):
        return f"'{cell}' has a mark of thousands; write it as {example}, without", "A132"
    return f"'{cell}' is not a number; write digits such as {example}, without unit, sign of thousands or text", "A106"


def _read_text(path: Path, table: Table) -> Sheet:
    content, findings = decoded(path.read_bytes(), str(path))
    separator = ";" if content.partition("\n")[0].count(";") > content.partition("\n")[0].count(",") else ","
    read = csv_lines(content, table.names, str(path), separator, table.left_out) if not findings else Lines((), [], findings)
    rows = [(line, row) for line, row in read.rows if any(row) and not row[0].startswith("#")]
    return Sheet(framed(Lines(read.header, rows, []), table.names), separator == ";", tuple(read.findings))


def _read_workbook(path: Path, table: Table) -> Sheet:
    shown = str(path)
    empty = framed(Lines((), [], []), table.names)
    values, message = _cells(path, table.name)
    if message:
        return Sheet(empty, False, (Finding(shown, 0, 0, "", message, "A133"),))
    header = [_heading(cell) for cell in values[0]] if values else []
    while header and not header[-1]:
        header.pop()
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
        if any(cell is not None and cell.value is not None for cell in row[len(header) :]):
            findings.append(Finding(shown, line, 0, "", f"cells beside the last column, {header[-1]}; empty them", "A105"))
        rows.append((line, texts))
    return Sheet(framed(Lines(header, rows, []), table.names), False, tuple(findings))


def _cells(path: Path, name: str) -> tuple[list[tuple[Any, ...]], str]:
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
                return [tuple(row) for row in sheet.iter_rows()], ""
            finally:
                book.close()
    except Exception:  # a damaged workbook fails anywhere in zip, XML or openpyxl, each with errors of its own
        return [], "not a workbook that can be read (damaged, protected by a password, or an old XLS); save it again as XLSX or CSV"


def _heading(cell: Any) -> str:
    return "" if cell is None or cell.value is None else str(cell.value)


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
