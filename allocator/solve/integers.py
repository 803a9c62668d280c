r"""Whole numbers of one component: every stage in order with them free, then what they are in the end.

Fixing the whole numbers of a tier as soon as it is served would hurt lower tiers for nothing, so each stage leaves them free and keeps
one row: what it has reached is not to get worse. Leximin has no single value; here it stands for the least harm,

.. math:: \min \sum_i \text{size}_i\, h(1 - \text{level}_i), \qquad h \text{ convex, linear in pieces}

by the one curve that the framework gives. What is left is settled by names: as little as can be is bought, released and unlocked in whole
numbers, and whatever can run then runs. In the end the whole numbers stay, the rows go, and the stages are solved once more as linear
programs (`allocator.solve.stages`), exactly and from the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import scipy.sparse as sp

from allocator.solve.goals import Goals, halves, left_open
from allocator.solve.linear import FloatArray, LinearProgram
from allocator.solve.measures import AT_TOP, Columns, Measures
from allocator.solve.mip import Limits
from allocator.solve.parts import Component
from allocator.solve.programs import Programs
from allocator.solve.solution import StageResult, place
from allocator.solve.table import Table
from allocator.solve.watch import Protected

#: What a stage may lose of its value to later ones, relative to max(1, |value|).
SLACK = 1e-8
#: By how much more may be drawn on narrow means in the end than the search kept, in shares of the yardstick: what the slack may have saved.
MARGIN = 5e-6
#: What the names of these stages begin with.
INTEGER = "integer_"
#: Where they stand before all others.
BEFORE = 10


def fixed(component: Component, programs: Programs, limits: Limits) -> tuple[Component, list[Protected]]:
    """Return a component with its whole numbers fixed at what they are in the best plan, and what the stages reached that decided them."""
    stages = IntegerStages(component, programs, limits)
    return stages.solve(), _by_stage(stages.results)


def _by_stage(results: Sequence[StageResult]) -> list[Protected]:
    """Return one result for each stage and tier, the last value and the worst of the rest, in the place of the stage, before all others."""
    stages: dict[tuple[int, int, int], StageResult] = {}
    for result in results:
        order = place(result.name.removeprefix(INTEGER), result.tier)
        before = stages.get((order[0] - BEFORE, *order[1:]))
        stages[order[0] - BEFORE, *order[1:]] = result if before is None else _worse(before, result)
    return [Protected(order, result, lambda _: 0.0, range(0)) for order, result in stages.items()]


def _worse(before: StageResult, last: StageResult) -> StageResult:
    return replace(
        last,
        seconds=before.seconds + last.seconds,
        primal_residual=max(before.primal_residual, last.primal_residual),
        gap=max(before.gap, last.gap),
        nodes=(before.nodes or 0) + (last.nodes or 0),
        proven=before.proven and last.proven,
    )


def _room(draw: float) -> float:
    """Return by how much a draw may exceed what it is kept at: where nothing is drawn by nothing, or a lever is unlocked for the slack."""
    return _slack(draw) if draw > SLACK else 0.0


def _slack(value: float) -> float:
    """Return by how much a result may be missed later."""
    return SLACK * max(1.0, abs(value))


@dataclass(frozen=True)
class Reached:
    """The value of a goal in the best plan found."""

    cost: FloatArray
    value: float


class IntegerStages:
    """Solves the stages of one component with its whole numbers free.

    Attributes:
        results: what each stage reached, in order.
    """

    def __init__(self, component: Component, programs: Programs, limits: Limits) -> None:
        self.component, self.programs, self.limits = component, programs, limits
        self.goals = Goals(component)
        face = component.face
        self.matrix = face.matrix
        self.row_lower, self.row_upper = face.row_lower.copy(), face.row_upper.copy()
        self.lower, self.upper = face.lower.copy(), face.upper.copy()
        self.whole = component.integer.copy()
        self.x = self.lower.copy()
        self.guarantees: dict[int, list[int]] = {}
        self.results: list[StageResult] = []

    def solve(self) -> Component:
        """Return the component with its whole numbers fixed, and no more to draw on narrow means than the search kept for their ranks.

        What runs for a lower rank would else count as what a higher one needs of its means.
        """
        if not self._everyone_is_served():
            self._rank_by_rank()
        for name in ("cost", "steadiness"):
            self._keep(self._least(name, None, self.component.goals[name]))
        self._tie_break()
        fixed = replace(self.component, face=self.component.face.copy())
        whole = np.flatnonzero(fixed.integer)
        fixed.face.fix(whole, np.round(self.x[whole]))
        draws = fixed.draws
        narrow = draws["column"][draws["rank"] < max(self.component.ranks, default=0)]
        fixed.face.limit(narrow, self.upper[narrow] + MARGIN)
        return fixed

    def _tie_break(self) -> None:
        """Buy, release and unlock no more than is needed; then let run what can."""
        names, running = self.component.names(0), self.component.operating
        for goal in (np.where(self.component.integer & ~running, names, 0.0), np.where(running, -names, 0.0)):
            if goal.any():
                self._keep(self._least("tie_break", None, goal))

    def _everyone_is_served(self) -> bool:
        """Return whether all demand can be met with no restraint and no draw on any reserve, and if so keep that."""
        component = self.component
        nothing = np.concatenate([component.cells["column"], component.restrained["column"], component.draws["column"]]).astype(np.int64)
        if component.draws["first"].any() or not len(component.cells) or self.lower[nothing].any():
            return False
        short = np.zeros(len(self.lower))
        short[nothing] = 1.0
        if self._least("rule", int(component.cells["tier"].min()), short).value > AT_TOP:
            self.results.clear()
            return False
        self.upper[nothing] = 0.0
        return True

    def _rank_by_rank(self) -> None:
        ranks = self.component.ranks
        for tier in ranks:
            self._guarantees(tier, first=True)
        for tier in ranks:
            self._guarantees(tier, first=False)
            self._tier(tier)
            restrained = self.component.restrained
            for name, part in zip(("restraint", "restraint_tail"), halves(restrained.where(restrained["tier"] == tier)), strict=True):
                self._level(name, tier, Measures.of_shares(part), part)
            self._means(tier)
        for tier in ranks:
            for part in halves(self.goals.satisfied(tier)):
                self._level("top_up", tier, Measures.of_coverage(part), part)

    def _guarantees(self, tier: int, first: bool) -> None:
        """Meet guaranteed shares with no more of means of higher ranks than can be helped; only the result stays."""
        chosen = self.goals.guaranteed(tier, first)
        if not len(chosen):
            return
        name = "guarantee" if first else "own_guarantee"
        draws = self.component.draws
        wider = draws.where(draws["rank"] < tier)
        with self._for_a_while() as held:
            if len(wider):
                least = self._least(name, tier, self.goals.sum_of(wider))
                held.append(self._keep(least, _room(least.value)))
            for part in halves(chosen):
                rows = self._level(name, tier, Measures.of_guarantees(part), part)
                self.guarantees.setdefault(tier, []).extend(rows)

    def _tier(self, tier: int) -> None:
        own = self.goals.of_tier(tier)
        delegated = bool(own["order"].any())
        with self._for_a_while(delegated) as held:
            for _, goal, table in self.goals.rules(tier, own):
                if isinstance(goal, Measures):
                    held += self._level("rule", tier, goal, table)
                else:
                    held.append(self._keep(self._least("rule", tier, goal)))
            if delegated:
                opened = left_open(own, False)
                held += self._level("rule", tier, Measures.of_coverage(opened), opened)
                kept = self._by_region(own)
        if delegated:
            self._delegated(tier, own, kept)
        opened = left_open(own)
        self._level("completion", tier, Measures.of_coverage(opened), opened)
        _, tail = halves(own)
        self._level("tail", tier, Measures.of_coverage(tail), tail)

    def _by_region(self, own: Table) -> dict[int, Reached]:
        """Return the harm of each region's cells in the plan at hand."""
        found = {}
        for region, part in own.by("region"):
            cost = self._harm(Measures.of_coverage(part), part)
            found[region] = Reached(cost, float(self._value(cost)))
        return found

    def _delegated(self, tier: int, own: Table, kept: dict[int, Reached]) -> None:
        """Let one region after the other re-order its own claims, while the harm to every other one stays what it is."""
        rows = {region: self._keep(reached) for region, reached in kept.items()}
        for region in sorted(set(own["region"][own["order"] > 0].tolist())):
            self.row_upper[rows[region]] = np.inf
            for part in halves(own.where(own["region"] == region)):
                for _, cells in part.by("order"):
                    self._level("delegated", tier, Measures.of_coverage(cells), cells)

    def _means(self, tier: int) -> None:
        """Keep what this tier and those above draw on means of its rank, as numbers."""
        draws = self.component.draws
        own = draws.where(draws["rank"] == tier)
        if not len(own):
            return
        start = self.x
        lower = [row for other, rows in self.guarantees.items() if other > tier for row in rows]
        lower += self.component.guards.tolist()
        columns = own["column"]
        before, after = own.where(own["first"]), own.where(~own["first"])
        later = draws.where((draws["rank"] > tier) | ((draws["rank"] == tier) & ~draws["first"]))
        goals = [self.goals.market(before, later), self.goals.sum_of(before)] if len(before) else []
        goals += [self.goals.sum_of(later), -self.goals.sum_of(after)] if len(after) else []
        goals += [self.goals.by_name(own)]
        with self._without(lower), self._for_a_while() as held:
            slack = 0.0
            for goal in goals:  # each allows what the ones before it may have added
                reached = self._least("means", tier, goal)
                slack = max(slack, _slack(reached.value))
                held.append(self._keep(reached, slack))
        if lower:
            target, self.x = self.x[columns], start
            self._nearest(tier, own, target)
        self.lower[columns] = self.x[columns]
        self.upper[columns] = self.x[columns] + [_room(draw) for draw in self.x[columns]]

    def _nearest(self, tier: int, own: Table, target: FloatArray) -> None:
        """Come as near to draws as guarantees of lower tiers allow."""
        columns, count = own["column"], len(own)
        away = self._columns(np.tile(self.upper[columns] + np.abs(target) + 1.0, 2))
        terms = sp.csr_array((np.ones(count), (np.arange(count), columns)), shape=(count, len(self.lower)))
        terms += sp.csr_array((np.tile([-1.0, 1.0], (count, 1)).T.ravel(), (np.tile(np.arange(count), 2), away)), shape=terms.shape)
        self._rows(terms, target, target)
        cost = np.zeros(len(self.lower))
        cost[away] = 1.0
        with self._for_a_while() as held:
            held.append(self._keep(self._least("means", tier, cost)))
            self._least("means", tier, self.goals.by_name(own))

    # ---- one goal --------------------------------------------------------------------------------------------------------------------
    def _level(self, name: str, tier: int, measures: Measures, table: Table) -> list[int]:
        """Do the least harm to measures, and keep that; return the row."""
        return [self._keep(self._least(name, tier, self._harm(measures, table)))] if len(measures) else []

    def _harm(self, measures: Measures, table: Table) -> FloatArray:
        """Return as costs the harm that what measures miss does; its pieces are columns of their own."""
        count, curve = len(measures), self.component.curve
        pieces = len(curve)
        width = np.tile([share for share, _ in curve], (count, 1))
        most = 1.0 - measures.top + measures.weight * self.upper[measures.columns]
        width[:, -1] = np.maximum(width[:, -1], most - width[:, :-1].sum(axis=1))
        columns = self._columns(width.ravel())
        level = (np.arange(count), measures.columns)
        terms = sp.csr_array((measures.weight, level), shape=(count, len(self.lower)))
        terms -= sp.csr_array((np.ones(count * pieces), (np.repeat(np.arange(count), pieces), columns)), shape=terms.shape)
        self._rows(terms, np.full(count, -np.inf), measures.top - 1.0)
        self.x[columns] = self._filled(measures, width).ravel()
        cost = np.zeros(len(self.lower))
        cost[columns] = np.outer(table["size"], [harm for _, harm in curve]).ravel()
        return cost

    def _filled(self, measures: Measures, width: FloatArray) -> FloatArray:
        """Return what the plan at hand misses, piece by piece."""
        missed = np.maximum(1.0 - measures.top + measures.weight * self.x[measures.columns], 0.0)
        before = np.cumsum(width, axis=1) - width
        filled: FloatArray = np.clip(missed[:, None] - before, 0.0, width)
        return filled

    def _least(self, name: str, tier: int | None, goal: FloatArray) -> Reached:
        """Find the plan in which a goal is least, scaled to largest coefficient 1."""
        cost = np.zeros(len(self.lower))
        cost[: len(goal)] = goal
        cost /= max(float(np.abs(cost).max(initial=0.0)), 1e-300)
        self.programs.begin(f"integers, {name}" if tier is None else f"integers, tier {tier}, {name}")
        started = perf_counter()
        program = LinearProgram(self.matrix, self.row_lower, self.row_upper, self.lower.copy(), self.upper.copy(), cost)
        found = self.programs.search(program, self.whole, self.limits, self.x)
        self.x = found.optimum.x
        result = StageResult(
            *(INTEGER + name, tier, "harm" if tier is not None else "least", found.optimum.value, perf_counter() - started),
            *(found.optimum.primal_residual, 0.0, found.gap, 0.0, 0.0),
            nodes=found.nodes,
            proven=found.proven,
        )
        self.results.append(result)
        return Reached(cost, found.optimum.value)

    def _value(self, cost: FloatArray) -> float:
        return float(cost @ self.x[: len(cost)])

    def _keep(self, reached: Reached, slack: float | None = None) -> int:
        """Add the row that a goal gets no worse than was reached, but for a slack; return it."""
        terms = sp.csr_array(np.append(reached.cost, np.zeros(len(self.lower) - len(reached.cost)))[None, :])
        most = reached.value + (_slack(reached.value) if slack is None else slack)
        return int(self._rows(terms, np.array([-np.inf]), np.array([most]))[0])

    # ---- what the problem holds besides the rows of the component ----------------------------------------------------------------------
    def _columns(self, upper: FloatArray) -> Columns:
        """Add columns from 0 up; return their positions."""
        first = len(self.lower)
        self.lower, self.upper = np.append(self.lower, np.zeros(len(upper))), np.append(self.upper, upper)
        self.whole, self.x = np.append(self.whole, np.zeros(len(upper), dtype=bool)), np.append(self.x, np.zeros(len(upper)))
        self.matrix = sp.csr_array(sp.hstack([self.matrix, sp.csr_array((self.matrix.shape[0], len(upper)))], format="csr"))
        return np.arange(first, len(self.lower))

    def _rows(self, terms: sp.csr_array, lower: FloatArray, upper: FloatArray) -> Columns:
        """Add rows; return their positions."""
        first = len(self.row_lower)
        self.matrix = sp.csr_array(sp.vstack([self.matrix, terms], format="csr"))
        self.row_lower, self.row_upper = np.append(self.row_lower, lower), np.append(self.row_upper, upper)
        return np.arange(first, len(self.row_lower))

    @contextmanager
    def _without(self, rows: Sequence[int]) -> Iterator[None]:
        """Switch rows off for a while."""
        kept = self.row_upper[list(rows)]
        self.row_upper[list(rows)] = np.inf
        yield
        self.row_upper[list(rows)] = kept

    @contextmanager
    def _for_a_while(self, really: bool = True) -> Iterator[list[int]]:
        """Give a list of rows that are switched off for good when the block ends."""
        held: list[int] = []
        yield held
        if really:
            self.row_upper[held] = np.inf
