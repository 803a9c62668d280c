"""Random instances solved by the engine and by the slow reference, and how far apart their results are.

`make evidence` compares 1,000 of them (``make evidence NAMES=random-instances`` these alone); the tests compare some hundreds of others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from statistics import median
from typing import Any, NamedTuple
from unittest.mock import patch

from allocator.errors import NotCertified
from allocator.solve import Solution, ranked, solve_stages
from allocator_models import Instance, MatrixForm, formulate, lower
from tests.instances import random_builder
from tests.instances.units import in_units, resized, scaled
from tests.reference.program import NotOptimal
from tests.reference.ranked import SLACK, Answer, solve_reference

#: Results may differ by this.
CLOSE = 1e-6
#: Slacks of the reference, tried until it agrees. What it gains by a slack is the slack times an exchange rate that may be large, and falls
#: with the slack; what the engine had wrong would not. With a slack below what tolerances leave behind it may have no answer.
SLACKS = (SLACK, 1e-10, 1e-12, 0.0, 1e-8)
#: What is compared: levels of coverage, restraint and guarantees, draws in shares of the yardstick, and sums relative to max(1, |sum|).
KINDS = ("coverage", "restraint", "guarantee", "draw", "cost", "steadiness")
#: What an instance may have.
HOLDS = (
    "several tiers",
    "tree",
    "lanes",
    "processes",
    "reserves",
    "narrow reserves",
    "inventories",
    "restraint",
    "guarantees",
    "caps",
)
#: The first seed of `make evidence`; the tests have those below.
FIRST = 10_000

FULL: Mapping[str, Any] = {
    **dict.fromkeys(("processes", "lanes", "reserves", "inventories", "restraint", "caps", "guarantees", "leads", "losses"), True),
    "regions": 3,
    "commodities": 4,
    "tiers": 4,
    "wide_reserves": False,
}


class Pair(NamedTuple):
    """One case as the engine gets it and as the slow reference gets it."""

    engine: Instance
    reference: Instance


class Family(NamedTuple):
    """A kind of random instances: what it is, how many `make evidence` compares (0: tests alone do), and how one is made from a seed."""

    what: str
    count: int
    make: Callable[[int], Pair]


@dataclass
class Comparison:
    """One instance, solved twice.

    Attributes:
        seed: which.
        columns, cells: its size.
        holds: those of `HOLDS` that it has.
        refused: why the engine would not show its answer, which is compared all the same; empty when it would.
        slack: of the reference that is compared, None when it had no answer.
        differences: by kind, one figure for each result that is comparable.
        left_out: results that are not: they rest on a draw for which the reference found equals.
    """

    seed: int
    columns: int
    cells: int
    holds: frozenset[str]
    refused: str = ""
    slack: float | None = None
    differences: Mapping[str, list[float]] = field(default_factory=dict)
    left_out: int = 0

    @property
    def largest(self) -> dict[str, float]:
        """Return the largest difference by kind."""
        return {kind: max(found) for kind, found in self.differences.items()}

    @property
    def worst(self) -> float:
        """Return the largest difference of all."""
        return max(self.largest.values(), default=0.0)

    @property
    def disagreements(self) -> list[str]:
        """Return what is wrong, in words."""
        if self.slack is None:
            return [f"seed {self.seed}: the slow reference has no answer"]
        return [f"seed {self.seed}: {kind} {worst:.2g} apart" for kind, worst in self.largest.items() if not worst <= CLOSE]


def _drawn(**features: Any) -> Callable[[int], Pair]:
    def make(seed: int) -> Pair:
        instance = random_builder(seed, **features).build()
        return Pair(instance, instance)

    return make


def _badly_scaled(seed: int) -> Pair:
    """Return a case whose regions differ in size; units of its goods are written anew, and chosen for the engine as the compiler does."""
    random = Random(seed)
    sizes = {region: 10.0 ** random.uniform(-1.5, 1.5) for region in ("AAA", "BBB", "CCC")}
    instance = resized(random_builder(seed, **FULL), sizes).build()
    units = {name: 10.0 ** random.randint(-3, 3) for name in instance.commodities["name"]}
    return Pair(scaled(in_units(instance, units)), instance)


def _satisfied(seed: int) -> Pair:
    instance = random_builder(seed, tiers=3, wide_reserves=False).build()
    instance = replace(instance, claims=instance.claims.assign(satisfied=0.8))
    return Pair(instance, instance)


FAMILIES: Mapping[str, Family] = {
    "mixed": Family("what it has is left to the seed", 200, _drawn()),
    "degenerate": Family("the same in small whole and half numbers, so that many plans are equally good", 200, _drawn(ties=True)),
    "full": Family("three regions, four goods, four tiers and every family of members", 200, _drawn(**FULL)),
    "badly scaled": Family(
        "the same; regions up to 1,000 times as large as others, units of goods from 1/1,000 to 1,000", 200, _badly_scaled
    ),
    "rules": Family(
        "tiers share by other rules, are satisfied with less, or are re-ordered by regions; claims are moved between tiers for a while",
        100,
        _drawn(rules=True, moves=True),
    ),
    "satisfied": Family("every tier is satisfied with four fifths, below many a guarantee", 0, _satisfied),
    "levers": Family(
        "levers that buy and make, of all ranks, a loan that must be repaid, and reserves that are filled up again", 0, _drawn(levers=True)
    ),
    "plants": Family(
        "claims and processes that get their minimum or stand still; which run is taken from the engine", 0, _drawn(plants=True)
    ),
    "long": Family("as full, over 18 periods and a tail of two", 100, _drawn(**FULL, horizon=18, tail=2, tree=False)),
}


def compare(family: str, seed: int) -> Comparison:
    """Return how far apart engine and slow reference are on one instance."""
    engine, reference = FAMILIES[family].make(seed)
    form = lower(formulate(engine))
    fast, refused = _solved(form, engine)
    nearest = Comparison(seed, form.matrix.shape[1], len(engine.cells), _holds(engine), refused)
    for slack in SLACKS:
        try:
            slow = solve_reference(reference, slack, whole_numbers(fast))
        except NotOptimal:
            continue
        differences, left_out = _apart(engine, fast, slow)
        here = Comparison(seed, nearest.columns, nearest.cells, nearest.holds, refused, slack, differences, left_out)
        if nearest.slack is None or here.worst < nearest.worst:
            nearest = here
        if not nearest.disagreements:
            break
    return nearest


def whole_numbers(solution: Solution) -> dict[Any, int]:
    """Return every whole number by the name of its column."""
    tables = {name: solution.values[name] for name in ("operate", "lots", "tranches", "order", "unlock")}
    return {(name, *row[:-1]): round(row[-1]) for name, table in tables.items() for row in table.itertuples(index=False, name=None)}


def _solved(form: MatrixForm, instance: Instance) -> tuple[Solution, str]:
    """Return the engine's answer, and why it would not show it."""
    try:
        return solve_stages(form, instance), ""
    except NotCertified as error:
        with patch.object(ranked, "_require_certified"):
            return solve_stages(form, instance), str(error).split("; no result")[0]


def _apart(instance: Instance, fast: Solution, slow: Answer) -> tuple[dict[str, list[float]], int]:
    """Return the differences by kind, and how many results are not comparable."""
    differences, left_out = defaultdict(list), 0
    for kind, ours, theirs, comparable in _results(instance, fast, slow):
        if comparable:
            differences[kind].append(abs(ours - theirs))
        else:
            left_out += 1
    return differences, left_out


def _results(instance: Instance, fast: Solution, slow: Answer) -> Iterator[tuple[str, float, float, bool]]:
    """Yield every result of the slow reference: its kind, the engine's, the reference's and whether they must be equal."""
    settled = {(cell.claim, cell.node) for cell in instance.cells.itertuples() if cell.tier in slow.settled}
    cells = fast.values["shortfall"].merge(instance.cells, on=["claim", "node"])
    covered = {(cell.claim, cell.node): 1.0 - cell.value / cell.demand for cell in cells.itertuples()}
    given_up = {(cell.claim, cell.node): cell.value for cell in fast.values["restrained"].itertuples()}
    for key, level in slow.coverage.items():
        yield "coverage", covered[key], level, key in settled
    for key, share in slow.restraint.items():
        if key not in given_up and share == 0.0:  # no lever: nothing to compare
            continue
        yield "restraint", given_up.get(key, 0.0), share, key in settled
    reached = {(stage.name, stage.tier): stage.value for stage in fast.stages}
    for tier in sorted(instance.tiers["tier"]):
        for ours, theirs in (("guarantee", "first"), ("own_guarantee", "own")):
            names = [f"guarantee {tier} {theirs}{place}" for place in ("", " tail")]
            levels = [slow.stages[name] for name in names if name in slow.stages]
            if levels:
                yield "guarantee", reached.get((ours, tier), 1.0), min(levels), ours == "guarantee" or tier in slow.settled
    draws = {
        (draw.rank, draw.commodity, first): draw.value
        for name, first in (("draw", False), ("first_draw", True))
        for draw in fast.values[name].itertuples()
    }
    for draw, amount in slow.draws.items():
        yield "draw", draws[draw], amount, slow.unique_draws
    for goal in ("cost", "steadiness"):
        scale = max(1.0, abs(slow.stages[goal]))
        yield goal, reached.get((goal, None), 0.0) / scale, slow.stages[goal] / scale, slow.unique_draws


def _holds(instance: Instance) -> frozenset[str]:
    ranks = instance.reserves["rank"]
    has = {
        "several tiers": len(instance.tiers) > 1,
        "tree": bool(instance.nodes["period"].duplicated().any()),
        "lanes": len(instance.lanes) > 0,
        "processes": len(instance.processes) > 0,
        "reserves": len(ranks) > 0,
        "narrow reserves": bool((ranks < instance.tiers["tier"].max()).any()),
        "inventories": len(instance.inventories) > 0,
        "restraint": len(instance.restraints) > 0,
        "guarantees": bool((instance.cells["guarantee"] > 0).any()),
        "caps": bool((instance.cells["cap"] < 1).any()),
    }
    return frozenset(name for name in HOLDS if has[name])


# ---- the figures of make evidence ------------------------------------------------------------------------------------------------------
def figures() -> dict[str, Any]:
    """Return what comparing all families finds: counts, sizes, seeds and the largest difference of each kind."""
    families = []
    for name, family in FAMILIES.items():
        if not family.count:
            continue
        found = [compare(name, seed) for seed in range(FIRST, FIRST + family.count)]
        families.append({"family": name, "what": family.what, "seeds": [FIRST, FIRST + family.count - 1], **_summary(found)})
    return {"tolerance": CLOSE, "families": families}


def _summary(found: Sequence[Comparison]) -> dict[str, Any]:
    columns = [one.columns for one in found]
    return {
        "instances": len(found),
        "columns": {"least": min(columns), "median": int(median(columns)), "most": max(columns)},
        "cells": sum(one.cells for one in found),
        "holds": {what: sum(what in one.holds for one in found) for what in HOLDS},
        "compared": {kind: sum(len(one.differences.get(kind, [])) for one in found) for kind in KINDS},
        "largest": {kind: float(f"{max(one.largest.get(kind, 0.0) for one in found):.1e}") for kind in KINDS},
        "left_out": sum(one.left_out for one in found),
        "slack": {str(slack): count for slack, count in Counter(one.slack for one in found).items()},
        "refused": [{"seed": one.seed, "why": one.refused} for one in found if one.refused],
        "disagreements": [words for one in found for words in one.disagreements],
    }
