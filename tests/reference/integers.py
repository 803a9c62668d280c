"""Every way in which plants can run or stand still, tried one after the other: what the search for whole numbers is checked against.

With the whole numbers given, what is left is a chain of linear programs, solved by the slow reference with each leximin replaced by the
least harm. The best way is the one whose values are best in the order of stages; the engine's way must have the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count as count_from
from itertools import islice, product, takewhile
from math import inf
from typing import Any

from allocator.solve import solve_stages
from allocator_models import formulate, lower
from allocator_models.instance import Instance
from tests.instances import random_builder
from tests.reference.agreement import running
from tests.reference.program import NotOptimal
from tests.reference.ranked import Measure, Ranked
from tests.reference.rows import Running, rows_of

#: Instances with more ways than this are not tried.
MOST_WAYS = 64
#: By how much an earlier result may be missed; with less than tolerances leave behind there may be no plan.
SLACKS = (1e-9, 1e-8, 1e-7)
#: By how much a draw may differ from the number that is kept.
NUMBER = 1e-7
#: Values may differ by this, relative to max(1, |value|): ten times the gap that the search leaves, by stage.
CLOSE = 1e-5


#: What is kept of draws, by rank and commodity.
Kept = Mapping[tuple[int, int], float]


class Harmed(Ranked):
    """The stages with whole numbers given, each leximin replaced by the least harm.

    What a rank needs of its means depends on which plants run, so the numbers that the engine keeps are taken from it; `need` and `own` say
    what this way needs of the rank's means and wider ones, and how much of that can come from its own, before they are kept.
    """

    def __init__(self, instance: Instance, slack: float, way: Running, kept: Kept) -> None:
        super().__init__(instance, slack, way)
        self.kept = kept

    def level(self, stage: str, measures: Mapping[Any, Measure]) -> tuple[dict[Any, float], dict[Any, int]]:
        """Do the least harm; its row stays."""
        if not measures:
            return {}, {}
        harm = {}
        for key, measure in measures.items():
            pieces = []
            for row in rows_of(self.instance.closing):
                column = ("missed", stage, key, row.piece)
                self.program.column(column, 0.0, *([row.share] if row.piece < len(self.instance.closing) - 1 else []))
                harm[column] = row.harm * self._size(key)
                pieces.append(column)
            self.program.row(dict(measure.terms) | dict.fromkeys(pieces, 1.0), 1.0 - measure.constant)
        least = self.program.minimise(harm)
        self.answer.stages[stage] = least
        return {}, {"harm": self.program.row(harm, upper=least + self.slack)}

    def means_last(self, rank: int) -> None:
        """Keep the numbers of the engine."""
        goods = sorted({good for other, good in self.kept if other == rank})
        if not goods:
            return
        every, mine = self.draw(lambda other: other >= rank), self.draw(lambda other: other == rank)
        lower = [row for tier, rows in self.guarantee_rows.items() if tier > rank for row in rows]
        with self.program.without(lower):
            self.answer.stages[f"need {rank}"] = least = self.program.minimise(every)
            held = self.program.row(every, upper=least + self.slack)
            self.answer.stages[f"own {rank}"] = self.program.maximise(mine)
            self.program.move(held)
        for good in goods:
            number = self.kept[rank, good]
            self.program.row(self.draw(lambda other: other == rank, good), number - NUMBER, number + NUMBER)

    def _size(self, key: Any) -> float:
        """Demand in shares of the yardstick, of a claim over the horizon."""
        cells = (
            [key] if isinstance(key, tuple) else [cell for cell in self.data.cells if cell[0] == key and self.data.nodes[cell[1]].horizon]
        )
        total = sum(self.data.cells[cell].demand * self.data.nodes[cell[1]].probability for cell in cells)
        return total / self.data.commodities[self.data.claims[cells[0][0]].commodity].yardstick


def ways(instance: Instance) -> Iterator[dict[tuple[int, int], bool]]:
    """Yield every way in which plants can run or stand still that keeps restart times and needs no more than there can be."""
    keys = [(row.plant, row.node) for row in rows_of(instance.operations)]
    can = [(False, True) if row.minimum <= row.most else (False,) for row in rows_of(instance.operations)]
    for chosen in product(*can):
        way = dict(zip(keys, chosen, strict=True))
        if _waits(instance, way):
            yield way


def _waits(instance: Instance, way: Running) -> bool:
    parent = instance.nodes["parent"].tolist()
    for plant in rows_of(instance.plants):
        for later in range(len(parent)):
            node, distance = later, 0
            while node >= 0 and distance < plant.restart:
                before = way[plant.plant, parent[node]] if parent[node] >= 0 else plant.running
                if way[plant.plant, later] and before and not way[plant.plant, node]:
                    return False
                node, distance = parent[node], distance + 1
    return True


def values(instance: Instance, way: Running, kept: Kept) -> dict[str, float]:
    """Return what the stages reach when plants run in a way, as far as they can; nothing when that way cannot be."""
    try:
        Harmed(instance, SLACKS[0], way, kept).program.minimise({})
    except NotOptimal:
        return {}
    reached: dict[str, float] = {}
    for slack in SLACKS:
        solver = Harmed(instance, slack, way, kept)
        try:
            solver.solve()
        except NotOptimal:
            reached = max(reached, solver.answer.stages, key=len)
            continue
        return solver.answer.stages
    return reached


@dataclass(frozen=True)
class Tried:
    """One instance: how many ways there are and how many can be, and at which stage the engine's way is behind the best, if anywhere."""

    seed: int
    ways: int
    possible: int
    behind: str


def tried(seed: int, most: int = MOST_WAYS, **features: Any) -> Tried | None:
    """Return how the engine's way compares with all others; None when there are too many, or just one."""
    instance = random_builder(seed, plants=True, **features).build()
    every = list(islice(ways(instance), most + 1))
    if not 2 <= len(every) <= most:
        return None
    solution = solve_stages(lower(formulate(instance)), instance)
    kept = {(row.rank, row.commodity): row.value for row in solution.values["draw"].itertuples()}
    mine = values(instance, running(solution), kept)
    others = [found for way in every if (found := values(instance, way, kept))]
    return Tried(seed, len(every), len(others), _behind(instance, mine, others, kept))


def _behind(instance: Instance, mine: dict[str, float], others: list[dict[str, float]], kept: Kept) -> str:
    """Return the first stage in which a way that is as good in all stages before is better."""
    if "steadiness" not in mine:
        return f"the engine's way has no plan after {list(mine)}"
    for stage, value in mine.items():
        kind, *rank = stage.split()
        if kind == "need":
            wrong = _wrong_number(instance, int(rank[0]), others, kept)
            if wrong:
                return wrong
        elif kind != "own":
            best = min(one.get(stage, inf) for one in others)
            if value > best + _near(best):
                return f"{stage}: {value:.9g}, best {best:.9g}"
            others = [one for one in others if one.get(stage, inf) <= best + _near(best)]
    return ""


def _wrong_number(instance: Instance, rank: int, others: list[dict[str, float]], kept: Kept) -> str:
    """Compare the number kept of a rank's draws with what the ways left need; guarantees of lower tiers may move it."""
    lower = instance.cells[(instance.cells["tier"] > rank) & (instance.cells["guarantee"] > 0)]
    if len(lower):
        return ""
    least = min(one[f"need {rank}"] for one in others)
    most = max(one[f"own {rank}"] for one in others if one[f"need {rank}"] <= least + _near(least))
    number = sum(value for (other, _), value in kept.items() if other == rank)
    return "" if abs(number - most) <= _near(most) else f"draw {rank}: {number:.9g}, best {most:.9g}"


def _near(value: float) -> float:
    return CLOSE * max(1.0, abs(value))


# ---- the figures of make evidence ------------------------------------------------------------------------------------------------------
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
        one for seed in takewhile(lambda seed: seed < first + 100 * count, count_from(first)) if (one := tried(seed, most, **features))
    )
    return islice(found, count)


def figures() -> dict[str, Any]:
    """Return what trying every way finds, by kind of instance."""
    kinds = []
    for kind, (what, count, _) in KINDS.items():
        found = list(drawn(kind, FIRST, count))
        kinds.append(
            {
                "kind": kind,
                "what": what,
                "instances": len(found),
                "seeds": [found[0].seed, found[-1].seed],
                "ways": sum(one.ways for one in found),
                "possible": sum(one.possible for one in found),
                "most_ways": max(one.ways for one in found),
                "behind": [f"seed {one.seed}: {one.behind}" for one in found if one.behind],
            }
        )
    return {"tolerance": CLOSE, "kinds": kinds}
