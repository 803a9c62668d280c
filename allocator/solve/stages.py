"""The stages of the formulation, in strict rank, on one connected part of a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from allocator.solve.face import Face
from allocator.solve.goals import Goals, halves, left_open
from allocator.solve.holding import Holders
from allocator.solve.leximin import Round, leximin
from allocator.solve.linear import FloatArray, Optimum
from allocator.solve.measures import AT_TOP, Chosen, Measures
from allocator.solve.parts import Component
from allocator.solve.programs import Programs
from allocator.solve.rank import Link, Proof, Trial, prove, trial
from allocator.solve.refine import is_unique, refined
from allocator.solve.solution import StageResult, place
from allocator.solve.table import Table
from allocator.solve.watch import Protected, Watch

#: Other pseudo-random costs are tried this often when the tie-break left more than one plan.
TIE_BREAK_TRIES = 8


class ComponentSolver:
    """Solves the stages of one component.

    `face` holds the optimal face of all stages so far. `results` holds only what they reached (levels and draws, no held columns and no
    guarantees of lower tiers): what a tier needs of its means is measured there. `chain` proves at the end that no stage took what an
    earlier one needed.
    """

    def __init__(self, component: Component, programs: Programs) -> None:
        self.component = component
        self.goals = Goals(component)
        self.programs = programs
        self.face = component.face.copy()
        self.results = component.face.copy()
        self.guaranteed = component.face.upper.copy()
        self.deciding = component.cells["tier"].astype(np.int64)
        self.holders = Holders(component)
        self.chain: list[Link] = []
        self.protected: list[Protected] = []

    def solve(self) -> FloatArray:
        """Return the plan after all stages."""
        if not self._everyone_is_served():
            self._rank_by_rank()
        self._least("cost", self.component.goals["cost"])
        self._least("steadiness", self.component.goals["steadiness"])
        x = self._tie_break()
        plan = trial(x, self.component.face)
        self.protected = [self._against(part, plan) for part in self.protected]
        return x

    def _everyone_is_served(self) -> bool:
        """Return whether all demand can be met with no restraint and no draw on any reserve, and if so keep that: no tier has a choice."""
        component = self.component
        if component.draws["first"].any():
            return False
        nothing = np.concatenate([component.cells["column"], component.restrained["column"], component.draws["column"]]).astype(np.int64)
        if not len(component.cells) or component.face.lower[nothing].any():
            return False
        watch = self._begin("all tiers", None)
        short = np.zeros(len(self.face.lower))
        short[nothing] = 1.0
        optimum = self.programs.minimise(self.face.program(short))
        if optimum.value > AT_TOP:
            return False
        watch.certify(optimum)
        for face in (self.face, self.results):
            face.fix(nothing, np.zeros(len(nothing)))
        for tier, cells in component.cells.by("tier"):
            self._end(watch, "rule", int(tier), "leximin", 1.0, _shortfall_of(Measures.of_coverage(cells)))
            watch.started = perf_counter()
        return True

    def _rank_by_rank(self) -> None:
        for tier in self.component.ranks:
            self._guarantees(tier, first=True)
        for tier in self.component.ranks:
            self._guarantees(tier, first=False)
            self._tier(tier)
            self._own_restraint(tier)
            self._means(tier)
        for tier in self.component.ranks:
            self._top_up(tier)

    def _begin(self, name: str, tier: int | None) -> Watch:
        self.programs.begin(name if tier is None else f"tier {tier}, {name}")
        return Watch(list(self.chain), self.face.matrix, self.results.lower.copy(), np.minimum(self.results.upper, self.guaranteed))

    def _end(
        self,
        watch: Watch,
        name: str,
        tier: int | None,
        rule: str,
        value: float,
        behind: Callable[[FloatArray], float],
        *,
        lasting: bool = True,
    ) -> None:
        result = StageResult(
            name, tier, rule, value, perf_counter() - watch.started, watch.primal, watch.dual, max(watch.gap, 0.0), watch.leak, 0.0
        )
        links = range(watch.first, len(watch.chain)) if lasting else range(0)
        if lasting or name in ("rule", "delegated"):
            self.holders.note(name, tier, watch.chain[watch.first :])
        if lasting:
            self.chain = watch.chain
            self._note_decided(tier)
        else:
            watch.prove(self.component.face)
            result = _proven(result, watch.proofs)
        self.protected.append(Protected(place(name, tier), result, behind, links))

    def _note_decided(self, tier: int | None) -> None:
        """Note the tier whose stage is the first to hold what a claim of a lower tier gets in a node."""
        if tier is not None:
            held = self.face.lower == self.face.upper
            decided = held[self.component.cells["column"]] | held[self.component.cells["allocate"]]
            self.deciding[decided & (self.deciding > tier)] = tier

    def decided(self) -> Table:
        """Return the claim and node of every cell, and as `tier` the one that decided it."""
        return self.component.cells.assign(tier=self.deciding)

    def _against(self, part: Protected, plan: Trial) -> Protected:
        """Return a stage with its drift and its proof of rank at the final plan."""
        result = replace(part.result, drift=part.behind(plan.x))
        if not part.links:
            return replace(part, result=result)
        proofs = [prove(self.chain[: link + 1], plan) for link in part.links]
        return replace(part, result=replace(_proven(result, proofs), rates=self._rates(result, proofs)))

    def _rates(self, stage: StageResult, proofs: Sequence[Proof]) -> dict[tuple[str, int | None], float]:
        """Return the largest multiplier of every other stage that has one."""
        rates = {}
        for other in self.protected:
            given = [rate for proof in proofs for rate in proof.multipliers[other.links.start : other.links.stop]]
            if (other.result.name, other.result.tier) != (stage.name, stage.tier) and max(given, default=0.0) > 0.0:
                rates[other.result.name, other.result.tier] = max(given)
        return rates

    def _level(self, name: str, tier: int, measures: Measures, rule: str = "leximin") -> None:
        """Raise measures in the leximin order and keep their levels."""
        if not len(measures):
            return
        watch = self._begin(name, tier)
        levels = self._leximin(self.face, measures, watch)
        self.results.limit(measures.columns, measures.column_at(levels))
        self._end(watch, name, tier, rule, float(levels.min()), lambda x: float(np.max(levels - measures.of(x), initial=0.0)))

    def _leximin(self, face: Face, measures: Measures, watch: Watch) -> FloatArray:
        def on_round(done: Round) -> None:
            watch.round(done)
            self.programs.reached(done.level)

        return leximin(face, measures, self.programs.minimise, on_round)

    def _tier(self, tier: int) -> None:
        """Share among the claims of a tier by its rules, let regions with an order of their own re-order, complete, then level the tail."""
        own = self.goals.of_tier(tier)
        if own["order"].any():
            self._delegated(tier, own)
        else:
            for rule, goal, _ in self.goals.rules(tier, own):
                if isinstance(goal, Measures):
                    self._level("rule", tier, goal, rule)
                else:
                    self._least("rule", goal, tier)
        self._level("completion", tier, Measures.of_coverage(left_open(own)))
        self._level("tail", tier, Measures.of_coverage(own.where(~own["horizon"])))

    def _delegated(self, tier: int, own: Table) -> None:
        """Settle a tier, then let one region after the other re-order its own claims while all others keep their coverage.

        Only coverage stays, as an upper bound on each cell's shortfall: what the tier held for a region's claims is the region's to change.
        """
        columns = own["column"]
        watch, face = self._begin("rule", tier), self.face.copy()
        after = [Measures.of_coverage(part) for part in (left_open(own, False), own.where(~own["horizon"]))]
        for goal in [*(goal for _, goal, _ in self.goals.rules(tier, own)), *after]:
            if isinstance(goal, Measures):
                self._leximin(face, goal, watch)
            else:
                self._minimum(face, goal, watch)
        kept = face.upper[columns]
        self._keep_numbers(watch, "rule", tier, own, kept, own["order"] == 0)
        for region in sorted(set(own["region"][own["order"] > 0].tolist())):
            watch, face = self._begin("delegated", tier), self.face.copy()
            mine = own["region"] == region
            held = columns[~mine]
            face.limit(held, kept[~mine])
            watch.upper[held] = np.minimum(watch.upper[held], kept[~mine])
            for part in halves(own.where(mine)):
                for _, cells in part.by("order"):
                    self._leximin(face, Measures.of_coverage(cells), watch)
            kept[mine] = face.upper[columns[mine]]
            self._keep_numbers(watch, "delegated", tier, own, kept, mine)
        for lasting in (self.face, self.results):
            lasting.limit(columns, kept)

    def _keep_numbers(self, watch: Watch, name: str, tier: int, own: Table, kept: FloatArray, chosen: Chosen) -> None:
        """End a stage of which only the coverage of some cells stays."""
        columns, most, demand = own["column"][chosen], kept[chosen], own["demand"][chosen]
        lowest = float((1.0 - most / demand).min(initial=1.0))
        self._end(watch, name, tier, "leximin", lowest, lambda x: float(np.max((x[columns] - most) / demand, initial=0.0)), lasting=False)

    def _top_up(self, tier: int) -> None:
        """Raise what a satisfied tier left to lower ones and they did not need."""
        for part in halves(self.goals.satisfied(tier)):
            self._level("top_up", tier, Measures.of_coverage(part))

    def _own_restraint(self, tier: int) -> None:
        restrained = self.component.restrained
        for name, part in zip(("restraint", "restraint_tail"), halves(restrained.where(restrained["tier"] == tier)), strict=True):
            self._level(name, tier, Measures.of_shares(part))

    def _guarantees(self, tier: int, first: bool) -> None:
        """Raise the met part of guaranteed shares; only its result stays, as an upper bound on each cell's shortfall."""
        chosen = self.goals.guaranteed(tier, first)
        if not len(chosen):
            return
        name = "guarantee" if first else "own_guarantee"
        watch = self._begin(name, tier)
        face = self.face.copy()
        draws = self.component.draws
        wider = draws.where(draws["rank"] < tier)
        if len(wider):
            self._minimum(face, self.goals.sum_of(wider), watch)
        lowest, levels_by_part = 1.0, []
        for part in halves(chosen):
            measures = Measures.of_guarantees(part)
            levels = self._leximin(face, measures, watch)
            levels_by_part.append((measures, levels))
            lowest = min(lowest, float(levels.min(initial=1.0)))
            self.face.limit(measures.columns, measures.column_at(levels))
            self.guaranteed[measures.columns] = self.face.upper[measures.columns]
        self._end(
            watch,
            name,
            tier,
            "leximin",
            lowest,
            lambda x: max(float(np.max(levels - measures.of(x), initial=0.0)) for measures, levels in levels_by_part),
            lasting=False,
        )

    def _means(self, tier: int) -> None:
        """Keep what this tier and those above draw on means of its rank: as little as they need, of their own before wider ones.

        Reserves that come before the market are drawn on until no less could be dispatched or drawn on wider ones.
        """
        draws = self.component.draws
        own = draws.where(draws["rank"] == tier)
        if not len(own):
            return
        watch = self._begin("means", tier)
        cells = self.component.cells
        lower_guarantees = bool(((cells["tier"] > tier) & (cells["guarantee"] > 0.0)).any())
        measured = lower_guarantees or len(self.component.guards) > 0
        face = (self.results if measured else self.face).copy()
        if measured:  # guarantees of this tier and above stay: a tier may be satisfied with less than it is guaranteed
            face.release(self.component.guards)
            upper = cells["column"][cells["tier"] <= tier]
            face.limit(upper, self.guaranteed[upper])
            watch = Watch([], self.face.matrix, face.lower.copy(), face.upper.copy())
        before, after = own.where(own["first"]), own.where(~own["first"])
        later = draws.where((draws["rank"] > tier) | ((draws["rank"] == tier) & ~draws["first"]))
        if len(before):
            self._minimum(face, self.goals.market(before, later), watch)
            needed = self._minimum(face, self.goals.sum_of(before), watch)
        if len(after):
            self._minimum(face, self.goals.sum_of(later), watch)
            needed = self._minimum(face, -self.goals.sum_of(after), watch)
        if len(own) > 1:
            needed = self._minimum(face, self.goals.by_name(own), watch)
        columns = own["column"]
        target = needed.x[columns]
        kept = self._nearest(own, target, watch) if measured else target
        self._end(watch, "means", tier, "least", float(kept.sum()), lambda x: float(np.abs(x[columns] - kept).max()), lasting=False)
        self.face.fix(columns, kept)
        self.results.fix(columns, kept)

    def _nearest(self, own: Table, target: FloatArray, watch: Watch) -> FloatArray:
        """Return the feasible draws nearest to `target` by the sum of differences, and of those the least by name."""
        columns, count, size = own["column"], len(own), len(self.face.lower)
        wide = self.face.with_distance(columns, target)
        apart = self._begin("means", int(own["rank"][0]))
        apart.chain = [link.widened(2 * count, count) for link in apart.chain]
        apart.matrix = wide.matrix
        apart.lower = np.concatenate([apart.lower, wide.lower[size:]])
        apart.upper = np.concatenate([apart.upper, wide.upper[size:]])
        self._minimum(wide, np.concatenate([np.zeros(size), np.ones(2 * count)]), apart)
        nearest = self._minimum(wide, np.concatenate([self.goals.by_name(own), np.zeros(2 * count)]), apart)
        watch.absorb(apart, self.component.face.with_distance(columns, target))
        kept: FloatArray = nearest.x[columns]
        return kept

    def _minimum(self, face: Face, cost: FloatArray, watch: Watch) -> Optimum:
        optimum = self.programs.minimise(face.program(cost))
        held = face.hold(optimum)
        watch.certify(optimum)
        watch.link(optimum, cost, held)
        watch.leak += held.leak
        return optimum

    def _least(self, name: str, goal: FloatArray, tier: int | None = None) -> None:
        """Minimise a goal, scaled to largest coefficient 1, and keep its optimal face."""
        scale = float(np.abs(goal).max(initial=0.0))
        if scale == 0.0:
            return
        watch = self._begin(name, tier)
        reached = float(goal @ self.face.lower)
        if np.any((goal != 0.0) & (self.face.lower < self.face.upper)):
            reached = float(goal @ self._minimum(self.face, goal / scale, watch).x)
        rule = "least" if tier is None else "weighted"
        self._end(watch, name, tier, rule, reached, lambda x: max(0.0, float(goal @ x) - reached) / max(scale, abs(reached)))

    def _tie_break(self) -> FloatArray:
        """Return the one plan that fixed pseudo-random costs made from names choose among all that are left."""
        watch = self._begin("tie_break", None)
        for attempt in range(TIE_BREAK_TRIES):
            program = self.face.program(self.component.names(attempt))
            optimum = self.programs.minimise(program)
            if is_unique(program, optimum):
                break
        optimum = refined(program, optimum)
        watch.certify(optimum)
        held = self.face.copy().hold(optimum)
        watch.link(optimum, program.cost, held)
        cost, reached = program.cost, optimum.value
        self._end(watch, "tie_break", None, "by_name", reached, lambda x: abs(float(cost @ x) - reached) / max(1.0, abs(reached)))
        return optimum.x


def _proven(result: StageResult, proofs: Sequence[Proof]) -> StageResult:
    """Return a stage with the worst of its proofs of rank."""
    return replace(
        result,
        rank_gap=max((proof.gap for proof in proofs), default=0.0),
        multiplier=max((max(proof.multipliers, default=0.0) for proof in proofs), default=0.0),
    )


def _shortfall_of(measures: Measures) -> Callable[[FloatArray], float]:
    """Return how far a plan leaves the worst cell below full coverage."""
    return lambda x: float(np.max(1.0 - measures.of(x)))
