"""No row twice."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.layout import TABLES
from allocator.baseline.model import Baseline


@CHECKS.register("keys")
def check_keys(baseline: Baseline) -> Iterator[Fault]:
    """The key columns of a table make its rows unique (A110)."""
    for name, table in TABLES.items():
        frame = baseline.tables[name]
        keys = list(zip(*(frame[column].to_numpy() for column in table.key), strict=True))
        if len(set(keys)) == len(keys):
            continue
        first: dict[tuple[object, ...], int] = {}
        for row, key in zip(frame.index, keys, strict=True):
            if key in first:
                shown = "/".join(f"{part:g}" if isinstance(part, float) else str(part) for part in key)
                message = f"{shown} stands in line {first[key] + 2} already; keep one row"
                yield Fault(name, int(row), table.key[0], message, "A110")
            first.setdefault(key, int(row))
