"""What a cell may hold: ranges, closed lists, dates and identifiers, all faults of a table at once."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from allocator.baseline.countries import COUNTRIES
from allocator.baseline.layout import Column, Table
from allocator.errors import Finding, suggestion

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
#: What programs write where there is nothing; as the id of something it could only be a mistake.
MISSING = frozenset({"na", "nan", "none", "null"})
_YEAR = r"(?:1[89]|20)\d\d"
YEARS = re.compile(rf"{_YEAR}(?:-{_YEAR})?(?:; {_YEAR}(?:-{_YEAR})?)*")


def validate_table(table: Table, frame: pd.DataFrame, shown: str) -> list[Finding]:
    """Return what is wrong in the cells of a table whose number columns are floats: A107 range, A108 word, A109 id, date or empty cell."""
    return [finding for column in table.columns for finding in _faults(column, frame[column.name], shown)]


def _faults(column: Column, cells: pd.Series, shown: str) -> list[Finding]:
    """Look at every different cell once; most columns have few."""
    values = cells.to_numpy()
    if column.kind == "number":
        low, high = (-np.inf if column.minimum is None else column.minimum), (np.inf if column.maximum is None else column.maximum)
        wrong = (values < low) | (values > high)  # what is no number was found by `to_numbers`
        code = "A107"
    else:
        misfits = {cell for cell in set(values) if not _fits(column, cell)}
        wrong = np.isin(values, list(misfits)) if misfits else np.zeros(0, dtype=bool)
        code = "A108" if column.kind == "word" and column.words else "A109"
    return [_finding(column, code, values[place], cells.index[place], shown) for place in np.flatnonzero(wrong).tolist()]


def _fits(column: Column, cell: str) -> bool:
    if not cell:
        return column.may_be_empty
    if column.kind == "country":
        return cell in COUNTRIES or cell in column.words
    if column.kind == "year":
        return bool(YEARS.fullmatch(cell))
    if column.words:
        return cell in column.words
    if column.kind == "date":
        return _is_date(cell)
    if column.kind == "word":
        return bool(IDENTIFIER.fullmatch(cell)) and (cell.lower() not in MISSING or bool(column.refers_to))
    return cell == cell.strip()


def _is_date(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def _finding(column: Column, code: str, cell: object, row: object, shown: str) -> Finding:
    return Finding(shown, int(str(row)) + 2, 0, column.name, _message(column, code, cell), code)


def _message(column: Column, code: str, cell: object) -> str:
    if isinstance(cell, float):
        bounds = " and ".join(
            f"at {word} {bound:.9g}" for word, bound in (("least", column.minimum), ("most", column.maximum)) if bound is not None
        )
        return f"{cell:.9g} is out of range; expected {bounds} ({column.title})"
    if not str(cell):
        return f"empty; expected {column.title}"
    if column.kind == "country":
        return f"'{cell}' is not a country; write its three capitals of ISO 3166-1, such as CHN, or {' or '.join(column.words)}"
    if column.kind == "year":
        return f"'{cell}' is not a year; write it as 2024 or 2016-2020, several as 2011; 2024"
    if code == "A108":
        return f"'{cell}' is not known{suggestion(str(cell), column.words)}; one of {', '.join(column.words)}"
    if column.kind == "date":
        return f"'{cell}' is not a date; write it as 2026-03-01"
    if column.kind == "word" and str(cell).lower() in MISSING:
        remedy = ", or leave the cell empty" if column.may_be_empty else ""
        return f"'{cell}' stands for a missing value and names nothing; write {column.title.partition(';')[0]}{remedy}"
    if column.kind == "word":
        return f"'{cell}' is not an identifier; use letters, digits and _"
    return f"'{cell}' begins or ends with a space; remove it"
