"""What a change does, worked out apart: the case is changed by hand, built anew, and solved from scratch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allocator.explain.inquiry import Inquiry
from allocator.explain.limits import Key
from allocator.explain.remedies import Terms, remedies
from allocator.solve import Resolver, solve_stages
from allocator.solve.parts import Partition
from allocator_models import Instance, formulate, lower
from allocator_models.instance import RULE
from tests.instances.builder import InstanceBuilder
from tests.instances.generator import random_builder
from tests.instances.members import Node

#: Two answers agree within this.
TOLERANCE = 1e-6
#: Claims and limits of an instance that are asked about, those cut hardest first.
CLAIMS, LIMITS = 3, 3
#: Remedies are asked for of this many of them.
REMEDIED = 1


@dataclass(frozen=True)
class Check:
    """A sentence of an explanation beside what an independent solve gives.

    Attributes:
        what: the sentence, in short.
        kind: ``moved`` or the kind of a remedy, with ``none`` before it where none suffices.
        apart: how far the two are from each other, in coverage; of a remedy, by how much the target is missed.
    """

    what: str
    kind: str
    apart: float


def asked(case: InstanceBuilder) -> Inquiry:
    """Return a case solved and ready to be asked."""
    instance = case.build()
    return Inquiry(instance, Resolver(Partition(lower(formulate(instance)), instance)))


def as_neighbours(inquiry: Inquiry) -> Terms:
    """Return the terms of claims of which no framework tells: in a tier they share as those of their commodity, else as the first, do."""
    claims, cells = inquiry.instance.claims, inquiry.instance.cells

    def terms(name: str, tier: int) -> tuple[dict[str, Any], Any] | None:
        (code,) = claims.index[claims["name"] == name]
        there = claims[claims["tier"] == tier]
        same = there[there["commodity"] == claims["commodity"].iloc[code]]
        model = (same if len(same) else there).iloc[0]
        own = cells[cells["claim"] == code].set_index("node")["cap"].reindex(inquiry.instance.nodes.index, fill_value=1.0)
        return None if model["rule"] != "leximin" else ({column: model[column] for column in RULE} | {"order": 0}, own.to_numpy())

    return terms


def checks(seed: int, **features: Any) -> Iterator[Check]:
    """Yield every sentence on a random case beside its independent check."""
    case = random_builder(seed, **features)
    inquiry = asked(case)
    hardest = sorted(inquiry.short(), key=lambda code: (round(inquiry.coverage[code], 9), code))[:CLAIMS]
    keys = dict.fromkeys(key for code in hardest for key in inquiry.nominated(code)[:LIMITS])
    for key in keys:
        step = inquiry.limits.step(key)
        for signed in (step, -step) if inquiry.limits.size(key) > 0.0 else (step,):
            told = inquiry.trial(key, signed).changes
            found = changed(case, inquiry, key, signed)
            apart = max((abs(told.get(name, 0.0) - found[name]) for name in found), default=0.0)
            yield Check(f"{seed}: {key[0]}[{inquiry.limits.name(key)}] {signed:+.4g}", "moved", apart)
    for code in hardest[:REMEDIED]:
        for remedy in remedies(inquiry, code, as_neighbours(inquiry)):
            instance = _remedied(case, inquiry, code, remedy.kind, remedy.amount)
            lowest = _lowest(instance, _solved(instance), code)
            told = f"{seed}: {inquiry.name(code)} {remedy.kind} {remedy.amount:.4g}"
            wrong = max(remedy.target - lowest, 0.0) if remedy.suffices else max(lowest - remedy.target + TOLERANCE, 0.0)
            yield Check(told, remedy.kind if remedy.suffices else f"none {remedy.kind}", max(wrong, abs(lowest - remedy.reached)))


def changed(case: InstanceBuilder, inquiry: Inquiry, key: Key, step: float) -> dict[str, float]:
    """Return what moving a limit by `step` in every node of the horizon changes, by name of the claim, solved from scratch."""
    return _changes(inquiry, _solved(_moved(case, inquiry, key, step)))


def _solved(instance: Instance) -> pd.DataFrame:
    return solve_stages(lower(formulate(instance)), instance).values["shortfall"]


def _changes(inquiry: Inquiry, shortfall: pd.DataFrame) -> dict[str, float]:
    """Return the change of coverage over the horizon of every claim, by plain arithmetic."""
    instance = inquiry.instance
    before = _coverage(instance, inquiry.resolver.solution.values["shortfall"])
    return {str(instance.claims["name"].iloc[code]): value for code, value in (_coverage(instance, shortfall) - before).items()}


def _coverage(instance: Instance, shortfall: pd.DataFrame) -> pd.Series:
    table = instance.cells.assign(missed=shortfall["value"].to_numpy(), weight=instance.cells["node"].map(instance.nodes["probability"]))
    table = table[table["node"].map(instance.nodes["horizon"]).astype(bool)]
    sums = pd.DataFrame({"missed": table["missed"] * table["weight"], "asked": table["demand"] * table["weight"], "claim": table["claim"]})
    totals = sums.groupby("claim").sum()
    return 1.0 - totals["missed"] / totals["asked"]


def _lowest(instance: Instance, shortfall: pd.DataFrame, code: int) -> float:
    cells = instance.cells.assign(missed=shortfall["value"].to_numpy())
    own = cells[(cells["claim"] == code) & cells["node"].map(instance.nodes["horizon"]).astype(bool)]
    return float((1.0 - own["missed"] / own["demand"]).min())


def _moved(case: InstanceBuilder, inquiry: Inquiry, key: Key, step: float) -> Instance:
    """Return the case with a limit moved by `step` in every node of the horizon, or at the start."""
    case = case.copy()
    kind, name = key[0], inquiry.limits.name(key)
    reported = [node.horizon for node in _nodes(case)]
    place = tuple(name.split("/")) if kind in ("inventory", "room", "working_stock") else ()
    if kind in ("line", "process", "lane", "release"):
        member = getattr(case, {"line": "lines", "process": "processes", "lane": "lanes", "release": "reserves"}[kind])[name]
        member.limit = [max(figure + step * now, 0.0) for figure, now in zip(_figures(case, member.limit), reported, strict=True)]
    elif kind == "stock":
        case.reserves[name].opening += step
    elif kind == "inventory":
        case.inventories[place].opening += step
    elif kind == "cap":
        case.claims[name].cap = [figure + step * now for figure, now in zip(_figures(case, case.claims[name].cap), reported, strict=True)]
    elif kind == "restraint":
        blocks = case.claims[name].restraint
        case.claims[name].restraint = [
            ([max(figure + step * now, 0.0) for figure, now in zip(_figures(case, share), reported, strict=True)], cost)
            for share, cost in blocks
        ]
    else:
        return _bounded(inquiry, key, step)
    return case.build() if kind not in ("stock", "inventory") else _as_it_was(case.build(), inquiry.instance, kind)


def _bounded(inquiry: Inquiry, key: Key, step: float) -> Instance:
    """Return the instance with the floor of a reserve, or the room or working stock of firms, moved in its table."""
    kind, codes = key
    instance, horizon = inquiry.instance, inquiry.instance.nodes["horizon"]
    name, column = {"floor": ("releases", "floor"), "room": ("inventories", "maximum"), "working_stock": ("inventories", "minimum")}[kind]
    table: pd.DataFrame = getattr(instance, name)
    owner = ["reserve"] if kind == "floor" else ["region", "commodity"]
    mine = (table[owner] == list(codes)).all(axis=1) & table["node"].map(horizon).astype(bool)
    other = table["minimum"] if kind == "room" else table["maximum"] if kind == "working_stock" else None
    moved = (table[column] + step).clip(lower=0.0)
    if kind == "room":
        moved = moved.clip(lower=other)
    elif kind == "working_stock":
        moved = moved.clip(upper=other)
    return _with(instance, **{name: table.assign(**{column: table[column].where(~mine, moved)})})


def _as_it_was(instance: Instance, before: Instance, kind: str) -> Instance:
    """Return an instance whose floors, releases, room and working stock are as before: only what was held at the start is moved."""
    if kind == "stock":
        return _with(instance, releases=before.releases)
    kept = before.inventories[["minimum", "maximum"]]
    return _with(instance, inventories=instance.inventories.assign(minimum=kept["minimum"], maximum=kept["maximum"]))


def _remedied(case: InstanceBuilder, inquiry: Inquiry, code: int, kind: str, amount: float) -> Instance:
    instance = inquiry.instance
    name = inquiry.name(code)
    if kind == "guarantee":
        return _guaranteed(case.copy(), name, amount)
    if kind == "rank":
        return _promoted(case.copy(), name, int(amount))
    if kind == "cap":
        case = case.copy()
        reported = [node.horizon for node in _nodes(case)]
        figures = zip(_figures(case, case.claims[name].cap), reported, strict=True)
        case.claims[name].cap = [max(figure, amount) if now else figure for figure, now in figures]
        return case.build()
    shortfall = inquiry.resolver.solution.values["shortfall"]["value"].to_numpy()
    cells = instance.cells.assign(missed=shortfall)
    own = cells[(cells["claim"] == code) & cells["node"].map(instance.nodes["horizon"]).astype(bool)].set_index("node")["missed"]
    added = amount / own.sum() * own
    region, good = inquiry.network.place_of(code)
    balances = instance.balances
    here = (balances["region"] == region) & (balances["commodity"] == good)
    more = balances["node"].map(added).fillna(0.0).where(here, 0.0)
    return _with(instance, balances=balances.assign(under_way=balances["under_way"] + more, bound=balances["bound"] + amount))


def _guaranteed(case: InstanceBuilder, name: str, share: float) -> Instance:
    """Return the case with a claim guaranteed at least a share before all tiers, in the horizon; what it has in the tail stays."""
    claim = case.claims[name]
    first = claim.guarantee_first
    figures = zip(_figures(case, claim.guarantee), _nodes(case), strict=True)
    claim.guarantee = [max(figure, share) if node.horizon else figure for figure, node in figures]
    claim.guarantee_first = True
    instance = case.build()
    cells = instance.cells
    in_tail = (cells["claim"].map(instance.claims["name"]) == name) & ~cells["node"].map(instance.nodes["horizon"]).astype(bool)
    return _with(instance, cells=cells.assign(guarantee_first=cells["guarantee_first"].where(~in_tail, first)))


def _promoted(case: InstanceBuilder, name: str, tier: int) -> Instance:
    """Return the case with a claim in another tier, where it shares as those of its commodity do, or else as the first by name."""
    claim = case.claims[name]
    there = [case.claims[other] for other in sorted(case.claims) if case.claims[other].tier == tier]
    like = next((other for other in there if other.commodity == claim.commodity), there[0])
    past = {"past_demand": claim.rule.past_demand, "past_shortfall": claim.rule.past_shortfall}
    claim.tier, claim.moves, claim.rule = tier, {}, replace(like.rule, order=0, harm=(), **past)
    return case.build()


def _nodes(case: InstanceBuilder) -> list[Node]:
    """Return the nodes in the order in which figures are listed: by depth, then by name."""

    def depth(node: Node) -> int:
        return 1 + depth(case.nodes[node.parent]) if node.parent else 0

    return sorted(case.nodes.values(), key=lambda node: (depth(node), node.name))


def _figures(case: InstanceBuilder, figure: Any) -> list[float]:
    """Return a figure in every node."""
    if isinstance(figure, Mapping):
        return [float(figure.get(name, 0.0)) for name in (node.name for node in _nodes(case))]
    return [float(one) for one in figure] if isinstance(figure, (list, tuple)) else [float(figure)] * len(case.nodes)


def _with(instance: Instance, **tables: pd.DataFrame) -> Instance:
    return replace(instance, **tables)
