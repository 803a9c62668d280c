"""The network of places that goods go through on their way to a claim, walked backwards.

A place is a region and a commodity. What delivers there is a lane from another region, or a process from its inputs; supply lines, reserves
and stocks of firms are where a chain ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocator.explain.limits import OWNERS, Key, Limits
from allocator.explain.model import Step
from allocator_models import Instance

#: Region and commodity.
Place = tuple[int, int]
#: What delivers to a place: process or lane, its code, and the places that it takes from.
Arc = tuple[str, int, tuple[Place, ...]]
#: A bound is reached within this, in scaled units.
REACHED = 1e-7


@dataclass(frozen=True)
class Chain:
    """The shortest way from a claim to a limit: what delivers where, from the claim on, and the place at its end."""

    steps: tuple[tuple[Place, Arc], ...]
    end: Place


class Network:
    """What delivers to each place of an instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.into: dict[Place, list[Arc]] = defaultdict(list)
        site = instance.processes["region"].to_numpy()
        inputs: dict[int, list[int]] = defaultdict(list)
        for process, good in zip(instance.inputs["process"].tolist(), instance.inputs["commodity"].tolist(), strict=True):
            inputs[process].append(good)
        for process, good in instance.outputs[["process", "commodity"]].drop_duplicates().itertuples(index=False):
            taken = tuple((int(site[process]), one) for one in inputs[process])
            self.into[int(site[process]), int(good)].append(("process", int(process), taken))
        for lane, origin, region, good in instance.lanes[["lane", "origin", "destination", "commodity"]].to_numpy().tolist():
            self.into[region, good].append(("lane", lane, ((origin, good),)))

    def inputs(self, process: str) -> list[tuple[str, Place]]:
        """Return the inputs of a process that takes several, by name, and where it takes them; none of one that takes one."""
        (code,) = np.flatnonzero(self.instance.processes["name"] == process).tolist()
        site = int(self.instance.processes["region"].iloc[code])
        goods = self.instance.inputs.loc[self.instance.inputs["process"] == code, "commodity"].tolist()
        return [(str(self.instance.commodities["name"].iloc[good]), (site, good)) for good in goods] if len(goods) > 1 else []

    def place_of(self, claim: int) -> Place:
        """Return where a claim stands."""
        row = self.instance.claims.iloc[claim]
        return int(row["region"]), int(row["commodity"])

    def end_of(self, key: Key) -> tuple[Place, ...]:
        """Return the places to which what a limit is about delivers."""
        kind, codes = key
        if kind in ("supply", "inventory", "room", "working_stock"):
            return ((codes[0], codes[1]),)
        if kind == "process":
            site = int(self.instance.processes["region"].iloc[codes[0]])
            outputs = self.instance.outputs
            return tuple((site, int(good)) for good in sorted(set(outputs.loc[outputs["process"] == codes[0], "commodity"])))
        row = getattr(self.instance, OWNERS.get(kind, "reserves")).iloc[codes[0]]
        return ((int(row["destination" if kind == "lane" else "region"]), int(row["commodity"])),)

    def shortest(self, start: Place, ends: Collection[Place], through: Collection[Place]) -> Chain | None:
        """Return the shortest chain from a place to one of `ends`; within the places `through` if there is one, else through all."""
        for allowed in (through, None):
            reached = self._walk(start, allowed)
            at = [(len(steps), end) for end in ends if (steps := reached.get(end)) is not None]
            if at:
                end = min(at)[1]
                return Chain(reached[end], end)
        return None

    def distances(self, start: Place, through: Collection[Place]) -> dict[Place, int]:
        """Return the places among `through` that deliver to `start`, at whatever remove, by how many steps away."""
        return {place: len(steps) for place, steps in self._walk(start, through).items()}

    def _walk(self, start: Place, allowed: Collection[Place] | None) -> Mapping[Place, tuple[tuple[Place, Arc], ...]]:
        """Return for every place that delivers to `start`, at whatever remove, the shortest way there, by name among equals."""
        reached: dict[Place, tuple[tuple[Place, Arc], ...]] = {start: ()}
        queue = [start]
        for place in queue:
            for arc in sorted(self.into.get(place, [])):
                for origin in arc[2]:
                    if origin not in reached and (allowed is None or origin in allowed):
                        reached[origin] = (*reached[place], (place, arc))
                        queue.append(origin)
        return reached

    def traced(self, claim: int, limits: Limits, values: Mapping[str, pd.DataFrame]) -> Iterator[Key]:
        """Yield what stands at its bound on the way to a claim, nearest first: the limits where duals say nothing."""
        start = self.place_of(claim)
        for place in self._walk(start, None):
            keys: list[Key] = [("line", (line,)) for line in self._codes("lines", place)]
            keys += [(arc[0], (arc[1],)) for arc in self.into.get(place, [])]
            keys += [(kind, (reserve,)) for reserve in self._codes("reserves", place) for kind in ("release", "floor")]
            keys += [("working_stock", place)]
            yield from (key for key in sorted(keys) if _at_bound(key, limits, values))

    def _codes(self, table: str, place: Place) -> list[int]:
        rows: pd.DataFrame = getattr(self.instance, table)
        return [int(code) for code in np.flatnonzero((rows["region"] == place[0]) & (rows["commodity"] == place[1]))]

    def steps(self, chain: Chain) -> tuple[Step, ...]:
        """Return a chain by names."""
        regions, goods = self.instance.regions["name"], self.instance.commodities["name"]
        told = []
        for place, (kind, code, _) in chain.steps:
            name = str((self.instance.processes if kind == "process" else self.instance.lanes)["name"].iloc[code])
            told.append(Step(str(regions.iloc[place[0]]), str(goods.iloc[place[1]]), kind, name))
        return tuple(told)


def _at_bound(key: Key, limits: Limits, values: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether a plan reaches a limit in some period of the horizon."""
    at = limits.positions(key)
    if not len(at):
        return False
    form = limits.form
    name = {"line": "dispatch", "process": "run", "lane": "transfer", "release": "release", "floor": "stock"}.get(key[0], "inventory")
    block = form.variables[name]
    plan = values[name]["value"].to_numpy()[at - block.start]
    bound = (form.column_lower if key[0] in ("floor", "working_stock") else form.column_upper)[at]
    return bool((np.abs(plan - bound) <= REACHED).any())
