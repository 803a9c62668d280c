"""Pandera schemas of the tables: ranges, closed lists, dates and identifiers, all faults of a table at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from allocator.baseline.countries import COUNTRIES
from allocator.baseline.layout import TABLES, Column
from allocator.errors import Finding, suggestion

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
_YEAR = r"(?:1[89]|20)\d\d"
YEARS = re.compile(rf"{_YEAR}(?:-{_YEAR})?(?:; {_YEAR}(?:-{_YEAR})?)*")


def validate_table(name: str, frame: pd.DataFrame, shown: str) -> list[Finding]:
    """Return what pandera finds in a table whose number columns are floats: A107 range, A108 word, A109 id, date or empty cell."""
    try:
        schema_of(name).validate(frame, lazy=True)
    except SchemaErrors as faults:
        cases = faults.failure_cases
        kept = {column.name: column for column in TABLES[name].columns}
        return [_finding(kept[str(case.column)], str(case.check), case.failure_case, case.index, shown) for case in cases.itertuples()]
    return []


@cache
def schema_of(name: str) -> pa.DataFrameSchema:
    """Return the pandera schema of a table."""
    return pa.DataFrameSchema({column.name: _schema_of_column(column) for column in TABLES[name].columns}, strict=True)


def _schema_of_column(column: Column) -> pa.Column:
    if column.kind == "number":
        checks = [pa.Check.ge(column.minimum, name="A107", error="A107")] if column.minimum is not None else []
        checks += [pa.Check.le(column.maximum, name="A107", error="A107")] if column.maximum is not None else []
        return pa.Column(float, checks, nullable=True)
    return pa.Column(str, [_cell_check(_test_of(column), "A108" if column.kind == "word" and column.words else "A109")])


def _cell_check(test: Callable[[str], bool], code: str) -> pa.Check:
    return pa.Check(test, element_wise=True, name=code, error=code)


def _test_of(column: Column) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
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
        return bool(IDENTIFIER.fullmatch(cell)) if column.kind == "word" else cell == cell.strip()

    return fits


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
    if column.kind == "word":
        return f"'{cell}' is not an identifier; use letters, digits and _"
    return f"'{cell}' begins or ends with a space; remove it"
