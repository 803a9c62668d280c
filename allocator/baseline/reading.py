"""CSV files as frames, with every fault at once and the line on which it stands."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from allocator.cells import Lines, decoded, lines_of
from allocator.errors import Finding, suggestion

#: A file with one of these faults has rows that are not seen, so what refers to them would look wrong as well.
UNREAD = ("A101", "A102", "A103", "A104", "A105", "A133")
#: The first digits of the codes of baseline files.
AREA = "A1"


def read_csv(path: Path, columns: Sequence[str], shown: str = "", optional: Collection[str] = ()) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the cells of a CSV file as text, and what is wrong with the file.

    Args:
        path: the file.
        columns: the headings it must have, no more and no less; their order is free.
        shown: the file's name in findings; `path` by default.
        optional: those of `columns` that the file may lack; their cells are then empty.

    Returns:
        A frame with exactly `columns`, its index the line less 2 (no rows when the file cannot be used), and the findings: A101 no such
        file, A102 not UTF-8, A103 other separator, A104 wrong headings, A105 a row with too few or too many cells or with a line break.
    """
    shown = shown or str(path)
    try:
        raw = path.read_bytes()
    except OSError:
        findings = [Finding(shown, 0, 0, "", "no such file; a package holds one file for every table, even without rows", "A101")]
        return framed(Lines((), [], []), columns), findings
    content, findings = decoded(raw, shown, AREA)
    read = Lines((), [], findings) if findings else csv_lines(content, columns, shown, optional=optional)
    return framed(read, columns), read.findings


def csv_lines(content: str, columns: Sequence[str], shown: str, separator: str = ",", optional: Collection[str] = ()) -> Lines:
    """Return the header and the rows of a CSV text; no rows when the header is not one of `columns`."""
    read = lines_of(content, shown, AREA, separator)
    findings = faults_of_header(read.header, columns, shown, optional)
    return Lines((), [], findings) if findings else read


def framed(read: Lines, columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame with exactly `columns`, its index the line less 2; a column that the header lacks is empty."""
    if not read.header:
        return pd.DataFrame(columns=list(columns), dtype=str)
    lines = [line - 2 for line, _ in read.rows]
    return pd.DataFrame([row for _, row in read.rows], columns=list(read.header), index=lines, dtype=str).reindex(
        columns=list(columns), fill_value=""
    )


def faults_of_header(header: Sequence[str], columns: Sequence[str], shown: str, optional: Collection[str] = ()) -> list[Finding]:
    """Return what is wrong with the headings of a table: A103 another separator, A104 missing, unknown or doubled columns.

    Those of `columns` that are `optional` may be missing.
    """
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
        if name not in {*header, *misspelt, *optional}
    ]
    findings += [
        Finding(shown, 1, 0, name, f"unknown column{suggestion(name, columns) or '; remove it'}", "A104")
        for name in header
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
