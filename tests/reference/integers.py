"""Every way to choose the whole numbers, tried one beside the other: what the search for them is checked against.

With the whole numbers given, what is left is a chain of linear programs, solved by the slow reference with each leximin replaced by the
least harm. All ways go through the stages together, and one that is behind the best leaves; the engine's way must be there in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count as count_from
from itertools import islice, product, takewhile
from math import inf
from operator import methodcaller
from typing import Any
from unittest.mock import patch

from allocator.solve.control import Control
from allocator.solve.integers import SLACK, IntegerStages
from allocator.solve.mip import USUAL
from allocator.solve.parts import Partition
from allocator.solve.programs import Programs
from allocator.solve.resolve import Resolver
from allocator_models import formulate, lower
from allocator_models.instance import Instance
from tests.instances import random_builder
from tests.reference.agreement import whole_numbers
from tests.reference.program import NotOptimal
from tests.reference.ranked import Measure, Ranked
from tests.reference.rows import BUDGET, TOGETHER, Sum, Whole, rows_of

#: Instances with more ways than this are not tried.
MOST_WAYS = 64
#: By how much an earlier result may be missed, relative to the largest coefficient, tried until the engine's way is there in the end: first
#: as the engine may. What a stage gains by it grows with it, and with less than tolerances leave behind there may be no plan. The numbers
#: that are kept of draws are searched for with the same.
SLACKS = (SLACK, 1e-9, 3e-9, 3e-8, 1e-7)
#: By how much a draw may differ from the number that is kept.
NUMBER = 1e-6
#: Values may differ by this, relative to max(1, |value|): ten times the gap that the search leaves, by stage.
CLOSE = 1e-5
#: First words of what is noted of a way, by which the number that is kept is judged, not the way.
NOTED = ("need", "own")

#: What is kept of draws, by rank and commodity.
Kept = Mapping[tuple[int, int], float]


class Way(Ranked):
    """The stages with whole numbers given, each leximin replaced by the least harm.

    What a rank needs of its means depends on the whole numbers, so what the search keeps is taken from it; `need` and `own` say what this
    way needs of the rank's means and wider ones, and how much of that can come from its own, before they are kept.
    """

    def __init__(self, instance: Instance, slack: float, way: Whole, kept: Kept) -> None:
        super().__init__(instance, slack, way)
        self.kept = kept

    def level(self, stage: str, measures: Mapping[Any, Measure]) -> tuple[dict[Any, float], dict[Any, int]]:
        """Do the least harm; its row stays."""
        if not measures:
            return {}, {}
        harm = self.harm(stage, measures)
        least = self.program.minimise(harm)
        self.answer.stages[stage] = least
        return {}, {"harm": self.keep(harm, least)}

    def harm(self, stage: str, measures: Mapping[Any, Measure]) -> Sum:
        """Return what measures miss, by the curve of the framework; its pieces are columns of their own."""
        harm = {}
        for key, measure in measures.items():
            pieces = []
            for row in rows_of(self.instance.closing):
                column = ("missed", stage, key, row.piece)
                self.program.column(column, 0.0, *([row.share] if row.piece < len(self.instance.closing) - 1 else []))
                harm[column] = row.harm * self._size(key)
                pieces.append(column)
            self.program.row(dict(measure.terms) | dict.fromkeys(pieces, 1.0), 1.0 - measure.constant)
        return harm

    def keep(self, goal: Sum, value: float) -> int:
        """Add the row that a goal stays at most a value."""
        return self.program.row(goal, upper=value + self.slack * max(goal.values(), default=1.0))

    def least(self, goal: Sum) -> float:
        """Return the least value of a goal; infinite when rows that hold for a while leave no plan."""
        try:
            least: float = self.program.minimise(goal)
            return least
        except NotOptimal:
            return inf

    def needs(self, rank: int) -> None:
        """Note what is needed of means of a rank and wider ones, with guarantees of lower tiers off, and how much can be the rank's own."""
        every, mine = self.draw(lambda other: other >= rank), self.draw(lambda other: other == rank)
        lower = [row for tier, rows in self.guarantee_rows.items() if tier > rank for row in rows]
        with self.program.without(lower):
            self.answer.stages[f"need {rank}"] = least = self.program.minimise(every)
            held = self.program.row(every, upper=least + self.slack)
            self.answer.stages[f"own {rank}"] = self.program.maximise(mine)
            self.program.move(held)

    def means_last(self, rank: int) -> None:
        """Keep the numbers of the search."""
        for good, number in [(good, number) for (other, good), number in self.kept.items() if other == rank]:
            self.program.row(self.draw(lambda other: other == rank, good), number - NUMBER, number + NUMBER)
        self.program.minimise({})

    def _size(self, key: Any) -> float:
        """Demand in shares of the yardstick, of a claim over the horizon."""
        cells = (
            [key] if isinstance(key, tuple) else [cell for cell in self.data.cells if cell[0] == key and self.data.nodes[cell[1]].horizon]
        )
        total = sum(self.data.cells[cell].demand * self.data.nodes[cell[1]].probability for cell in cells)
        size: float = total / self.data.commodities[self.data.claims[cells[0][0]].commodity].yardstick
        return size


class Race:
    """All ways through the stages, side by side.

    Attributes:
        ways: those that are left; the one of the engine comes first.
        behind: why that one left, if it did.
        apart: how far it was behind the best in each stage, and its draws from what is needed, relative to max(1, |best|).
    """

    def __init__(self, instance: Instance, ways: Sequence[Whole], kept: Kept, slack: float) -> None:
        self.ways = [Way(instance, slack, way, kept) for way in ways]
        self.mine, self.kept = self.ways[0], kept
        self.behind = ""
        self.apart: dict[str, float] = {}

    def run(self) -> None:
        """Go through all stages, or to where the engine's way leaves."""
        tiers = self.mine.data.tiers
        steps = [partial(self._guarantees, tier, first=True) for tier in tiers]
        for rank in self.mine.ranks:
            if rank in tiers:
                steps.append(partial(self._guarantees, rank, first=False))
                steps += [partial(self._each, methodcaller(name, rank)) for name in ("coverage", "own_restraint")]
            if any(other == rank for other, _ in self.kept):
                steps += [partial(self._each, methodcaller("needs", rank)), partial(self._draw, rank)]
                steps.append(partial(self._each, methodcaller("means_last", rank)))
        steps += [partial(self._each, methodcaller(name)) for name in ("cost", "steadiness")]
        for step in steps:
            if not self.behind:
                step()

    def _each(self, step: Callable[[Way], Any]) -> None:
        """Take every way a step on; one that has no plan, or is behind in a stage of it, leaves."""
        known, before, self.ways = set(self.mine.answer.stages), self.ways, []
        for way in before:
            try:
                step(way)
            except NotOptimal:
                self.behind = self.behind if way is not self.mine else f"no plan after {list(way.answer.stages)}"
            else:
                self.ways.append(way)
        if not self.behind:
            for stage in [one for one in self.mine.answer.stages if one not in known and one.split()[0] not in NOTED]:
                best = min(way.answer.stages[stage] for way in self.ways)
                self._compare(stage, self.mine.answer.stages[stage], best)
                self.ways = [way for way in self.ways if _apart(way.answer.stages[stage], best) <= CLOSE]

    def _guarantees(self, tier: int, *, first: bool) -> None:
        """Draw for this while no more on higher ranks than the way that draws least, and keep for all ways what is reached then."""
        goals = {way: {stage: way.harm(stage, levels) for stage, levels in way.guaranteed(tier, first=first)} for way in self.ways}
        if not goals[self.mine]:
            return
        higher = self.mine.draw(lambda rank: rank < tier)
        least = min(way.least(higher) for way in self.ways)
        held = {way: way.keep(higher, least) for way in self.ways}
        bests = {}
        for stage in goals[self.mine]:
            bests[stage] = min(way.least(goals[way][stage]) for way in self.ways)
            for way in self.ways:
                way.guarantee_rows.setdefault(tier, []).append(way.keep(goals[way][stage], bests[stage]))
        for way, row in held.items():
            way.program.move(row)
        self._each(lambda way: way.program.minimise({}))
        for stage, goal in goals[self.mine].items() if not self.behind else ():
            self._compare(stage, max(bests[stage], self.mine.program.minimise(goal)), bests[stage])

    def _draw(self, rank: int) -> None:
        """Compare what is kept of a rank's draws with what the ways that are left need; guarantees of lower tiers may move it."""
        if any(rows for tier, rows in self.mine.guarantee_rows.items() if tier > rank):
            return
        needs = {way: way.answer.stages[f"need {rank}"] for way in self.ways}
        least = min(needs.values())
        most = max(way.answer.stages[f"own {rank}"] for way, need in needs.items() if _apart(need, least) <= CLOSE)
        self._compare(f"draw {rank}", sum(number for (other, _), number in self.kept.items() if other == rank), most)

    def _compare(self, stage: str, value: float, best: float) -> None:
        self.apart[stage] = abs(_apart(value, best))
        if self.apart[stage] > CLOSE and not self.behind:
            self.behind = f"{stage}: {value:.9g}, best {best:.9g}"


def _apart(value: float, best: float) -> float:
    return (value - best) / max(1.0, abs(best))


def ways(instance: Instance) -> Iterator[Whole]:
    """Yield every choice of whole numbers that keeps restart times and the number of levers, and needs no more than there can be."""
    most = {("operate", row.plant, row.node): row.minimum <= row.most for row in rows_of(instance.operations)}
    most |= {("lots", row.line, row.node): row.most for row in rows_of(instance.lots)}
    most |= {("tranches", row.reserve, row.node): row.most for row in rows_of(instance.tranches)}
    most |= {("order", row.lever, row.node): row.most > 0 for row in rows_of(instance.bundles)}
    most |= {("unlock", row.unlock): 1 for row in rows_of(instance.unlocks)}
    together = min((row.most for row in rows_of(instance.allowances) if row.allowance == TOGETHER), default=inf)
    for chosen in product(*(range(int(number) + 1) for number in most.values())):
        way = dict(zip(most, chosen, strict=True))
        if sum(number for (kind, *_), number in way.items() if kind == "unlock") <= together and _waits(instance, way):
            yield way


def _waits(instance: Instance, way: Whole) -> bool:
    parent = instance.nodes["parent"].tolist()
    for plant in rows_of(instance.plants):
        for later in range(len(parent)):
            node, distance = later, 0
            while node >= 0 and distance < plant.restart:
                before = way["operate", plant.plant, parent[node]] if parent[node] >= 0 else plant.running
                if way["operate", plant.plant, later] and before and not way["operate", plant.plant, node]:
                    return False
                node, distance = parent[node], distance + 1
    return True


#: Kinds of whole numbers, in words: what their columns are called, and what the instance has besides.
WHOLE: Mapping[str, tuple[str, Callable[[Instance], bool]]] = {
    "plants with a minimum": ("operate", lambda _: True),
    "plants with a restart time": ("operate", lambda instance: bool((instance.plants["restart"] > 1).any())),
    "purchases in lots": ("lots", lambda _: True),
    "releases in tranches": ("tranches", lambda _: True),
    "joint purchases with a minimum": ("order", lambda _: True),
    "levers with a fixed cost": ("unlock", lambda _: True),
    "a budget for them": ("unlock", lambda instance: BUDGET in set(instance.allowances["allowance"])),
    "at most one of them": ("unlock", lambda instance: TOGETHER in set(instance.allowances["allowance"])),
}


def _kinds(instance: Instance, can: Sequence[Whole], mine: Whole) -> dict[str, bool]:
    """Return the kinds in which ways differ, and whether the engine's way has any of it."""
    differ = {name[0] for name in mine if len({way[name] for way in can}) > 1}
    chosen = {name[0] for name, number in mine.items() if number}
    return {kind: column in chosen for kind, (column, has) in WHOLE.items() if column in differ and has(instance)}


@dataclass(frozen=True)
class Tried:
    """One instance.

    Attributes:
        seed: which.
        ways, possible: to choose whole numbers, and how many of those there is a plan for.
        kinds: of whole numbers in which these differ, and whether the engine's way has any of it.
        slack: with which the ways were compared.
        apart: how far the engine's way is from the best, by stage.
        behind: the stage at which it is behind, if anywhere.
    """

    seed: int
    ways: int
    possible: int
    kinds: Mapping[str, bool]
    slack: float
    apart: Mapping[str, float]
    behind: str


def tried(seed: int, most: int = MOST_WAYS, **features: Any) -> Tried | None:
    """Return how the engine's way compares with all others; None when there are too many, or plans for one at most."""
    instance = random_builder(seed, **features).build()
    every = list(islice(ways(instance), most + 1))
    if not 2 <= len(every) <= most:
        return None
    can = [way for way in every if Way(instance, 0.0, way, {}).least({}) < inf]
    if len(can) < 2:
        return None
    engine = Resolver(Partition(lower(formulate(instance)), instance))
    mine = whole_numbers(engine.solution)
    for slack in SLACKS:
        race = Race(instance, [mine, *(way for way in can if way != mine)], searched(engine.partition, slack), slack)
        race.run()
        if not race.behind:
            break
    return Tried(seed, len(every), len(can), _kinds(instance, can, mine), slack, race.apart, race.behind)


def searched(partition: Partition, slack: float) -> dict[tuple[int, int], float]:
    """Return what the search keeps of draws, in parts without whole numbers too: the final plan levels where it does the least harm."""
    kept: dict[tuple[int, int], float] = {}
    for part in partition:
        stages = IntegerStages(part, Programs("", Control()), USUAL)
        with patch("allocator.solve.integers.SLACK", slack):
            stages.solve()
        draws = part.draws.where(~part.draws["first"])
        kept |= dict(zip(zip(draws["rank"], draws["commodity"], strict=True), stages.upper[draws["column"]].tolist(), strict=True))
    return kept


# ---- what is tried ---------------------------------------------------------------------------------------------------------------------
#: The first seed of `make evidence`; the tests have those below.
FIRST = 10_000
#: Kinds of instances: what they are, how many are compared, and what they have.
KINDS: Mapping[str, tuple[str, int, Mapping[str, Any]]] = {
    "two periods": (
        "two regions, two goods, two tiers; what else it has is left to the seed",
        120,
        {"regions": 2, "commodities": 2, "tiers": 2, "horizon": 2, "tail": 0},
    ),
    "three periods": (
        "one region, so that restart times of two and three periods matter",
        80,
        {"regions": 1, "commodities": 2, "tiers": 2, "horizon": 3, "tail": 0, "tree": False},
    ),
}


def drawn(kind: str, first: int, count: int, most: int = MOST_WAYS) -> Iterator[Tried]:
    """Yield the first `count` comparisons from a seed on, of instances that have several ways and not too many."""
    _, _, features = KINDS[kind]
    found = (
        one
        for seed in takewhile(lambda seed: seed < first + 100 * count, count_from(first))
        if (one := tried(seed, most, wholes=True, **features))
    )
    return islice(found, count)
