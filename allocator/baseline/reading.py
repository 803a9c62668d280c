"""CSV files as frames, with every fault at once and the line on which it stands."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from allocator.errors import Finding, suggestion


def read_csv(path: Path, columns: Sequence[str], shown: str = "") -> tuple[pd.DataFrame, list[Finding]]:
    """Return the cells of a CSV file as text, and what is wrong with the file.

    Args:
        path: the file.
        columns: the headings it must have, no more and no less; their order is free.
        shown: the file's name in findings; `path` by default.

    Returns:
        A frame with exactly `columns`, its index the line less 2 (no rows when the file cannot be used), and the findings: A101 no such
        file, A102 not UTF-8, A103 other separator, A104 wrong headings, A105 a row with too few or too many cells or with a line break.
    """
    shown = shown or str(path)
    empty = pd.DataFrame(columns=list(columns), dtype=str)
    try:
        raw = path.read_bytes()
    except OSError:
        return empty, [Finding(shown, 0, 0, "", "no such file; a package holds one file for every table, even without rows", "A101")]
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        message = f"byte 0x{raw[fault.start]:02x} is not UTF-8; save the file again as UTF-8 (it may be Latin-1 or Windows-1252)"
        return empty, [Finding(shown, line, 0, "", message, "A102")]
    return _rows(content, columns, shown, empty)


def _rows(content: str, columns: Sequence[str], shown: str, empty: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    reader = csv.reader(io.StringIO(content, newline=""))
    header = next(reader, [])
    findings = _faults_of_header(header, columns, shown)
    if findings:
        return empty, findings
    cells: list[list[str]] = []
    lines: list[int] = []
    line = 1
    for row in reader:
        first, line = line + 1, reader.line_num
        if not row:
            continue
        if line > first:
            findings.append(Finding(shown, first, 0, "", "a cell holds a line break; put the text on one line", "A105"))
        elif len(row) != len(header):
            findings.append(
                Finding(shown, first, 0, "", f"{len(row)} cells where the header has {len(header)}; quote cells that hold a comma", "A105")
            )
        else:
            cells.append(row)
            lines.append(first - 2)
    return pd.DataFrame(cells, columns=header, index=lines, dtype=str)[list(columns)], findings


def _faults_of_header(header: Sequence[str], columns: Sequence[str], shown: str) -> list[Finding]:
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and len(columns) > 1 and separator in header[0]:
            message = f"cells are parted by {name}; save the file with commas and decimal points"
            return [Finding(shown, 1, 0, "", message, "A103")]
    if not header:
        return [Finding(shown, 1, 0, "", f"the file is empty; its first line must be {','.join(columns)}", "A104")]
    unknown = [name for name in header if name not in columns]
    misspelt = {close for name in unknown for close in get_close_matches(name, columns, n=1)}
    findings = [
        Finding(shown, 1, 0, name, f"column missing; the file must have {', '.join(columns)}", "A104")
        for name in columns
        if name not in header and name not in misspelt
    ]
    findings += [
        Finding(shown, 1, place, name, f"unknown column{suggestion(name, columns) or '; remove it'}", "A104")
        for place, name in enumerate(header, start=1)
        if name not in columns
    ]
    findings += [
        Finding(shown, 1, 0, name, "column stands twice; keep one", "A104") for name in sorted(set(header)) if header.count(name) > 1
    ]
    return findings


def to_numbers(cells: pd.Series, shown: str) -> tuple[pd.Series, list[Finding]]:
    """Return a column of text as floats (NaN where it is none) and a finding A106 for every cell that is no finite number."""
    texts = cells.to_numpy(dtype=object)
    numbers = np.array([_number(cell) for cell in texts], dtype=np.float64)
    finite = np.isfinite(numbers)
    findings = []
    for place in np.flatnonzero(~finite).tolist():
        cell = texts[place]
        message = (
            f"{cell!r} is not a number; write digits with a decimal point and no thousands separator" if cell else "a number is missing"
        )
        findings.append(Finding(shown, int(cells.index[place]) + 2, 0, str(cells.name), message, "A106"))
    return pd.Series(np.where(finite, numbers, np.nan), index=cells.index, name=cells.name), findings


def _number(cell: str) -> float:
    try:
        return math.nan if "_" in cell else float(cell)
    except ValueError:
        return math.nan
