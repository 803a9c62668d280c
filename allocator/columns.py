"""The columns of an instance's tables: their order and their types."""

from __future__ import annotations

import pandas as pd

from allocator_models.instance import COLUMNS, sorted_by

_TEXT = {"name", "period", "branch", "sector", "rule", "over"}
_FLAGS = {"horizon", "guarantee_first", "first", "running"}
_CODES = {
    "node",
    "sent",
    "parent",
    "region",
    "commodity",
    "claim",
    "line",
    "process",
    "reserve",
    "lane",
    "lever",
    "plant",
    "restart",
    "origin",
    "destination",
    "tier",
    "rank",
    "block",
    "piece",
    "step",
    "order",
    "buyer",
    "unlock",
    "item",
    "allowance",
    "release",
    "refill",
}


def typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of an instance table, sorted by its index columns and typed."""
    index, parameters = COLUMNS[name]
    chosen = sorted_by(table[[*index, *parameters]], index)
    kinds = {
        column: "str" if column in _TEXT else "bool" if column in _FLAGS else "int64" if column in _CODES else "float64"
        for column in chosen.columns
    }
    return chosen.astype({column: kind for column, kind in kinds.items() if chosen.dtypes[column] != kind})
