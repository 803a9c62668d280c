"""Rows 1 to 7 of the formulation as plain loops over the tables of an instance: what can be done at all, before any law is applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from allocator_models.instance import Instance
from tests.reference.program import Program

Cell = tuple[int, int]
#: The codes of what levers are allowed in all.
BUDGET, TOGETHER = 0, 1
Sum = dict[Any, float]


class Data(NamedTuple):
    """The tables as dictionaries: index -> row (a named tuple of all its columns); `shares` is how the tier that serves a cell shares."""

    nodes: dict[Any, Any]
    commodities: dict[Any, Any]
    claims: dict[Any, Any]
    cells: dict[Any, Any]
    shares: dict[Any, Any]
    reserves: dict[Any, Any]
    restraints: dict[Any, Any]
    tiers: dict[Any, Any]
    harms: dict[Any, Any]
    lines: dict[Any, Any]
    levers: dict[Any, Any]


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """Rows of a table as named tuples."""
    return table.itertuples(index=False)


def read(instance: Instance) -> Data:
    """Return the tables that the stages look things up in."""

    def by(table: pd.DataFrame, *index: str) -> dict[Any, Any]:
        keys = table[list(index)].itertuples(index=False, name=None)
        return {key if len(index) > 1 else key[0]: row for key, row in zip(keys, rows_of(table), strict=True)}

    cells = by(instance.cells, "claim", "node")
    shares = by(instance.claims, "claim", "tier") | by(instance.moves, "claim", "tier")
    return Data(
        nodes=by(instance.nodes, "node"),
        commodities=by(instance.commodities, "commodity"),
        claims=by(instance.claims, "claim"),
        cells=cells,
        shares={(claim, node): shares[claim, cell.tier] for (claim, node), cell in cells.items()},
        reserves=by(instance.reserves, "reserve"),
        restraints=by(instance.restraints, "claim", "node", "block"),
        tiers=by(instance.tiers, "tier"),
        harms=by(instance.harms, "claim", "node", "piece"),
        lines=by(instance.lines, "line"),
        levers=by(instance.levers, "lever"),
    )


def restrained(data: Data, claim: int, node: int) -> Sum:
    """Demand given up in a cell, over its blocks."""
    return {("restrain", *key): 1.0 for key in data.restraints if key[:2] == (claim, node)}


#: Every whole number, by the name of its column: ("operate", plant, node), ("lots", line, node), ("tranches", reserve, node),
#: ("order", lever, node) and ("unlock", unlock).
Whole = Mapping[Any, int]


def write_rows(program: Program, instance: Instance, data: Data, whole: Whole) -> None:
    """Add every column and every row of the formulation's section 4, rows 1 to 7, and the caps; whole numbers are given."""
    for name, number in whole.items():
        program.column(name, number, number)
    balance: dict[tuple[int, int, int], Sum] = defaultdict(dict)  # what comes in minus what goes out
    _demand(program, data, balance)
    _lines(program, instance, balance)
    _processes(program, instance, balance)
    _lanes(program, instance, balance)
    _levers(program, instance, data)
    _plants(program, instance, data, whole)
    _reserves(program, instance, data, balance)
    _lots(program, instance, data)
    _unlocked(program, instance)
    opening = _inventories(program, instance, data, balance)
    for row in rows_of(instance.balances):
        key = (row.region, row.commodity, row.node)
        surplus = ("surplus", *key)
        program.column(surplus)
        there = row.under_way + opening.get(key, 0.0)
        program.row(balance.pop(key, {}) | {surplus: -1.0}, -there, -there)
    if balance:
        raise ValueError(f"no row in balances for {sorted(balance)}")


def _add(balance: dict[tuple[int, int, int], Sum], key: tuple[int, int, int], column: Any, amount: float) -> None:
    balance[key][column] = balance[key].get(column, 0.0) + amount


def _demand(program: Program, data: Data, balance: dict[tuple[int, int, int], Sum]) -> None:
    for key, block in data.restraints.items():
        program.column(("restrain", *key), 0.0, block.limit)
    for (claim, node), cell in data.cells.items():
        given_up = restrained(data, claim, node)
        program.column(("allocate", claim, node), 0.0, cell.demand)
        program.column(("shortfall", claim, node), 0.0, cell.demand)
        met = {("allocate", claim, node): 1.0} | given_up
        program.row(met | {("shortfall", claim, node): 1.0}, cell.demand, cell.demand)
        if cell.cap < 1.0:
            program.row(met, upper=cell.cap * cell.demand)
        who = data.claims[claim]
        _add(balance, (who.region, who.commodity, node), ("allocate", claim, node), -1.0)


def _lines(program: Program, instance: Instance, balance: dict[tuple[int, int, int], Sum]) -> None:
    place = {row.line: (row.region, row.commodity) for row in rows_of(instance.lines)}
    for row in rows_of(instance.dispatches):
        program.column(("dispatch", row.line, row.node), 0.0, row.limit)
    for row in rows_of(instance.line_arrivals):
        _add(balance, (*place[row.line], row.node), ("dispatch", row.line, row.sent), row.weight)


def _processes(program: Program, instance: Instance, balance: dict[tuple[int, int, int], Sum]) -> None:
    region = dict(zip(instance.processes["process"], instance.processes["region"], strict=True))
    for row in rows_of(instance.runs):
        program.column(("run", row.process, row.node), 0.0, row.limit)
        for need in rows_of(instance.inputs):
            if need.process == row.process:
                _add(balance, (region[row.process], need.commodity, row.node), ("run", row.process, row.node), -need.quantity)
    for arrival in rows_of(instance.process_arrivals):
        for made in rows_of(instance.outputs):
            if (made.process, made.node) == (arrival.process, arrival.sent):  # the yield of the node of the run
                key = (region[made.process], made.commodity, arrival.node)
                _add(balance, key, ("run", made.process, arrival.sent), arrival.weight * made.quantity)


def _lanes(program: Program, instance: Instance, balance: dict[tuple[int, int, int], Sum]) -> None:
    lanes = {row.lane: row for row in rows_of(instance.lanes)}
    for row in rows_of(instance.transfers):
        lane = lanes[row.lane]
        program.column(("transfer", row.lane, row.node), 0.0, row.limit)
        _add(balance, (lane.origin, lane.commodity, row.node), ("transfer", row.lane, row.node), -1.0)
    for row in rows_of(instance.lane_arrivals):
        lane = lanes[row.lane]
        _add(balance, (lane.destination, lane.commodity, row.node), ("transfer", row.lane, row.sent), row.weight)


def brought(instance: Instance, data: Data, lever: int, node: int) -> Sum:
    """What a lever brings in a node, in its commodity: what its lines send and its processes make."""
    total: Sum = {("dispatch", row.line, node): 1.0 for row in rows_of(instance.lever_lines) if row.lever == lever}
    for row in rows_of(instance.lever_processes):
        for made in rows_of(instance.outputs):
            if (row.lever, made.process, made.commodity, made.node) == (lever, row.process, data.levers[lever].commodity, node):
                total["run", row.process, node] = made.quantity
    return total


def _levers(program: Program, instance: Instance, data: Data) -> None:
    for row in rows_of(instance.uses):
        program.row(brought(instance, data, row.lever, row.node), upper=row.limit)


def _plants(program: Program, instance: Instance, data: Data, whole: Whole) -> None:
    who = {row.plant: row for row in rows_of(instance.plants)}
    for row in rows_of(instance.operations):
        plant = who[row.plant]
        amount = ("allocate", plant.claim, row.node) if plant.claim >= 0 else ("run", plant.process, row.node)
        if amount not in program:
            continue
        if whole["operate", row.plant, row.node]:
            program.row({amount: 1.0}, row.minimum)
        else:
            program.row({amount: 1.0} | (restrained(data, plant.claim, row.node) if plant.claim >= 0 else {}), upper=0.0)


def _lots(program: Program, instance: Instance, data: Data) -> None:
    """Lots of lines, tranches of reserves, and joint orders, which bring their minimum or nothing."""
    for row in rows_of(instance.lots):
        program.row({("dispatch", row.line, row.node): 1.0, ("lots", row.line, row.node): -row.size}, 0.0, 0.0)
    for row in rows_of(instance.tranches):
        program.row({("release", row.reserve, row.node): 1.0, ("tranches", row.reserve, row.node): -row.size}, 0.0, 0.0)
    for row in rows_of(instance.bundles):
        all_of_it, order = brought(instance, data, row.lever, row.node), ("order", row.lever, row.node)
        program.row(all_of_it | {order: -min(row.least, row.most)}, 0.0)
        program.row(all_of_it | {order: -row.most}, upper=0.0)


def _unlocked(program: Program, instance: Instance) -> None:
    """What levers open, lines and processes, needs one that is unlocked; what all cost is within the budget."""
    openings = {row.item: row for row in rows_of(instance.openings)}
    cost: Sum = {("unlock", row.unlock): row.cost for row in rows_of(instance.unlocks)}
    for row in rows_of(instance.opened):
        line, process = openings[row.item].line, openings[row.item].process
        column = ("dispatch", line, row.node) if line >= 0 else ("run", process, row.node)
        keys = [("unlock", key.unlock) for key in rows_of(instance.keys) if key.item == row.item]
        if keys:
            program.row({column: 1.0} | dict.fromkeys(keys, -row.most), upper=0.0)
        cost[column] = cost.get(column, 0.0) + row.cost
    for row in rows_of(instance.allowances):
        if row.allowance == BUDGET:
            program.row(cost, upper=row.most)


def _reserves(program: Program, instance: Instance, data: Data, balance: dict[tuple[int, int, int], Sum]) -> None:
    for row in rows_of(instance.releases):
        reserve = data.reserves[row.reserve]
        program.column(("release", row.reserve, row.node), 0.0, row.limit)
        program.column(("stock", row.reserve, row.node), row.floor, reserve.opening)
        _add(balance, (reserve.region, reserve.commodity, row.node), ("release", row.reserve, row.node), 1.0)
    filled = {(row.reserve, row.node): row.limit for row in rows_of(instance.refills)}
    for key, most in filled.items():
        reserve = data.reserves[key[0]]
        program.column(("refill", *key), 0.0, most)
        _add(balance, (reserve.region, reserve.commodity, key[1]), ("refill", *key), -1.0)
    for row in rows_of(instance.releases):
        reserve, parent = data.reserves[row.reserve], data.nodes[row.node].parent
        terms = {("stock", row.reserve, row.node): 1.0, ("release", row.reserve, row.node): 1.0}
        if (row.reserve, row.node) in filled:
            terms["refill", row.reserve, row.node] = -1.0
        if parent < 0:
            spared = reserve.opening * (1.0 - row.loss_share)
            program.row(terms, spared, spared)
        else:
            program.row(terms | {("stock", row.reserve, parent): -(1.0 - reserve.loss) * (1.0 - row.loss_share)}, 0.0, 0.0)


def _inventories(
    program: Program, instance: Instance, data: Data, balance: dict[tuple[int, int, int], Sum]
) -> dict[tuple[int, int, int], float]:
    """Return what is there at the root before anything moves."""
    opening = {}
    for row in rows_of(instance.inventories):
        key = (row.region, row.commodity, row.node)
        program.column(("inventory", *key), row.minimum, row.maximum)
        _add(balance, key, ("inventory", *key), -1.0)
        parent = data.nodes[row.node].parent
        if parent < 0:
            opening[key] = row.opening
        else:
            kept = 1.0 - data.commodities[row.commodity].loss
            _add(balance, key, ("inventory", row.region, row.commodity, parent), kept)
    return opening
