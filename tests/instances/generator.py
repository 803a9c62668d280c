"""Small random instances from a seed, and the hypothesis strategies around them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random
from typing import Any

from hypothesis import strategies as st

from allocator_models.instance import Instance
from tests.instances.builder import InstanceBuilder
from tests.instances.members import Figure, Rule

REGIONS = ("AAA", "BBB", "CCC")
CHAIN = ("a_raw", "b_refined", "c_part", "d_product")
MOST_SEEDS = 10**6


@dataclass(frozen=True)
class Features:
    """What a random case has: a number or a switch; None leaves it to the seed.

    Attributes:
        regions, commodities, tiers, horizon, tail: how many (1-3, 1-4, 1-4, 1-4, 0-2); `horizon` and `tail` count periods.
        tree: two branches after the first period, else a path.
        processes: refining from good to good, sometimes with a co-product, and recycling. Needs two commodities.
        lanes, reserves, inventories, restraint, caps: the family.
        wide_reserves: every reserve is open to every tier (no means is narrower than all tiers).
        guarantees: guaranteed shares, before all tiers or inside their own.
        over_horizon: some tiers level the claim's coverage over the horizon.
        leads, losses: goods travel, also in fractions of a period; goods decay.
        ties: small whole numbers, so that many plans are equally good.
        rules: tiers share by other rules than leximin, are satisfied with less than all, or are re-ordered by regions; reserves may come
            before the market. Never left to the seed, and drawn apart: a seed without rules is as it was.
        moves: claims are served in another tier in some nodes, as overrides have it. Drawn apart, like rules.
        levers: lines and processes that levers open, a loan, and reserves that may be filled up. Drawn apart, like rules.
        plants: one to three claims or processes that get their minimum at least or stand still. Drawn apart, like rules.
        wholes: one to three kinds of whole numbers that can take few values. Drawn apart, like rules.
    """

    regions: int | None = None
    commodities: int | None = None
    tiers: int | None = None
    horizon: int | None = None
    tail: int | None = None
    tree: bool | None = None
    processes: bool | None = None
    lanes: bool | None = None
    reserves: bool | None = None
    inventories: bool | None = None
    restraint: bool | None = None
    caps: bool | None = None
    wide_reserves: bool | None = None
    guarantees: bool | None = None
    over_horizon: bool | None = None
    leads: bool | None = None
    losses: bool | None = None
    ties: bool | None = None
    rules: bool = False
    moves: bool = False
    levers: bool = False
    plants: bool = False
    wholes: bool = False


#: How often a switch is on when the caller leaves it to the seed.
CHANCES = {"tree": 0.2, "caps": 0.3, "wide_reserves": 0.2, "guarantees": 0.4, "over_horizon": 0.3, "ties": 0.3, "leads": 0.5, "losses": 0.5}


def random_instance(seed: int, **features: Any) -> Instance:
    """Return the instance of `random_builder`; the same seed and features always give the same one."""
    return random_builder(seed, **features).build()


def random_builder(seed: int, **features: Any) -> InstanceBuilder:
    """Return a small random case, mostly short of something, to build as it is or after a change; see `Features` for the switches."""
    return _Generator(seed, Features(**features)).case


def instances(**features: Any) -> st.SearchStrategy[Instance]:
    """Strategy for random instances with the given features."""
    return builders(**features).map(InstanceBuilder.build)


def builders(**features: Any) -> st.SearchStrategy[InstanceBuilder]:
    """Strategy for random cases that a law changes before it builds them; fails early on an unknown feature."""
    Features(**features)
    return st.integers(min_value=0, max_value=MOST_SEEDS).map(lambda seed: random_builder(seed, **features))


class _Generator:
    """Draws a case feature by feature; every figure is near 1."""

    def __init__(self, seed: int, wanted: Features) -> None:
        self.random = Random(seed)
        self.has: dict[str, bool] = {}
        for switch in fields(Features)[:-5]:
            drawn = self.random.random() < CHANCES.get(switch.name, 0.6)
            stated = getattr(wanted, switch.name)
            self.has[switch.name] = bool(drawn if stated is None else stated)
        self.regions = REGIONS[: wanted.regions or self.random.randint(1, 3)]
        self.goods = CHAIN[: wanted.commodities or self.random.randint(1, 4)]
        self.tier_count = wanted.tiers or self.random.randint(1, 4)
        self.case = InstanceBuilder()
        self.baseline: dict[str, float] = {}
        tail = self.random.randint(0, 2) if wanted.tail is None else wanted.tail
        self._nodes(wanted.horizon or self.random.randint(1, 3 if self.has["tree"] else 4), tail)
        self._law()
        self._lines()
        if self.has["processes"]:
            self._processes()
        if self.has["lanes"] and len(self.regions) > 1:
            self._lanes()
        self._stocks()
        if wanted.rules:
            self.random = Random(f"rules of {seed}")
            self._rules()
        if wanted.moves:
            self.random = Random(f"moves of {seed}")
            self._moves()
        if wanted.levers:
            self.random = Random(f"levers of {seed}")
            self._levers()
        if wanted.plants:
            self.random = Random(f"plants of {seed}")
            self._plants()
        if wanted.wholes:
            self.random = Random(f"whole numbers of {seed}")
            self._wholes()

    def amount(self, low: float, high: float) -> float:
        """A figure between low and high; with ties a whole or half number near it."""
        drawn = self.random.uniform(low, high)
        return max(0.5, round(2 * drawn) / 2) if self.has["ties"] else round(drawn, 3)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def lead(self) -> float:
        return self.random.choice((0, 1) if self.has["ties"] else (0, 0.5, 1, 1.5)) if self.has["leads"] else 0

    def loss(self) -> float:
        return self.random.choice((0.0, 0.5) if self.has["ties"] else (0.0, 0.03, 0.2)) if self.has["losses"] else 0.0

    def disrupted(self, base: float) -> Figure:
        """Base in every node, or less in some."""
        if self.chance(0.4):
            return base
        return [base * self.random.choice((0.0, 0.5, 1.0, 1.0)) for _ in self.case.nodes]

    def _nodes(self, horizon: int, tail: int) -> None:
        if not self.has["tree"] or horizon + tail < 2:
            self.case.periods(horizon, tail)
            return
        root = self.case.node("2026-01")
        likely = self.random.choice((0.25, 0.5, 0.7))
        for branch, probability in (("long", likely), ("short", 1 - likely)):
            parent = root
            for position in range(1, horizon + tail):
                within = position < horizon
                parent = self.case.node(f"2026-{position + 1:02d}", branch, parent=parent, probability=probability, horizon=within)

    def _law(self) -> None:
        """Claims by tier with their caps, guarantees and restraint; then yardsticks."""
        for rank in range(1, self.tier_count + 1):
            self.case.tier(rank, over="horizon" if self.has["over_horizon"] and self.chance(0.5) else "period")
            cap = self.random.choice((0.5, 0.8)) if self.has["caps"] and self.chance(0.5) else 1.0
            for number in range(self.random.randint(1, 3 if self.tier_count < 3 else 2)):
                self._claim(rank, number, cap)
        for good in self.goods:
            total = sum(self.baseline[name] for name, claim in self.case.claims.items() if claim.commodity == good)
            surplus_cost = self.random.choice((0.0, 0.1))
            self.case.commodity(good, loss=self.loss(), yardstick=total or 1.0, surplus_cost=surplus_cost)

    def _claim(self, rank: int, number: int, cap: float) -> None:
        base = self.amount(0.3, 2.0)
        demand = [base * self.random.choice((1.0, 1.0, 1.0, 1.5, 0.0)) for _ in self.case.nodes]
        if not any(demand):
            demand[0] = base
        guaranteed = self.has["guarantees"] and self.chance(0.5)
        name = self.case.claim(
            self.random.choice(self.regions),
            f"sector_{rank}{number}",
            self.random.choice(self.goods[-2:]),
            tier=rank,
            demand=demand,
            cap=cap,
            guarantee=self.random.choice((0.3, 0.5, 0.9)) if guaranteed else 0.0,
            guarantee_first=self.chance(0.6),
        )
        self.baseline[name] = base
        for cost in (1.0, 3.0) if self.has["restraint"] and self.chance(0.5) else ():
            if cost == 1.0 or self.chance(0.3):
                self.case.claims[name].restraint.append((self.random.choice((0.1, 0.25)), cost))

    def _lines(self) -> None:
        for good in self.goods:
            for region in self.regions:
                for origin in ("QAT", "USA") if self.chance(0.3) else ("QAT",):
                    if self.chance(0.25) and good != self.goods[0]:
                        continue
                    base = self.amount(0.2, 1.6)
                    before = base if self.chance(0.7) else 0.0
                    premium = self.random.choice((0.0, 0.5, 1.0))
                    name = f"{origin}_{good}_{region}"
                    self.case.line(name, region, good, limit=self.disrupted(base), premium=premium, lead=self.lead(), before=before)

    def _processes(self) -> None:
        for source, product in zip(self.goods, self.goods[1:], strict=False):
            for region in self.regions:
                if self.chance(0.6):
                    outputs: dict[str, Figure] = {product: 1.0}
                    if self.chance(0.3):
                        outputs[self.random.choice([good for good in self.goods if good not in (source, product)] or [product])] = 0.5
                    base = self.amount(0.3, 2.0)
                    inputs = {source: self.amount(0.5, 2.0)}
                    name = f"refine_{product}_{region}"
                    cost = self.random.choice((0.0, 0.2))
                    self.case.process(
                        name, region, inputs, outputs, limit=self.disrupted(base), cost=cost, lead=self.lead(), before=base / 2
                    )
                if self.chance(0.2):
                    base = self.amount(0.2, 1.0)
                    self.case.process(f"recycle_{product}_{region}", region, {product: 1.0}, {source: 0.4}, limit=base, lead=self.lead())

    def _lanes(self) -> None:
        for good in self.goods:
            for origin in self.regions:
                for destination in self.regions:
                    if origin != destination and self.chance(0.5):
                        limit = self.amount(0.2, 1.5)
                        self.case.lane(origin, destination, good, limit=limit, cost=self.random.choice((0.0, 0.3)), lead=self.lead())

    def _stocks(self) -> None:
        for number in range(self.random.randint(1, 3) if self.has["reserves"] else 0):
            opening = self.amount(0.5, 3.0)
            rank = self.tier_count if self.has["wide_reserves"] else self.random.randint(1, self.tier_count)
            self.case.reserve(
                f"reserve_{number}",
                self.random.choice(self.regions),
                self.random.choice(self.goods),
                opening=opening,
                rank=rank,
                floor=opening * self.random.choice((0.0, 0.25, 0.5)),
                limit=self.disrupted(opening * self.random.choice((0.25, 0.5, 1.0))),
                loss=self.loss(),
            )
        places = [(region, good) for region in self.regions for good in self.goods]
        for region, good in self.random.sample(places, min(len(places), 2)) if self.has["inventories"] else ():
            opening = self.amount(0.2, 1.5)
            working, room = self.random.choice((0.0, 0.5)), self.random.choice((1.0, 2.0))
            self.case.inventory(region, good, opening=opening, minimum=opening * working, maximum=opening * room)

    def _levers(self) -> None:
        """Lines that buy elsewhere, processes that run beside the usual ones, loans and reserves that may be filled up."""
        for number, good in enumerate(self.random.sample(self.goods, min(2, len(self.goods)))):
            regions = [region for region in self.regions if self.chance(0.7)] or self.regions[:1]
            lines = []
            for region in regions:
                lines.append(f"lever_{number}_{region}")
                self.case.line(lines[-1], region, good, limit=self.amount(0.3, 2.0), premium=self.amount(1.0, 5.0), lead=self.lead())
            limit = self.amount(0.3, 2.0) if self.chance(0.6) else None
            self.case.lever(f"purchase_{number}", good, rank=self.random.randint(1, self.tier_count), lines=tuple(lines), limit=limit)
        source, product = self.goods[0], self.goods[-1]
        if source != product:
            outputs = {product: self.amount(0.5, 1.0)}
            self.case.process("lever_substitute", self.regions[0], {source: self.amount(0.8, 1.5)}, outputs, limit=self.amount(0.3, 1.0))
            self.case.lever("substitution", product, rank=self.random.randint(1, self.tier_count), processes=("lever_substitute",))
        horizon = [name for name, node in self.case.nodes.items() if node.horizon]
        opening, due = self.amount(0.5, 2.0), self.random.randint(1, max(1, len(horizon) - 1))
        late = dict.fromkeys(list(self.case.nodes)[due:], 1.0)
        self.case.reserve(
            "loan", self.regions[0], product, opening=opening, rank=self.random.randint(1, self.tier_count), refill=opening, due=late
        )
        for reserve in self.case.reserves.values():
            if not reserve.due and self.chance(0.4):
                reserve.refill = self.amount(0.2, 1.0)

    def _wholes(self) -> None:
        """Some of: plants, lots, tranches, levers that are unlocked and a joint purchase."""
        kinds = self.random.sample(("lots", "tranches", "unlocks", "bundle"), self.random.choice((1, 2, 2)))
        if "tranches" in kinds:
            opening = self.amount(0.5, 3.0)
            limit, rank = opening * self.random.choice((0.5, 1.0)), self.random.randint(1, self.tier_count)
            place = (self.random.choice(self.regions), self.random.choice(self.goods))
            self.case.reserve("tranches", *place, opening=opening, rank=rank, limit=limit, loss=self.loss())
            self.case.tranche("tranches", limit * self.random.choice((0.4, 0.7, 1.0)))
        for name in ("purchase_0", "purchase_1") if "unlocks" in kinds else ():
            self._purchase(name, (self.random.choice(self.regions),))
            self.case.unlock(name, self.amount(0.5, 3.0))
        if "bundle" in kinds:
            most = self._purchase("joint", self.regions)
            self.case.bundle("joint", most * self.random.choice((0.4, 0.7, 0.9)))
        if "unlocks" in kinds:
            if "bundle" in kinds and self.chance(0.5):
                self.case.unlock("joint", self.amount(0.5, 3.0))
            budget, together = self.amount(1.0, 6.0) if self.chance(0.7) else None, 1 if self.chance(0.5) else None
            self.case.allow(budget_eur=budget, at_most_together=together)
        if "lots" in kinds:
            line = self.random.choice([name for name, one in sorted(self.case.lines.items()) if max(self._figures(one.limit)) > 0])
            self.case.lot(line, max(self._figures(self.case.lines[line].limit)) * self.random.choice((0.4, 0.7, 1.0)))
        if self.chance(0.6):
            self._plants(most=2 if len(self.case.nodes) < 3 else 1)

    def _purchase(self, name: str, regions: tuple[str, ...]) -> float:
        """A lever that buys a good for regions; return the most that it brings in a node."""
        good, limits = self.random.choice(self.goods), {f"{name}_{region}": self.amount(0.3, 1.5) for region in regions}
        for region, (line, limit) in zip(regions, limits.items(), strict=True):
            self.case.line(line, region, good, limit=limit, premium=self.amount(1.0, 5.0), lead=self.lead())
        self.case.lever(name, good, rank=self.random.randint(1, self.tier_count), lines=tuple(limits))
        return sum(limits.values())

    def _plants(self, most: int = 3) -> None:
        """One plant or more; their minimum is a share of the largest demand or capacity."""
        usual = {name: max(self._figures(claim.demand)) for name, claim in sorted(self.case.claims.items())}
        usual |= {name: max(self._figures(process.limit)) for name, process in sorted(self.case.processes.items())}
        for name in self.random.sample(sorted(usual), min(len(usual), self.random.randint(1, most))):
            least = self.random.choice((0.3, 0.5, 0.6, 0.8, 1.0)) * usual[name]
            self.case.plant(name, minimum=least, restart=self.random.choice((1, 1, 2, 3)), running=self.chance(0.8))

    @staticmethod
    def _figures(figure: Figure) -> list[float]:
        return list(figure) if isinstance(figure, list) else [float(figure)]  # type: ignore[arg-type]  # drawn as a list or a number

    def _rules(self) -> None:
        """How each tier shares, and which reserves come before the market."""
        for rank in range(1, self.tier_count + 1):
            mine = [claim for _, claim in sorted(self.case.claims.items()) if claim.tier == rank]
            kind = self.random.choice(("leximin", "soft", "weighted", "satisfied", "delegated", "by commodity", "cumulative"))
            regions = [region for region in self.regions if self.chance(0.7)]
            for claim in mine:
                step = int(kind == "by commodity" and claim.commodity == self.goods[-1])
                claim.rule = self._rule(kind, step, claim.region in regions)
        for reserve in self.case.reserves.values():
            reserve.first = self.chance(0.3)

    def _rule(self, kind: str, step: int, orders: bool) -> Rule:
        steep = self.random.choice((1.5, 3.0))
        weighted = {"rule": "weighted", "over": "period", "harm": ((0.25, 1.0), (0.35, steep), (0.4, 2 * steep))}
        match kind:
            case "soft":
                return Rule("soft_priorities", offset=self.random.choice((0.0, 0.25, 0.5, 1.0, 2.0)))
            case "satisfied":
                return Rule(satisfied=self.random.choice((0.5, 0.9)))
            case "delegated":
                return Rule(order=self.random.randint(1, 2) if orders else 0)
            case "cumulative":
                demand = self.amount(0.5, 4.0)
                return Rule(over="cumulative", past_demand=demand, past_shortfall=demand * self.random.choice((0.0, 0.3, 0.8)))
            case "weighted":
                return Rule(**weighted)
            case "by commodity":
                return Rule(step=0) if step else Rule(**weighted, step=1)
        return Rule()

    def _moves(self) -> None:
        """Claims that overrides put in another tier for a while: from and to tiers that are not levelled over the horizon.

        All claims of a tier share by one rule there, so they are moved only where that is plain leximin.
        """
        claims = [claim for _, claim in sorted(self.case.claims.items())]
        plain = [
            rank
            for rank in range(1, self.tier_count + 1)
            if self.case.tiers[rank] == "period" and all(claim.rule == Rule() for claim in claims if claim.tier == rank)
        ]
        for claim in claims:
            if plain and (claim.rule.over or self.case.tiers[claim.tier]) == "period" and self.chance(0.6):
                tier = self.random.choice(plain)
                claim.moves = {node: tier for node in self.case.nodes if self.chance(0.5)}
