"""Stocks and lanes hold what they say."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.model import Baseline


@CHECKS.register("stocks")
def check_stocks(baseline: Baseline) -> Iterator[Fault]:
    """Working stock <= stock <= room; a lane carries its trade and leads elsewhere (A118)."""
    stores = baseline.inventories
    for row, stock, working, room in zip(stores.index, stores["quantity"], stores["working_stock"], stores["room"], strict=True):
        if working > stock:
            message = f"{working:.9g} is more than the stock of {stock:.9g}; correct one of both"
            yield Fault("inventories", int(row), "working_stock", message, "A118")
        if stock > room:
            yield Fault("inventories", int(row), "room", f"{room:.9g} is less than the stock of {stock:.9g}; correct one of both", "A118")
    lanes = baseline.lanes
    for row, origin, region, capacity, trade in zip(
        lanes.index, lanes["origin"], lanes["region"], lanes["quantity_per_month"], lanes["trade_per_month"], strict=True
    ):
        if origin == region:
            yield Fault("lanes", int(row), "origin", f"a lane from {origin} to itself; remove the row", "A118")
        if trade > capacity:
            message = f"the trade of {trade:.9g} is more than the capacity of {capacity:.9g}; correct one of both"
            yield Fault("lanes", int(row), "trade_per_month", message, "A118")
