"""Figures and text as files carry them: nine significant digits, LF newlines, nothing that a spreadsheet would take for a formula."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

DIGITS = 9
#: A cell that begins with one of these is taken for a formula by spreadsheets; a leading apostrophe prevents it.
_FORMULA = ("=", "+", "-", "@")


def rounded(value: float) -> float:
    """Round to nine significant digits; -0 becomes 0."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def cell(text: object) -> str:
    """Return text as one line that no spreadsheet takes for a formula."""
    line = " ".join(str(text).split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV; missing figures are empty cells. Every different value is worded once, for runs have few among many rows."""
    heads = ",".join(_quoted(str(name)) for name in table.columns)
    lines = map(",".join, zip(*(_worded(column) for _, column in table.items()), strict=True))
    return "\n".join([heads, *lines, ""])


def exact_csv_text(columns: Mapping[str, Sequence[Any]]) -> str:
    """Return columns of text or floats as CSV, floats as the shortest digits that read back as the same float."""
    lines = map(",".join, zip(*map(_exactly, columns.values()), strict=True))
    return "\n".join([",".join(columns), *lines, ""])


def _exactly(column: Sequence[Any]) -> list[str]:
    if len(column) and isinstance(column[0], str):
        safe = [f"'{text}" if text.startswith(_FORMULA) else text for text in column]
        return [_quoted(text) for text in safe] if any(mark in "".join(safe) for mark in ',"\r\n') else safe
    return [text[:-2] if text.endswith(".0") else text for text in map(repr, column)]


def json_text(content: Mapping[str, Any]) -> str:
    """Return JSON with floats of nine significant digits, in the given order of keys; NaN is refused."""
    return json.dumps(_rounded(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _worded(column: pd.Series) -> list[str]:
    codes, different = pd.factorize(column.to_numpy(), use_na_sentinel=False)
    if pd.api.types.is_float_dtype(column):
        words = ["" if value != value else f"{value + 0.0:.{DIGITS}g}" for value in different.tolist()]
    elif pd.api.types.is_numeric_dtype(column):
        words = [str(value) for value in different.tolist()]
    else:
        words = [_quoted(cell(text)) for text in different.tolist()]
    return [words[code] for code in codes.tolist()]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return rounded(value) if isinstance(value, float) else value
