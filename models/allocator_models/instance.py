"""The numbers of one case: an index table for every set, in scaled units, with integer codes.

Codes are positions: row ``c`` of ``commodities`` is commodity ``c``. Member tables (`nodes`, `regions`, `commodities`, `claims`,
`lines`, `processes`, `reserves`, `lanes`) are sorted by name (`nodes` by time, parents first) and carry it in ``name``; every other table
is sorted by its index columns. So the order of the rows of a file never reaches the solver.

Quantities of commodity ``g`` are in internal units of ``commodities.scale[g]`` natural units (a power of two near the mean demand of a
cell); runs of process ``p`` in ``processes.scale[p]`` natural runs. Shares, weights and probabilities have unit 1. Money is EUR per
internal unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd

#: Tables whose rows were found to rise, by identity and keys.
_RISES: WeakValueDictionary[tuple[int, tuple[str, ...]], pd.DataFrame] = WeakValueDictionary()

#: How a tier shares, of each claim in it.
RULE = ("rule", "over", "step", "satisfied", "offset", "order")

#: Columns of every table: the index columns first, then the parameter columns.
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # members
    "nodes": (("node",), ("name", "period", "branch", "parent", "probability", "horizon")),
    "regions": (("region",), ("name",)),
    "commodities": (("commodity",), ("name", "scale", "loss", "yardstick", "surplus_cost")),
    "claims": (
        ("claim",),
        ("name", "region", "commodity", "sector", "tier", *RULE, "past_demand", "past_shortfall"),
    ),
    "moves": (("claim", "tier"), RULE),
    "lines": (("line",), ("name", "region", "commodity")),
    "processes": (("process",), ("name", "region", "scale")),
    "reserves": (("reserve",), ("name", "region", "commodity", "rank", "first", "opening", "loss")),
    "lanes": (("lane",), ("name", "origin", "destination", "commodity")),
    "levers": (("lever",), ("name", "commodity", "rank")),
    "lever_lines": (("lever", "line"), ()),
    "lever_processes": (("lever", "process"), ()),
    "plants": (("plant",), ("name", "claim", "process", "restart", "running")),
    "closing": (("piece",), ("share", "harm")),
    # time-dependent figures
    "balances": (("region", "commodity", "node"), ("under_way", "bound")),
    "cells": (("claim", "node"), ("tier", "demand", "cap", "guarantee", "guarantee_first")),
    "restraints": (("claim", "node", "block"), ("limit", "cost")),
    "harms": (("claim", "node", "piece"), ("limit", "harm")),
    "dispatches": (("line", "node"), ("limit", "premium")),
    "runs": (("process", "node"), ("limit", "cost")),
    "inputs": (("process", "commodity"), ("quantity",)),
    "outputs": (("process", "commodity", "node"), ("quantity",)),
    "releases": (("reserve", "node"), ("floor", "limit", "loss_share")),
    "refills": (("reserve", "node"), ("limit",)),
    "inventories": (("region", "commodity", "node"), ("opening", "minimum", "maximum", "cost")),
    "sales": (("region", "commodity", "buyer", "node"), ("limit", "value")),
    "transfers": (("lane", "node"), ("limit", "cost")),
    "uses": (("lever", "node"), ("limit",)),
    "operations": (("plant", "node"), ("minimum", "most")),
    "lots": (("line", "node"), ("size", "most")),
    "tranches": (("reserve", "node"), ("size", "most")),
    "bundles": (("lever", "node"), ("least", "most")),
    # levers that are unlocked
    "unlocks": (("unlock",), ("name", "cost")),
    "openings": (("item",), ("line", "process", "release", "refill", "claim", "block")),
    "opened": (("item", "node"), ("most", "cost")),
    "keys": (("item", "unlock"), ()),
    "allowances": (("allowance",), ("most",)),
    # what holds without sharing, and who is to be no worse off with it
    "trades": (("lane", "node"), ("limit",)),
    "stays": (("region", "commodity", "node"), ("beyond",)),
    "guarded": (("claim", "node"), ("bearable",)),
    # when dispatched volume arrives: `node` is the arrival, `sent` the dispatch (an ancestor or the node itself)
    "line_arrivals": (("line", "sent", "node"), ("weight",)),
    "process_arrivals": (("process", "sent", "node"), ("weight",)),
    "lane_arrivals": (("lane", "sent", "node"), ("weight",)),
    # the law, one row a tier, in rank order
    "tiers": (("tier",), ("name", "rule", "over")),
}


@dataclass(frozen=True)
class Instance:
    """All numbers of one optimisation; see `COLUMNS` for the columns of every table.

    Attributes:
        nodes: tree of periods. `parent` is -1 at the root; `horizon` is False in the unreported tail; `probability` sums to 1 over a
            period.
        regions, commodities: `loss` is the share lost from a node to the next; `yardstick` baseline demand per period;
            `surplus_cost` EUR per unit thrown away.
        claims: who asks for what; `sector` is the sector's name, `tier` its rank (1 is served first). How the tier shares: `rule`
            (``leximin``, ``soft_priorities`` or ``weighted``), counted `over` ``period``, ``horizon`` or ``cumulative``, in the order of
            `step` where a tier has several; coverage from `satisfied` on is raised only after all tiers; `offset` is what a soft priority
            takes off the coverage that is compared; `order` is the rank inside the own region's part of the tier (0: the region has no
            order of its own). `past_demand` and `past_shortfall` are those of earlier rounds, which ``cumulative`` counts as well.
        moves: other tiers that serve a claim in some nodes, and how they share.
        lines: supply lines; `region` is the destination.
        processes: `region` is where it stands.
        reserves: `rank` is the lowest tier that may draw on it; `first` True when it is drawn on before the market; `opening` the stock
            before the first node; `loss` the share lost from node to node.
        lanes: transfers between regions.
        levers: decisions that open lines or processes; what they bring is a means of the tiers down to `rank`, counted in `commodity`.
        lever_lines, lever_processes: what each lever opens.
        plants: what runs at its minimum at least, or stands still: a `claim` or a `process` (the other is -1). What has stopped stands
            still for `restart` nodes; `running` says whether it ran before the first node.
        closing: pieces of the curve of harm that stands for a leximin while it is decided who stands still, by `share` of what a level
            misses.
        balances: every (region, commodity) that anything can enter or leave, in every node. `under_way` is what arrives there of volume
            that lines, processes and lanes sent before the first node; `bound` what can ever be there at most (cumulative supply).
        cells: demand > 0. `tier` is the rank that serves it in this node; `cap` is the share of demand that may be met (1: no cap);
            `guarantee` the guaranteed share (0: none); `guarantee_first` True when it comes before all tiers, False when it comes first
            inside its own tier.
        harms: pieces of a shortage, in units, with rising `harm` per unit, of claims whose rule is ``weighted``, in the horizon.
        restraints: demand that an opened lever may give up, by block of rising cost.
        dispatches, runs, transfers: limits per node, after disruptions.
        inputs, outputs: quantity per run; outputs by the node of the run.
        releases: floor of the stock and largest release (0 where it is closed) in each node; `loss_share` is the share of the stock carried
            into the node (at the root: of the opening stock) that a disruption destroys there.
        refills: the most that goes into a reserve in each node; nodes without a row have none.
        uses: the most that all lines and processes of a lever bring together in each node.
        operations: every plant in every node: the least that it gets or runs unless it stands still (0: any), and the most.
        inventories: commercial stock; `opening` is what the firms held before the first node (the same in every row of the store), between
            `minimum` (working stock) and `maximum` (room); `cost` of holding a unit at the end of a node.
        sales: what buyers without a rank take at most, and what a unit brings.
        lots, tranches: lines that send whole lots and reserves that release whole tranches, in every node: how large one is, and the most
            of them.
        bundles: levers whose lines together send the least at least, or nothing, in every node.
        unlocks: levers that bring nothing unless they are unlocked, and what that costs in EUR.
        openings: what levers open: a line, a process, a reserve to release or refill, or a block of a claim's restraint; the others are -1.
        opened: the most of an opening in a node, and what a unit costs in the budget.
        keys: levers of which one at least must be unlocked for an opening; one without any is open.
        allowances: 0: most that levers cost in the horizon, in EUR; 1: most levers that are used.
        trades: where sharing is guarded, what lanes carry without it.
        stays: places with reserves that, without sharing, release no more than is allocated and used there; `beyond` is how much more they
            may release.
        guarded: claims that sharing may make no worse off; `bearable` is the shortage that they may have on the path to a leaf.
        line_arrivals, process_arrivals, lane_arrivals: shares of what is sent in `sent` that arrives in `node`; sum to (1 - loss)^lead.
        tiers: `tier` is the rank; `rule` and `over` are those of its claims that have none of their own.
    """

    nodes: pd.DataFrame
    regions: pd.DataFrame
    commodities: pd.DataFrame
    claims: pd.DataFrame
    moves: pd.DataFrame
    lines: pd.DataFrame
    processes: pd.DataFrame
    reserves: pd.DataFrame
    lanes: pd.DataFrame
    levers: pd.DataFrame
    lever_lines: pd.DataFrame
    lever_processes: pd.DataFrame
    plants: pd.DataFrame
    closing: pd.DataFrame
    balances: pd.DataFrame
    cells: pd.DataFrame
    harms: pd.DataFrame
    restraints: pd.DataFrame
    dispatches: pd.DataFrame
    runs: pd.DataFrame
    inputs: pd.DataFrame
    outputs: pd.DataFrame
    releases: pd.DataFrame
    refills: pd.DataFrame
    inventories: pd.DataFrame
    sales: pd.DataFrame
    transfers: pd.DataFrame
    uses: pd.DataFrame
    operations: pd.DataFrame
    lots: pd.DataFrame
    tranches: pd.DataFrame
    bundles: pd.DataFrame
    unlocks: pd.DataFrame
    openings: pd.DataFrame
    opened: pd.DataFrame
    keys: pd.DataFrame
    allowances: pd.DataFrame
    trades: pd.DataFrame
    stays: pd.DataFrame
    guarded: pd.DataFrame
    line_arrivals: pd.DataFrame
    process_arrivals: pd.DataFrame
    lane_arrivals: pd.DataFrame
    tiers: pd.DataFrame

    @cached_property
    def standings(self) -> pd.DataFrame:
        """Claim, node and tier of every cell, the claim's region, and how that tier shares."""
        columns = ["claim", "tier", *RULE]
        shares = pd.concat([self.claims[columns], self.moves[columns]], ignore_index=True) if len(self.moves) else self.claims[columns]
        cells = self.cells[["claim", "node", "tier"]].merge(shares, on=["claim", "tier"], how="left", validate="m:1")
        return cells.assign(region=cells["claim"].map(self.claims["region"]))

    def __post_init__(self) -> None:
        """Refuse tables whose columns differ from `COLUMNS` or that are not sorted by their index columns."""
        for field in fields(self):
            index, parameters = COLUMNS[field.name]
            table: pd.DataFrame = getattr(self, field.name)
            if tuple(table.columns) != index + parameters:
                raise ValueError(f"Instance.{field.name}: columns {list(table.columns)}, expected {list(index + parameters)}")
            if not rises(table, index):
                raise ValueError(f"Instance.{field.name}: rows do not rise by {list(index)}: unsorted, or not unique")


def rises(table: pd.DataFrame, keys: tuple[str, ...]) -> bool:
    """Return whether the rows are `rising`; a table that was looked at before, and which nobody may change, is not looked at again."""
    if _RISES.get((id(table), keys)) is table:
        return True
    if found := rising(table, keys):
        _RISES[id(table), keys] = table
    return found


def rising(table: pd.DataFrame, keys: Sequence[str]) -> bool:
    """Return whether each row comes after the one before it by `keys`: sorted, and none twice."""
    after = np.zeros(max(len(table) - 1, 0), dtype=np.bool_)
    level = ~after
    for key in keys:
        values = table[key].to_numpy()
        after |= level & (values[1:] > values[:-1]).astype(np.bool_)
        level &= (values[1:] == values[:-1]).astype(np.bool_)
    return bool(after.all())


def sorted_by(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the rows in the order of `keys`, numbered from 0; rows that stand in it are not sorted again."""
    if not rising(table, keys):
        return table.sort_values(list(keys), ignore_index=True)
    found = table.reset_index(drop=True)
    _RISES[id(found), tuple(keys)] = found
    return found
