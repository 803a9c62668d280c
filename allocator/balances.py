"""What can enter a balance: volumes by region and commodity, one row of the table of balances, and node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from allocator.case import Case
from allocator.codes import Codes, FloatArray, IntArray

Tables = Mapping[str, pd.DataFrame]


def under_way(case: Case, codes: Codes) -> FloatArray:
    """Return what arrives of what was sent before the first node."""
    coming = case.under_way
    region, commodity = codes.code("region", coming), codes.code("commodity", coming)
    return _spread(codes, region, commodity, codes.node(coming), (coming["quantity"] / codes.scale_of(coming)).to_numpy(dtype=np.float64))


def from_lines(tables: Tables, codes: Codes) -> FloatArray:
    """Return the most that lines bring."""
    line, sent, node, weight = _arrivals(tables["line_arrivals"], "line")
    quantity = weight * _by_node(tables["dispatches"], "line", "limit", codes)[line, sent]
    region, commodity = (_codes(tables["lines"], name)[line] for name in ("region", "commodity"))
    return _spread(codes, region, commodity, node, quantity)


def from_processes(tables: Tables, codes: Codes) -> FloatArray:
    """Return the most that processes yield."""
    made = (
        tables["process_arrivals"]
        .merge(tables["processes"][["process", "region"]], on="process")
        .merge(tables["runs"][["process", "node", "limit"]].rename(columns={"node": "sent"}))
        .merge(tables["outputs"][["process", "commodity", "node", "quantity"]].rename(columns={"node": "sent"}))
    )
    return _spread_of(codes, made.assign(quantity=made["weight"] * made["limit"] * made["quantity"]))


def from_reserves(tables: Tables, codes: Codes) -> FloatArray:
    """Return the most that reserves release."""
    released = tables["releases"][["reserve", "node", "limit"]].merge(tables["reserves"], on="reserve")
    return _spread_of(codes, released.assign(quantity=released["limit"]))


def moved(tables: Tables, codes: Codes) -> FloatArray:
    """Return the most that lanes bring from other regions."""
    lane, sent, node, weight = _arrivals(tables["lane_arrivals"], "lane")
    quantity = weight * _by_node(tables["transfers"], "lane", "limit", codes)[lane, sent]
    region, commodity = (_codes(tables["lanes"], name)[lane] for name in ("destination", "commodity"))
    return _spread(codes, region, commodity, node, quantity)


def carried(tables: Tables, codes: Codes) -> tuple[FloatArray, FloatArray]:
    """Return what stores have at the root, and the most that they carry into later nodes."""
    store = tables["inventories"]
    kept = store["maximum"].where(store["node"] < codes.count - 1, 0.0) * (1.0 - codes.loss[store["commodity"]])
    root = store[store["node"] == 0]
    later = store.assign(node=np.minimum(store["node"] + 1, codes.count - 1), quantity=kept)
    return _spread_of(codes, root.assign(quantity=root["opening"])), _spread_of(codes, later)


def balances(tables: Mapping[str, Any], codes: Codes) -> pd.DataFrame:
    """Return what is under way, and the most that can be thrown away in a node: what can enter it, or all that the scope has had.

    Args:
        tables: what the functions of this module return, by their names; `stores` of `carried`.
        codes: of the case.
    """
    sources = tables["under_way"] + (tables["from_lines"] + tables["from_processes"] + tables["from_reserves"])
    root, later = tables["stores"]
    had = np.cumsum(sources + root, axis=1)
    region, commodity = (codes.code(name, codes.pairs) for name in ("region", "commodity"))
    everywhere = np.zeros((int(commodity.max()) + 1, codes.count))
    np.add.at(everywhere, commodity, had)
    bound = np.minimum(sources + tables["moved"] + (root + later), everywhere[commodity])
    places = {name: np.repeat(code, codes.count) for name, code in (("region", region), ("commodity", commodity))}
    node = np.tile(np.arange(codes.count), len(region))
    return pd.DataFrame({**places, "node": node, "under_way": tables["under_way"].ravel(), "bound": bound.ravel()})


def _arrivals(table: pd.DataFrame, sender: str) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    return _codes(table, sender), _codes(table, "sent"), _codes(table, "node"), table["weight"].to_numpy(dtype=np.float64)


def _codes(table: pd.DataFrame, name: str) -> IntArray:
    return table[name].to_numpy(dtype=np.int64)


def _by_node(table: pd.DataFrame, sender: str, figure: str, codes: Codes) -> FloatArray:
    """Return a figure of senders by node, 0 where there is none."""
    found = np.zeros((len(codes.names[sender]), codes.count))
    found[_codes(table, sender), _codes(table, "node")] = table[figure]
    return found


def _spread_of(codes: Codes, table: pd.DataFrame) -> FloatArray:
    region, commodity, node = (_codes(table, name) for name in ("region", "commodity", "node"))
    return _spread(codes, region, commodity, node, table["quantity"].to_numpy(dtype=np.float64))


def _spread(codes: Codes, region: IntArray, commodity: IntArray, node: IntArray, quantity: FloatArray) -> FloatArray:
    total = np.zeros((len(codes.pairs), codes.count))
    np.add.at(total, (codes.place[region, commodity], node), quantity)
    return total
