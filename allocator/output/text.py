"""Figures and text as files carry them: nine significant digits, LF newlines, nothing that a spreadsheet would take for a formula."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
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
    """Return a table as CSV; missing figures are empty cells."""
    written = {name: _written(column) for name, column in table.items()}
    frame = pd.DataFrame(written, columns=table.columns)
    return frame.to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}g", na_rep="")


def json_text(content: Mapping[str, Any]) -> str:
    """Return JSON with floats of nine significant digits, in the given order of keys; NaN is refused."""
    return json.dumps(_rounded(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _written(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column):
        return column + 0.0
    if pd.api.types.is_numeric_dtype(column):
        return column
    codes, different = pd.factorize(column.to_numpy(dtype=object), use_na_sentinel=False)
    return pd.Series(np.array([cell(text) for text in different], dtype=object)[codes], index=column.index, dtype=object)


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return rounded(value) if isinstance(value, float) else value
