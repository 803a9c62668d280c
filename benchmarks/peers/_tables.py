"""What the peers read from the tables of an instance."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator_models import Instance
from benchmarks.job import TABLES, FloatArray

IntArray = npt.NDArray[np.int64]


def codes(column: Any) -> IntArray:
    """Return a column of integer codes."""
    found: IntArray = np.asarray(column, dtype=np.int64)
    return found


def look_up(table: pd.DataFrame, *keys: str) -> IntArray:
    """Return an array that gives the row of `table` by its integer codes, -1 where there is none."""
    by_key = [codes(table[key]) for key in keys]
    found = np.full([int(code.max(initial=-1)) + 1 for code in by_key], -1)
    found[tuple(by_key)] = np.arange(len(table))
    return found


def bounds(at: Instance) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Return lower and upper bounds of every variable, in table order."""
    upper = {
        "allocate": at.cells["demand"],
        "shortfall": at.cells["demand"],
        "restrain": at.restraints["limit"],
        "dispatch": at.dispatches["limit"],
        "run": at.runs["limit"],
        "stock": at.releases["reserve"].map(at.reserves["opening"]),
        "release": at.releases["limit"],
        "inventory": at.inventories["maximum"],
        "transfer": at.transfers["limit"],
        "surplus": at.balances["bound"],
    }
    lower = {"stock": at.releases["floor"], "inventory": at.inventories["minimum"]}
    limits = {}
    for name in TABLES:
        high = np.asarray(upper[name], dtype=np.float64)
        limits[name] = (np.asarray(lower.get(name, np.zeros(len(high))), dtype=np.float64), high)
    return limits
