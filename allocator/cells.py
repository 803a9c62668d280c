"""Cells of tables that people write by hand: text in UTF-8, rows of CSV, and numbers that can be read in one way only.

One rule decides how a number is read, and what two readers could read in two ways is refused:

- a comma file has decimal points;
- a semicolon file has decimal commas, or decimal points when it has no comma in any number;
- with decimal points in a semicolon file, ``1.234`` may be a thousand or little more than one, and is refused;
- marks of thousands are refused everywhere.

Findings carry the codes of the area whose files are read (``A1`` baseline, ``A8`` claims) and the same last two digits in each.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from allocator.errors import Finding

Mark = Literal[".", ","]

#: A cell, from where it begins: in quotes, of which the last may be missing, or up to the next separator.
_CELLS = {separator: re.compile(rf'"[^"]*(?:""[^"]*)*(?:"[^{separator}]*)?|[^{separator}]*') for separator in (",", ";")}
_SIGNS = {",": "comma", ";": "semicolon"}
_POINT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_COMMA = re.compile(r"[-+]?(\d+,?\d*|,\d+)([eE][-+]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?[\d.' \u00a0\u202f]*,\d*([eE][-+]?\d+)?")
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}([.,' \u00a0\u202f]\d{3})+([.,]\d*)?")


@dataclass(frozen=True)
class Lines:
    """The header of a table and its rows, each with its 1-based line; `findings` are the faults of its form."""

    header: Sequence[str]
    rows: list[tuple[int, list[str]]]
    findings: list[Finding]


def decoded(raw: bytes, shown: str, area: str) -> tuple[str, list[Finding]]:
    """Return the text of a file, or why it is none (02)."""
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].decode("utf-8-sig")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{raw[fault.start]:02x} is not UTF-8; save the file again as UTF-8 (it may be Latin-1 or Windows-1252)"
        return "", [Finding(shown, line, column, "", message, f"{area}02")]


def separator_of(content: str) -> str:
    """Return the sign that parts the cells of the first line: a semicolon where there are more of them than commas."""
    first = content.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def text_lines(content: str) -> list[str]:
    """Return the lines of a text as the reader of the csv module counts them, each with its end."""
    return list(io.StringIO(content, newline=""))


def cell_starts(line: str, separator: str = ",") -> list[int]:
    """Return the 1-based column of the first character of each cell of a line."""
    line = line.rstrip("\r\n")
    starts = [1]
    for found in iter(lambda: _CELLS[separator].match(line, starts[-1] - 1), None):
        if found.end() == len(line):
            break
        starts.append(found.end() + 2)
    return starts


def lines_of(content: str, shown: str, area: str, separator: str = ",") -> Lines:
    """Return the header and the rows of a CSV text; rows with too few or too many cells or with a line break are findings (05)."""
    lines = text_lines(content)
    reader = csv.reader(lines, delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    findings: list[Finding] = []
    header: list[str] = []
    line = 0
    try:
        header = next(reader, [])
        line = reader.line_num
        for row in reader:
            first, line = line + 1, reader.line_num
            if not row:
                continue
            if line > first:
                broken = next(place for place, cell in enumerate(row) if "\n" in cell or "\r" in cell)
                column = cell_starts(lines[first - 1], separator)[broken]
                findings.append(Finding(shown, first, column, "", "a cell holds a line break; put the text on one line", f"{area}05"))
            elif len(row) != len(header):
                message = f"{len(row)} cells where the header has {len(header)}; quote cells that hold a {_SIGNS[separator]}"
                findings.append(Finding(shown, first, 0, "", message, f"{area}05"))
            else:
                rows.append((first, row))
    except csv.Error:  # a cell beyond the limit of the csv module, as after a quote that is never closed
        column = cell_starts(lines[line], separator)[-1]
        findings.append(Finding(shown, line + 1, column, "", "a cell has no end; close the quote that begins here", f"{area}05"))
    return Lines(header, rows, findings)


def has_decimal_comma(cell: str) -> bool:
    """Whether a cell is a number with a decimal comma."""
    return bool(_DECIMAL_COMMA.fullmatch(cell))


def fault_of_number(cell: str, mark: Mark, semicolons: bool) -> tuple[str, bool]:
    """Return what is wrong with a number, or nothing, and whether that is that it can be read in two ways."""
    example = "1234,5" if mark == "," else "1234.5"
    if not cell:
        return "a number is missing", False
    if semicolons and mark == "." and _EITHER.fullmatch(cell):
        plain = cell.replace(".", "")
        return f"'{cell}' may be {plain} or {cell.replace('.', ',')}; write {plain}, or {cell}0 if the point is a decimal mark", True
    if (_COMMA if mark == "," else _POINT).fullmatch(cell):
        finite = math.isfinite(float(cell.replace(",", ".")))
        return ("", False) if finite else (f"'{cell}' is too large; write a finite number", False)
    if (_POINT if mark == "," else _COMMA).fullmatch(cell):
        where = (
            "elsewhere this file has decimal commas" if mark == "," else "in a file with commas between cells the decimal mark is a point"
        )
        return f"'{cell}' has another decimal mark: {where}; write it as {example}", True
    if _THOUSANDS.fullmatch(cell):
        return f"'{cell}' has a mark of thousands; write it as {example}, without", True
    return f"'{cell}' is not a number; write digits such as {example}, without unit, sign of thousands or text", False
