"""Which source reaches which sector.

Where a flow mixes sources it has no label, so a rule must say whose is whose. The rule here: at every balance of a region and a commodity
what goes out holds the sources in the proportion in which they came in over the horizon. Refining and recycling of one input pass their mix
on; every other process makes something else of what it takes, and is a source itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from allocator.allocation import LEAVING
from allocator.run import Run

Node = tuple[str, str]
#: Kinds of sources: country of origin; place where it is made; owner's reserve; stocks of firms; sent before the first period.
KINDS = ("origin", "made", "reserve", "stocks", "under_way")
#: Kinds of technologies that leave a material what it is.
PASSING_ON = ("refining", "recycling")
#: A network in which goods only go round would have no solution; this makes every one solvable and moves no share that shows.
HAIR = 1e-9


def sources_of(run: Run, flows: pd.DataFrame, commodity: str) -> pd.DataFrame:
    """Return what each sector got of a commodity over the horizon by source, in its unit, under the mixing rule of this module.

    Columns: `kind` (one of `KINDS`), `name` (country for ``origin`` and ``made``, reserve, else empty), `sector`, `quantity`. For each
    sector the quantities add up to what it was allocated. `flows` comes from `inflows`.
    """
    nodes = _upstream(flows, commodity)
    flows = flows[[node in nodes for node in flows["node"]]]
    place = {node: number for number, node in enumerate(nodes)}
    named = sorted(set(flows["source"]) - set(nodes))
    column = {source: number for number, source in enumerate(named)}
    mixing, own = np.zeros((len(nodes), len(nodes))), np.zeros((len(nodes), len(named)))
    for node, source, quantity in zip(flows["node"], flows["source"], flows["quantity"], strict=True):
        mixing[place[node], place[node]] += quantity * (1.0 + HAIR)
        if source in place:
            mixing[place[node], place[source]] -= quantity
        else:
            own[place[node], column[source]] += quantity
    empty = np.flatnonzero(np.diag(mixing) == 0.0)
    mixing[empty, empty] = 1.0
    shares = np.linalg.solve(mixing, own)
    rows = run.allocation.allocation
    got = rows[(rows["commodity"] == commodity) & (rows["allocated"] > 0)].groupby(["region", "sector"], as_index=False)["allocated"].sum()
    got = got[[(region, commodity) in place for region in got["region"]]]
    at = [place[region, commodity] for region in got["region"].tolist()]
    parts = [
        got[["sector"]].assign(kind=kind, name=name, quantity=got["allocated"].to_numpy() * shares[at, number])
        for number, (kind, name) in enumerate(named)
    ]
    keys = ["kind", "name", "sector"]
    table = pd.concat([got[["sector"]].iloc[:0].assign(kind="", name="", quantity=0.0), *parts])
    table = table.groupby(keys, as_index=False)["quantity"].sum()
    kept: pd.DataFrame = table[table["quantity"] > HAIR * table["quantity"].sum()].reset_index(drop=True)
    return kept


def inflows(run: Run) -> pd.DataFrame:
    """Return what enters each balance over the horizon: `node` (region, commodity), `source` (kind, name) or another node, `quantity`."""
    supply = run.allocation.supply
    keys = ["region", "commodity", "channel", "origin"]
    total = supply[~supply["channel"].isin(LEAVING)].groupby(keys, as_index=False)["quantity"].sum()
    total = total[total["quantity"] > 0]
    inputs = _inputs(run)
    regions = set(run.case.claims["region"]) | set(run.case.inventories["region"])
    columns = [total[key].tolist() for key in keys]
    return pd.DataFrame(
        {
            "node": list(zip(columns[0], columns[1], strict=True)),
            "source": [_source(inputs, regions, *row) for row in zip(*columns, strict=True)],
            "quantity": total["quantity"].tolist(),
        }
    )


def _inputs(run: Run) -> Mapping[str, Node]:
    """Return the balance from which each process draws that passes its mix on."""
    kinds = run.baseline.technologies.set_index("technology")["kind"]
    processes = run.case.processes[run.case.processes["technology"].map(kinds).isin(PASSING_ON)]
    flows = run.case.flows[run.case.flows["direction"] == "input"]
    single = flows.drop_duplicates("process", keep=False).merge(processes[["process", "region"]], on="process")
    return {str(row["process"]): (str(row["region"]), str(row["commodity"])) for row in single.to_dict("records")}


def _source(inputs: Mapping[str, Node], regions: set[Any], region: str, commodity: str, channel: str, origin: str) -> Node:
    if channel == "transfer":
        return origin, commodity
    if channel == "process":
        return inputs.get(origin, ("made", region))
    if channel == "reserve":
        return "reserve", origin
    if channel == "inventory":
        return "stocks", ""
    known = channel == "market" or (len(origin) == 3 and origin.isupper() and origin not in regions)
    return ("origin", origin) if known else ("under_way", "")


def _upstream(flows: pd.DataFrame, commodity: str) -> list[Node]:
    """Return the balances from which a commodity can come, its own among them."""
    into: dict[Node, set[Node]] = {}
    for node, source in zip(flows["node"], flows["source"], strict=True):
        into.setdefault(node, set()).add(source)
    found = {node for node in into if node[1] == commodity}
    waiting = list(found)
    while waiting:
        for source in into.get(waiting.pop(), set()) - found:
            if source[0] not in KINDS:
                found.add(source)
                waiting.append(source)
    return sorted(found)
