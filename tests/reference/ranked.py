"""The ranked problem solved slowly: one linear program, earlier results held by objective cuts, leximin by the textbook.

It shares nothing with the fast path but the tables of `Instance`. Every earlier result stays as a row on its value with `SLACK`; a leximin
raises the least measure, then tries for each cell by itself whether it can rise above that, and fixes those that cannot. The stages are
those of section 5 of the formulation, in its order; where the page leaves a choice, the docstrings say which was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from allocator_models.instance import Instance
from tests.reference.program import INFINITY, Program
from tests.reference.rows import Cell, Data, Sum, Whole, brought, read, restrained, rows_of, write_rows

#: By how much an earlier result may be missed; ten times the solver's tolerance.
SLACK = 1e-9
#: A cell that cannot rise by more than this is fixed: far above what the slack of a hundred rows moves, far below what is compared.
RISE = 1e-7
#: Draws whose range over the optimal face is wider than this are not unique.
UNIQUE = 1e-6


class Measure(NamedTuple):
    """What a leximin levels: constant + sum of terms."""

    constant: float
    terms: Sum


@dataclass
class Answer:
    """What the stages settled, by integer codes of the instance.

    Attributes:
        coverage: 1 - shortfall / demand per cell (claim, node), tail included.
        restraint: share of demand given up per cell.
        met: met part of the guaranteed share, per guaranteed cell.
        draws: kept draw per (rank, commodity, before the market), in shares of the yardstick.
        settled: tiers whose coverage and restraint depend on no draw that was picked among equals.
        unique_draws: whether no draw was picked among equals; if not, cost and steadiness are not comparable either.
        stages: value per stage; of a leximin its lowest level.
        plan: every column in the end, by name, e.g. ("dispatch", line, node).
    """

    coverage: dict[Cell, float] = field(default_factory=dict)
    restraint: dict[Cell, float] = field(default_factory=dict)
    met: dict[Cell, float] = field(default_factory=dict)
    draws: dict[tuple[int, int, bool], float] = field(default_factory=dict)
    settled: list[int] = field(default_factory=list)
    unique_draws: bool = True
    stages: dict[str, float] = field(default_factory=dict)
    plan: dict[Any, float] = field(default_factory=dict)


def solve_reference(instance: Instance, slack: float = SLACK, whole: Whole | None = None) -> Answer:
    """Return the answer to the whole ranked problem; slow: meant for some hundreds of cells. Whole numbers are given.

    Later stages gain what earlier ones may miss times an exchange rate, which can be large. With a smaller slack they gain less, but the
    solver may find rows that disagree in their last digits infeasible, and raise `NotOptimal`.
    """
    return Ranked(instance, slack, whole or {}).solve()


def leximin(program: Program, measures: Mapping[Any, Measure], slack: float = SLACK) -> tuple[dict[Any, float], dict[Any, int]]:
    """Raise the lowest measure, fix what cannot rise, repeat; return the level and the holding row (terms >= level - constant) of each."""
    levels: dict[Any, float] = {}
    theta = ("theta", program.solves)
    program.column(theta, -INFINITY, INFINITY)
    above = {key: program.row(measure.terms | {theta: -1.0}) for key, measure in measures.items()}
    floor = {key: program.row(measure.terms) for key, measure in measures.items()}
    free = list(measures)
    while free:
        for key in free:
            program.move(above[key], -measures[key].constant)
        level = program.maximise({theta: 1.0})
        for key in free:
            program.move(above[key])
            program.move(floor[key], level - slack - measures[key].constant)
        can_rise = _can_rise(program, {key: measures[key] for key in free}, level)
        if len(can_rise) == len(free):
            raise RuntimeError(f"no cell is stuck at {level}")
        levels |= {key: level for key in free if key not in can_rise}
        free = [key for key in free if key in can_rise]
    return levels, floor


def _can_rise(program: Program, measures: Mapping[Any, Measure], level: float) -> set[Any]:
    """Cells that some plan lifts above the level: each is tried by itself unless a plan tried before already shows it."""
    risen: set[Any] = set()
    for key, measure in measures.items():
        if key not in risen:
            program.maximise(measure.terms)
            risen |= {other for other, its in measures.items() if its.constant + program.value(its.terms) > level + RISE}
    return risen


class Ranked:
    """The stages in order; rows that stay are noted where a later stage must switch them off."""

    def __init__(self, instance: Instance, slack: float, whole: Whole) -> None:
        self.instance = instance
        self.slack = slack
        self.data: Data = read(instance)
        self.program = Program()
        write_rows(self.program, instance, self.data, whole)
        self.answer = Answer()
        self.guarantee_rows: dict[int, list[int]] = {}
        self.rank = {code: min(reserve.rank, max(self.data.tiers)) for code, reserve in self.data.reserves.items()}
        self.lever_rank = {code: min(lever.rank, max(self.data.tiers)) for code, lever in self.data.levers.items()}
        self.ranks = sorted(set(self.data.tiers) | set(self.rank.values()) | set(self.lever_rank.values()))

    def solve(self) -> Answer:
        """A rank that has reserves but no claims still decides its draws (none is needed), or a lower tier could take them.

        A rank below the lowest tier counts as the lowest: either way every tier may draw on the reserve.
        """
        for tier in self.data.tiers:
            self.guarantees(tier, first=True)
        for rank in self.ranks:
            if rank in self.data.tiers:
                self.guarantees(rank, first=False)
                self.coverage(rank)
                self.own_restraint(rank)
                if self.answer.unique_draws:
                    self.answer.settled.append(rank)
            self.means_last(rank)
        for tier in self.data.tiers:
            self.top_up(tier)
        self.cost()
        self.steadiness()
        self.answer.plan = self.program.plan()
        return self.answer

    def cells(self, tier: int, *, horizon: bool) -> list[Cell]:
        """The tier's cells inside or beyond the horizon."""
        nodes = self.data.nodes
        return [key for key, cell in self.data.cells.items() if cell.tier == tier and bool(nodes[key[1]].horizon) == horizon]

    def level(self, stage: str, measures: Mapping[Any, Measure]) -> tuple[dict[Any, float], dict[Any, int]]:
        """A leximin stage, if there is anything to level."""
        if not measures:
            return {}, {}
        levels, rows = leximin(self.program, measures, self.slack)
        self.answer.stages[stage] = min(levels.values())
        return levels, rows

    # ---- 1 guarantees --------------------------------------------------------------------------------------------------------------
    def guarantees(self, tier: int, *, first: bool) -> None:
        """Leximin of min(1, (allocate + restrain) / (share x D)), horizon before tail, with least draw on the means of higher tiers."""
        wanted = dict(self.guaranteed(tier, first=first))
        if not wanted:
            return
        higher = self.draw(lambda rank: rank < tier)
        held = self.program.row(higher, upper=self.program.minimise(higher) + self.slack)
        for stage, measures in wanted.items():
            levels, rows = self.level(stage, measures)
            self.answer.met |= levels
            self.guarantee_rows.setdefault(tier, []).extend(rows.values())
        self.program.move(held)

    def guaranteed(self, tier: int, *, first: bool) -> Iterator[tuple[str, dict[Any, Measure]]]:
        """Yield the stages of a tier's guarantees that come before all tiers, or inside it, with what each levels."""
        for horizon, place in ((True, ""), (False, " tail")):
            own = [(key, self.data.cells[key]) for key in self.cells(tier, horizon=horizon)]
            cells = [key for key, cell in own if cell.guarantee > 0 and bool(cell.guarantee_first) == first]
            if cells:
                yield f"guarantee {tier} {'first' if first else 'own'}{place}", {key: self._met(key) for key in cells}

    def _met(self, key: Cell) -> Measure:
        """A column between 0 and 1 that is at most the met part of the guaranteed share."""
        cell, column = self.data.cells[key], ("met", *key)
        self.program.column(column, 0.0, 1.0)
        part = {("allocate", *key): 1.0} | restrained(self.data, *key)
        scale = 1.0 / (cell.guarantee * cell.demand)
        self.program.row({name: amount * scale for name, amount in part.items()} | {column: -1.0}, 0.0)
        return Measure(0.0, {column: 1.0})

    # ---- 2 a-c coverage and restraint of a tier ------------------------------------------------------------------------------------
    def coverage(self, tier: int) -> None:
        """Its rules, completion, its tail; the coverage of every cell is then a number, held from both sides."""
        cells = {horizon: self.cells(tier, horizon=horizon) for horizon in (True, False)}
        shares = self.data.shares
        if any(shares[key].order for key in [*cells[True], *cells[False]]):
            self._delegated(tier, cells)
        elif any((shares[key].rule, shares[key].over, shares[key].step) != ("leximin", "period", 0) for key in cells[True]):
            self._apply_rules(tier, cells[True])
        for horizon, place in ((True, ""), (False, " tail")):
            measures = {key: self._covered(key) for key in cells[horizon]}
            levels, rows = self.level(f"coverage {tier}{place}", measures)
            self._settle(levels, rows, measures)
            self.answer.coverage |= {key: level for key, level in levels.items() if shares[key].satisfied == 1.0}

    def _apply_rules(self, tier: int, cells: list[Cell]) -> list[int]:
        """Its rules in their order; return the rows that hold what they reached."""
        held: list[int] = []
        of = self.data.shares
        for step in sorted({of[key].step for key in cells}):
            mine = [key for key in cells if of[key].step == step]
            over = sorted({key[0] for key in mine if of[key].over != "period"})
            _, rows = self.level(f"rule {tier}.{step} over horizon", {claim: self._over_horizon(claim, mine) for claim in over})
            held += rows.values()
            by_period = [key for key in mine if of[key].over == "period" and of[key].rule != "weighted"]
            measures = {key: self._less(self._covered(key), of[key].offset) for key in by_period}
            _, rows = self.level(f"rule {tier}.{step}", measures)
            held += rows.values()
            harm = self._harm([key for key in mine if of[key].rule == "weighted"])
            if harm:
                least = self.program.minimise(harm)
                self.answer.stages[f"harm {tier}.{step}"] = least
                held.append(self.program.row(harm, upper=least + self.slack))
        return held

    def _harm(self, cells: list[Cell]) -> Sum:
        """Harm of the pieces of each cell's shortage; the pieces are columns of their own."""
        total: Sum = {}
        for claim, node in cells:
            pieces = {key: piece for key, piece in self.data.harms.items() if key[:2] == (claim, node)}
            q = self.data.commodities[self.data.claims[claim].commodity].yardstick
            for key, piece in pieces.items():
                self.program.column(("piece", *key), 0.0, piece.limit)
                total["piece", *key] = self.data.nodes[node].probability * piece.harm / q
            if pieces:
                self.program.row({("shortfall", claim, node): -1.0} | {("piece", *key): 1.0 for key in pieces}, 0.0, 0.0)
        return total

    def _delegated(self, tier: int, cells: Mapping[bool, list[Cell]]) -> None:
        """Settle the tier, keep each cell's coverage as a number, then let each region re-order its own while all others keep theirs."""
        held = self._apply_rules(tier, cells[True])
        every = [*cells[True], *cells[False]]
        levels: dict[Cell, float] = {}
        for part in cells.values():
            found, rows = self.level(f"shared {tier}", {key: self._covered(key) for key in part})
            levels |= found
            held += rows.values()
        for row in held:
            self.program.move(row)
        measures = {key: self._covered(key) for key in every}
        number = {key: self.program.row(measures[key].terms) for key in every}
        claims, shares = self.data.claims, self.data.shares
        for region in sorted({claims[key[0]].region for key in every if shares[key].order}):
            temporary: list[int] = []
            mine = [key for key in every if claims[key[0]].region == region]
            for key in every:
                bound = -INFINITY if key in mine else levels[key] - self.slack - measures[key].constant
                self.program.move(number[key], bound)
            for horizon in (True, False):
                for order in sorted({shares[key].order for key in mine}):
                    own = [key for key in cells[horizon] if key in mine and shares[key].order == order]
                    found, rows = self.level(f"delegated {tier}", {key: self._covered(key) for key in own})
                    levels |= found
                    temporary += rows.values()
            for row in temporary:
                self.program.move(row)
        for key in every:
            self.program.move(number[key], levels[key] - self.slack - measures[key].constant)

    def top_up(self, tier: int) -> None:
        """What a satisfied tier can get after all tiers."""
        for horizon in (True, False):
            cells = [key for key in self.cells(tier, horizon=horizon) if self.data.shares[key].satisfied < 1.0]
            measures = {key: self._plain(key) for key in cells}
            levels, rows = self.level(f"top up {tier}", measures)
            self._settle(levels, rows, measures)
            self.answer.coverage |= levels

    def own_restraint(self, tier: int) -> None:
        """Leximin of 1 - restrain / D where a lever is open, horizon before tail."""
        for place, horizon in (("", True), (" tail", False)):
            cells = self.cells(tier, horizon=horizon)
            self.answer.restraint |= dict.fromkeys(cells, 0.0)
            measures: dict[Any, Measure] = {}
            for key in cells:
                share = 1.0 / self.data.cells[key].demand
                given_up = dict.fromkeys(restrained(self.data, *key), -share)
                measures |= {key: Measure(1.0, given_up)} if given_up else {}
            levels, rows = self.level(f"restraint {tier}{place}", measures)
            self._settle(levels, rows, measures)
            self.answer.restraint |= {key: 1.0 - level for key, level in levels.items()}

    def _plain(self, key: Cell) -> Measure:
        return Measure(1.0, {("shortfall", *key): -1.0 / self.data.cells[key].demand})

    def _covered(self, key: Cell) -> Measure:
        return self._capped(key, self._plain(key), self.data.shares[key].satisfied)

    def _capped(self, key: Any, coverage: Measure, satisfied: float) -> Measure:
        """Coverage over what satisfies; where that is less than all, a column of at most 1 and at most it."""
        if satisfied == 1.0:
            return coverage
        column = ("satisfied", key, self.program.solves)
        if column not in self.program:
            self.program.column(column, -INFINITY, 1.0)
            shares = {name: value / satisfied for name, value in coverage.terms.items()}
            self.program.row(shares | {column: -1.0}, -coverage.constant / satisfied)
        return Measure(0.0, {column: 1.0})

    @staticmethod
    def _less(measure: Measure, offset: float) -> Measure:
        return Measure(measure.constant - offset, measure.terms)

    def _over_horizon(self, claim: int, cells: list[Cell]) -> Measure:
        weight = {(k, n): self.data.nodes[n].probability for k, n in cells if k == claim}
        total = sum(weight[key] * self.data.cells[key].demand for key in weight)
        of = self.data.shares[next(iter(weight))]
        rounds = self.data.claims[claim]
        past = (rounds.past_demand, rounds.past_shortfall) if of.over == "cumulative" else (0.0, 0.0)
        total += past[0]
        coverage = Measure(1.0 - past[1] / total, {("shortfall", *key): -weight[key] / total for key in weight})
        return self._less(self._capped(claim, coverage, of.satisfied), of.offset)

    def _settle(self, levels: Mapping[Any, float], rows: Mapping[Any, int], measures: Mapping[Any, Measure]) -> None:
        """Hold from above too: with a lower tier's guarantee switched off, this tier is not to be served better than it was."""
        for key, level in levels.items():
            constant = measures[key].constant
            self.program.move(rows[key], level - self.slack - constant, level + RISE - constant)

    # ---- 2 d means last --------------------------------------------------------------------------------------------------------------
    def draw(self, admits: Callable[[int], bool], commodity: int | None = None, *, first: bool | None = None) -> Sum:
        """Expected draw on the reserves and levers of the admitted ranks, in shares of the yardstick."""
        total: Sum = {}
        for row in rows_of(self.instance.uses) if not first else ():
            lever = self.data.levers[row.lever]
            if admits(self.lever_rank[row.lever]) and commodity in (None, lever.commodity):
                share = self.data.nodes[row.node].probability / self.data.commodities[lever.commodity].yardstick
                for column, amount in brought(self.instance, self.data, row.lever, row.node).items():
                    total[column] = total.get(column, 0.0) + share * amount
        for row in rows_of(self.instance.releases):
            reserve = self.data.reserves[row.reserve]
            if admits(self.rank[row.reserve]) and commodity in (None, reserve.commodity) and first in (None, bool(reserve.first)):
                yardstick = self.data.commodities[reserve.commodity].yardstick
                total["release", row.reserve, row.node] = self.data.nodes[row.node].probability / yardstick
        return total

    def means_last(self, rank: int) -> None:
        """(i) the least that this tier and those above need, from its own reserves first; (ii) the nearest that lower guarantees allow."""
        found = {(r.commodity, bool(r.first)) for code, r in self.data.reserves.items() if self.rank[code] == rank}
        goods = sorted(found | {(v.commodity, False) for code, v in self.data.levers.items() if self.lever_rank[code] == rank})
        if not goods:
            return
        own = {(good, first): self.draw(lambda other: other == rank, good, first=first) for good, first in goods}
        lower = [row for tier, rows in self.guarantee_rows.items() if tier > rank for row in rows]
        with self.program.without(lower):
            wanted = self._least_draws(rank, own)
        kept = self._nearest(rank, own, wanted)
        for good, terms in own.items():
            self.program.row(terms, kept[good] - self.slack, kept[good] + self.slack)
            self.answer.draws[rank, *good] = kept[good]

    def _least_draws(self, rank: int, own: Mapping[tuple[int, bool], Sum]) -> dict[tuple[int, bool], float]:
        held: list[int] = []
        before = {good for good, first in own if first}
        if before:
            market = self._dispatched(before)
            for good in before:
                market |= self.draw(lambda other: other > rank, good) | self.draw(lambda other: other == rank, good, first=False)
            held.append(self.program.row(market, upper=self.program.minimise(market) + self.slack))
            mine = self.draw(lambda other: other == rank, first=True)
            held.append(self.program.row(mine, upper=self.program.minimise(mine) + self.slack))
        if any(not first for _, first in own):
            every = self.draw(lambda other: other > rank) | self.draw(lambda other: other == rank, first=False)
            mine = self.draw(lambda other: other == rank, first=False)
            least = self.program.minimise(every)
            held.append(self.program.row(every, upper=least + self.slack))
            most = self.program.maximise(mine)
            held.append(self.program.row(mine, most - self.slack))
            self.answer.stages[f"draw {rank} and wider"] = least
            self.answer.stages[f"draw {rank}"] = most
        wanted = {good: self.program.value(terms) for good, terms in own.items()}
        self._note_ranges(own)
        for row in held:
            self.program.move(row)
        return wanted

    def _dispatched(self, goods: set[int]) -> Sum:
        """Expected dispatch of some goods, in shares of the yardstick."""
        total: Sum = {}
        for row in rows_of(self.instance.dispatches):
            good = self.data.lines[row.line].commodity
            if good in goods:
                total["dispatch", row.line, row.node] = self.data.nodes[row.node].probability / self.data.commodities[good].yardstick
        return total

    def _nearest(
        self, rank: int, own: Mapping[tuple[int, bool], Sum], wanted: Mapping[tuple[int, bool], float]
    ) -> dict[tuple[int, bool], float]:
        away = {("away", rank, good): 1.0 for good in own}
        for good, terms in own.items():
            column = ("away", rank, good)
            self.program.column(column)
            self.program.row(terms | {column: 1.0}, wanted[good])
            self.program.row(terms | {column: -1.0}, upper=wanted[good])
        least = self.program.minimise(away)
        kept = {good: self.program.value(terms) for good, terms in own.items()}
        self.answer.stages[f"draw {rank} moved"] = least
        held = self.program.row(away, upper=least + self.slack)
        self._note_ranges(own)
        self.program.move(held)
        return kept

    def _note_ranges(self, own: Mapping[tuple[int, bool], Sum]) -> None:
        """Whether every draw is the same in all plans of the face at hand."""
        for terms in own.values():
            if self.program.maximise(terms) - self.program.minimise(terms) > UNIQUE:
                self.answer.unique_draws = False

    # ---- 3 and 4 ---------------------------------------------------------------------------------------------------------------------
    def cost(self) -> None:
        """Expected premiums, running, transport, restraint and surplus, in every node, and levers that are unlocked."""
        pi = {node: row.probability for node, row in self.data.nodes.items()}
        total: Sum = {("unlock", row.unlock): row.cost for row in rows_of(self.instance.unlocks)}
        tables = {
            "dispatch": ("line", "dispatches", "premium"),
            "run": ("process", "runs", "cost"),
            "transfer": ("lane", "transfers", "cost"),
        }
        for column, (member, table, price) in tables.items():
            for row in rows_of(getattr(self.instance, table)):
                total[column, getattr(row, member), row.node] = pi[row.node] * getattr(row, price)
        for key, block in self.data.restraints.items():
            total["restrain", *key] = pi[key[1]] * block.cost
        for row in rows_of(self.instance.balances):
            surplus_cost = self.data.commodities[row.commodity].surplus_cost
            total["surplus", row.region, row.commodity, row.node] = pi[row.node] * surplus_cost
        self.answer.stages["cost"] = self.program.minimise(total)
        self.program.row(total, upper=self.answer.stages["cost"] + self.slack)

    def steadiness(self) -> None:
        """Expected change of each release from a horizon node's parent to the node, in shares of the yardstick.

        The first release is no change, nor is the closing of the reserves in the tail: the tail must not rule the horizon.
        """
        total: Sum = {}
        for row in rows_of(self.instance.releases):
            node, good = self.data.nodes[row.node], self.data.reserves[row.reserve].commodity
            if node.parent < 0 or not node.horizon:
                continue
            change = ("change", row.reserve, row.node)
            now, before = ("release", row.reserve, row.node), ("release", row.reserve, node.parent)
            self.program.column(change)
            self.program.row({change: 1.0, now: -1.0, before: 1.0}, 0.0)
            self.program.row({change: 1.0, now: 1.0, before: -1.0}, 0.0)
            total[change] = node.probability / self.data.commodities[good].yardstick
        self.answer.stages["steadiness"] = self.program.minimise(total)
