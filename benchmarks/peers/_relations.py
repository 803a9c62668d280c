"""For tools that write a model term by term: who enters which balance, as plain Python lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from allocator_models import Instance

Key = tuple[int, ...]


@dataclass
class Relations:
    """Members by balance (region, commodity, node); the keys are what an analyst would index the variables with.

    Attributes:
        claims: claim. lines, lanes_in: who, when sent, weight. lanes_out: lane. made: process, when run, quantity. used: process, quantity.
        reserves: reserve. stores: whether the place has a store.
        blocks: restraint blocks by (claim, node). parent: node before, -1 at the root.
    """

    claims: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[Key, list[tuple[int, int, float]]] = field(default_factory=lambda: defaultdict(list))
    lanes_in: dict[Key, list[tuple[int, int, float]]] = field(default_factory=lambda: defaultdict(list))
    lanes_out: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    made: dict[Key, list[tuple[int, int, float]]] = field(default_factory=lambda: defaultdict(list))
    used: dict[Key, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    reserves: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    stores: dict[Key, float] = field(default_factory=dict)
    blocks: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    parent: list[int] = field(default_factory=list)


def relations(at: Instance) -> Relations:
    """Return who enters which balance."""
    found = Relations(parent=at.nodes["parent"].tolist())
    region, good = at.claims["region"].tolist(), at.claims["commodity"].tolist()
    for k, n in _rows(at.cells, "claim", "node"):
        found.claims[region[k], good[k], n].append(k)
    for k, n, block in _rows(at.restraints, "claim", "node", "block"):
        found.blocks[k, n].append(block)
    region, good = at.lines["region"].tolist(), at.lines["commodity"].tolist()
    for i, sent, n, weight in _rows(at.line_arrivals, "line", "sent", "node", "weight"):
        found.lines[region[i], good[i], n].append((i, sent, weight))
    ends, good = at.lanes["destination"].tolist(), at.lanes["commodity"].tolist()
    for lane, sent, n, weight in _rows(at.lane_arrivals, "lane", "sent", "node", "weight"):
        found.lanes_in[ends[lane], good[lane], n].append((lane, sent, weight))
    origin = at.lanes["origin"].tolist()
    for lane, n in _rows(at.transfers, "lane", "node"):
        found.lanes_out[origin[lane], good[lane], n].append(lane)
    site = at.processes["region"].tolist()
    yields = at.process_arrivals.merge(at.outputs.rename(columns={"node": "sent"}), on=["process", "sent"])
    for p, g, sent, n, weight, quantity in _rows(yields, "process", "commodity", "sent", "node", "weight", "quantity"):
        found.made[site[p], g, n].append((p, sent, weight * quantity))
    needs = at.inputs.merge(at.runs[["process", "node"]], on="process")
    for p, g, n, quantity in _rows(needs, "process", "commodity", "node", "quantity"):
        found.used[site[p], g, n].append((p, quantity))
    region, good = at.reserves["region"].tolist(), at.reserves["commodity"].tolist()
    for j, n in _rows(at.releases, "reserve", "node"):
        found.reserves[region[j], good[j], n].append(j)
    for r, g, n, opening in _rows(at.inventories, "region", "commodity", "node", "opening"):
        found.stores[r, g, n] = opening
    return found


#: Index columns of every variable.
KEYS = {
    "allocate": ("claim", "node"),
    "shortfall": ("claim", "node"),
    "restrain": ("claim", "node", "block"),
    "dispatch": ("line", "node"),
    "run": ("process", "node"),
    "stock": ("reserve", "node"),
    "release": ("reserve", "node"),
    "inventory": ("region", "commodity", "node"),
    "transfer": ("lane", "node"),
    "surplus": ("region", "commodity", "node"),
}


def keys(table: Any, names: tuple[str, ...]) -> list[Key]:
    """Return the index of every row as a tuple of plain integers."""
    return list(zip(*(table[name].astype("int64").tolist() for name in names), strict=True))


def _rows(table: Any, *names: str) -> zip[Any]:
    numbers = ("weight", "quantity", "opening")
    return zip(*((table[name] if name in numbers else table[name].astype("int64")).tolist() for name in names), strict=True)
