"""How far flows could have been otherwise with nobody the worse, and what settled them; and that no claim could have had more.

Each figure is the optimum of a linear program over an optimal face: of the classes, of cost on it, of steadiness on that. The tie-break
chooses on the last. Under leximin coverage is one point: a claim's highest coverage among all plans in which no claim gets less is worked
out too, and must be what it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocator.explain.inquiry import Inquiry
from allocator.solve.face import Face
from allocator.solve.highs import minimise
from allocator.solve.linear import Basis, FloatArray
from allocator.solve.opened import Faces

#: Variables of flows, with the kind of what they belong to and the column that says whose they are.
FLOWS: Mapping[str, tuple[str, str]] = {
    "dispatch": ("line", "line"),
    "release": ("release", "reserve"),
    "run": ("process", "process"),
    "transfer": ("lane", "lane"),
}
#: What settles a flow, the earliest first.
SETTLED = ("rank", "cost", "steadiness", "tie_break")
RANGES = ("kind", "name", "commodity", "unit", "chosen", "low", "high", "settled_by")
#: A flow is open where it can differ by more than this, in scaled units or as a share of itself.
OPEN = 1e-6
#: Columns of all programs together, whatever the machine: what comes after is not asked, the largest parts last.
MOST_COLUMNS = 400_000_000

#: Told which part of how many.
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Range:
    """What a flow or a claim's coverage can be in any plan that is as good.

    Attributes:
        kind: line, release, process, lane or claim.
        code: of whose it is.
        chosen: over the horizon, in scaled units; of a claim its coverage.
        low, high: the least and the most.
        settled_by: `SETTLED`; of a claim ``rank``.
    """

    kind: str
    code: int
    chosen: float
    low: float
    high: float
    settled_by: str

    @property
    def open(self) -> float:
        """By how much it can differ."""
        return self.high - self.low


@dataclass(frozen=True)
class Ranges:
    """All ranges of a run.

    Attributes:
        flows: of lines, releases, processes and lanes, by kind and code.
        claims: of those that are short.
        unasked: flows and claims that were not asked about, because there were too many.
    """

    flows: tuple[Range, ...]
    claims: tuple[Range, ...]
    unasked: int

    def settled(self) -> dict[str, int]:
        """Return how many flows each stage settled."""
        return {stage: sum(one.settled_by == stage for one in self.flows) for stage in SETTLED}


def ranges(inquiry: Inquiry, tell: Tell = lambda _number, _of: None) -> Ranges:
    """Return the ranges of all flows and of the coverage of claims that are short; `tell` hears which part is asked."""
    members = _members(inquiry)
    partition = inquiry.resolver.partition
    parts = sorted(set(members["part"].tolist()), key=lambda number: (len(partition.columns(number)), number))
    found: dict[tuple[str, int], list[Range]] = {}
    spent, unasked = 0, set()
    by_part = dict(iter(members.groupby("part")))
    for place, number in enumerate(parts, 1):
        tell(place, len(parts))
        own = by_part[number]
        spent += len(partition.columns(number)) * own["member"].nunique()
        if spent > MOST_COLUMNS and place > 1:
            unasked |= set(own["member"])
            continue
        for one in _Part(inquiry, number, own).ranges():
            found.setdefault((one.kind, one.code), []).append(one)
    whole = [_sum(own) for key, own in sorted(found.items()) if key not in unasked]
    claims = [one for one in whole if one.kind == "claim"]
    return Ranges(tuple(one for one in whole if one.kind != "claim"), tuple(claims), len(unasked))


def range_table(inquiry: Inquiry, found: Ranges, units: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns `RANGES` in natural units, over the horizon; `units` by commodity."""
    limits, goods = inquiry.limits, inquiry.instance.commodities["name"]
    rows = []
    for one in (*found.claims, *found.flows):
        if one.kind == "claim":
            name, good, scale = inquiry.name(one.code), int(inquiry.instance.claims["commodity"].iloc[one.code]), 1.0
        else:
            key = (one.kind, (one.code,))
            name, good, scale = limits.name(key), limits.commodity(key), limits.scale(key)
        commodity = str(goods.iloc[good]) if good >= 0 else ""
        unit = {"claim": "share", "process": "run"}.get(one.kind) or units[commodity]
        figures = (scale * figure for figure in (one.chosen, one.low, one.high))
        rows.append((one.kind, name, commodity, unit, *figures, one.settled_by))
    return pd.DataFrame(rows, columns=list(RANGES))


def flows_by_name(inquiry: Inquiry) -> tuple[int, int]:
    """Return how many flows there are by period of the horizon, and how many at least another plan that is as good has otherwise."""
    form, reported = inquiry.resolver.partition.form, inquiry.instance.nodes["horizon"].to_numpy(dtype=bool)
    flows = np.zeros(len(form.column_upper), dtype=bool)
    for name in FLOWS:
        block = form.variables[name]
        flows[block.slice] = reported[block.index["node"].to_numpy()]
    flows &= form.column_upper > form.column_lower
    return int(flows.sum()), int(flows[inquiry.resolver.open].sum())


def _members(inquiry: Inquiry) -> pd.DataFrame:
    """Return kind, code, member (of both), part, column within it and weight of everything that is asked about."""
    instance, partition = inquiry.instance, inquiry.resolver.partition
    nodes, form = instance.nodes, partition.form
    tables = []
    for name, (kind, owner) in FLOWS.items():
        block = form.variables[name]
        index = block.index
        table = pd.DataFrame({"kind": kind, "code": index[owner], "node": index["node"], "weight": 1.0})
        tables.append(table.assign(position=np.arange(block.start, block.slice.stop)))
    block, cells = form.variables["shortfall"], instance.cells
    asked = cells["demand"] * cells["node"].map(nodes["probability"]) * cells["node"].map(nodes["horizon"])
    total = asked.groupby(cells["claim"]).transform("sum")
    claims = pd.DataFrame({"kind": "claim", "code": cells["claim"], "node": cells["node"], "weight": -1.0 / total})
    claims = claims.assign(position=np.arange(block.start, block.slice.stop))
    short = set(inquiry.short())
    together = pd.concat([*tables, claims[claims["code"].isin(short)]], ignore_index=True)
    together = together[together["node"].map(nodes["horizon"]).astype(bool)]
    together["weight"] *= together["node"].map(nodes["probability"])
    part, column = partition.places(together["position"].to_numpy())
    member = pd.Series(list(zip(together["kind"], together["code"].astype(int), strict=True)), index=together.index)
    return together.assign(part=part, column=column, member=member)


class _Part:
    """One connected part of the problem."""

    def __init__(self, inquiry: Inquiry, number: int, members: pd.DataFrame) -> None:
        self.inquiry, self.members = inquiry, members
        self.faces: Faces = inquiry.resolver.faces(number, inquiry.control)
        self.x = inquiry.resolver.plan(number)
        self._seen: dict[int, list[FloatArray]] = {}
        self._start: dict[int, Basis] = {}

    def ranges(self) -> Iterator[Range]:
        """Yield the range of every member, as far as this part goes."""
        for (kind, code), own in self.members.groupby(["kind", "code"]):
            columns, weights = own["column"].to_numpy(), own["weight"].to_numpy()
            chosen = float(weights @ self.x[columns])
            if kind == "claim":
                low, high = self._ends(self.faces.results, columns, weights)
                yield Range("claim", int(str(code)), 1.0 + chosen, 1.0 + low, 1.0 + high, "rank")
                continue
            low, high = self._ends(self.faces.steadiness, columns, weights)
            settled = "tie_break" if _open(low, high) else self._settled(columns, weights)
            yield Range(str(kind), int(str(code)), chosen, min(low, chosen), max(high, chosen), settled)

    def _settled(self, columns: np.ndarray, weights: FloatArray) -> str:
        """Return the stage that left a flow no more choice."""
        for face, stage in ((self.faces.cost, "steadiness"), (self.faces.rank, "cost")):
            seen = [float(weights @ x[columns]) for x in self._seen.get(id(self.faces.steadiness), [])]
            seen += [float(weights @ x[columns]) for x in self._seen.get(id(face), [])]
            if (seen and _open(min(seen), max(seen))) or _open(*self._ends(face, columns, weights)):
                return stage
        return "rank"

    def _ends(self, face: Face, columns: np.ndarray, weights: FloatArray) -> tuple[float, float]:
        """Return the least and the most of a weighted sum of columns on a face."""
        if (face.lower[columns] == face.upper[columns]).all():
            only = float(weights @ face.lower[columns])
            return only, only
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(face.lower))
            cost[columns] = sign * weights
            optimum = minimise(face.program(cost), self._start.get(id(face)), self.inquiry.control)
            self._start[id(face)] = optimum.basis
            self._seen.setdefault(id(face), []).append(optimum.x)
            ends.append(sign * optimum.value)
        return ends[0], ends[1]


def _open(low: float, high: float) -> bool:
    return high - low > OPEN * max(1.0, abs(high))


def _sum(parts: list[Range]) -> Range:
    """Add up what the parts of a problem say of one flow; a claim's coverage falls short in each of them."""
    first = parts[0]
    off = 1.0 if first.kind == "claim" else 0.0
    chosen, low, high = (off + sum(getattr(one, name) - off for one in parts) for name in ("chosen", "low", "high"))
    settled = max((one.settled_by for one in parts), key=SETTLED.index)
    return Range(first.kind, first.code, chosen, low, high, settled)
