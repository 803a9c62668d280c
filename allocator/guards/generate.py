"""Small crises by chance, made of what a framework speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from allocator.framework import Framework, Tier
from allocator.framework.model import DEFAULT
from allocator.guards.situation import LEVEL, Process, Reserve, Situation

REGIONS = ("NLD", "DEU")
#: Goods of nobody in particular, for claims of which the framework says nothing by name.
GOODS = ("material_a", "material_b")
MOST_CLAIMS = 6


def generate(law: Framework, seed: int, number: int) -> Situation:
    """Return a small crisis under a framework; the same framework, seed and number always give the same one.

    Two to six claims of sectors that the framework ranks, on goods that it names and on others, in one or two regions and one to three
    months; short of most of it. Half of the crises each have processes, reserves and claims that the framework guarantees a share, some
    have lanes, stores of firms, restraint and technical minimums, so that many have none of them.
    """
    return _Generator(law, Random(f"{seed}/{number}")).situation()  # noqa: S311 - examples, not secrets


class _Generator:
    """Draws one crisis, part by part."""

    def __init__(self, law: Framework, random: Random) -> None:
        self.law, self.random = law, random
        self.regions = sorted({*(region for tier in law.tiers for region in tier.orders), *REGIONS})[: random.choice((1, 1, 2))]
        self.months = random.choice((1, 1, 1, 2, 3))
        self.sectors = [sector for tier in law.tiers for sector in tier.sectors]
        self.made: list[str] = []

    def situation(self) -> Situation:
        """Return it."""
        goods = self._goods()
        claims = self._claims(goods)
        processes = self._processes(goods) if self._half() else {}
        whole = Situation(self.law, claims, {}, processes=processes, months=self.months)
        supply = self._supply(whole)
        lanes = self._lanes(whole.goods) if len(self.regions) > 1 else {}
        reserves = self._reserves(whole.goods) if self._half() else {}
        stores = (
            {f"{self.random.choice(self.regions)}/{self.random.choice(goods)}": self._amount()} if self.months > 1 and self._half() else {}
        )
        held = {"supply": supply, "lanes": lanes, "reserves": reserves, "stores": stores}
        whole = whole.having(**held, restraint=self._restraint(claims), harm=self._harm(claims))
        return replace(whole, minimums=self._minimums(whole))

    def _half(self) -> bool:
        return self.random.random() < 0.5

    def _third(self) -> bool:
        return self.random.random() < 1 / 3

    def _amount(self, most: int = 6) -> float:
        return float(self.random.randint(1, most))

    def _goods(self) -> list[str]:
        """Return one to three goods: what the framework names half of the time."""
        tiers = self.law.tiers
        named = {one.commodity for one in self.law.guarantees if one.commodity is not None}
        named |= {good for tier in tiers for rule in tier.rules for good in rule.commodities}
        named |= {good for tier in tiers if tier.commodities != "all" for good in tier.commodities}
        goods = list(GOODS[: self.random.choice((1, 2))])
        if named and self._half():
            goods.insert(self.random.choice((0, len(goods))), self.random.choice(sorted(named)))
        return goods

    def _claims(self, goods: Sequence[str]) -> dict[str, float]:
        """Return claims of two sectors of one rank and of some others."""
        tier = self.random.choice(self.law.tiers)
        few = self.random.sample(tier.sectors, min(len(tier.sectors), 2))
        few += self.random.sample(self.sectors, min(len(self.sectors), self.random.choice((1, 2))))
        guaranteed = [one.sector for one in self.law.guarantees if one.commodity in (None, *goods)]
        few = [*few, *guaranteed[:2]] if self._half() else few
        asking = [(region, sector, good) for region in self.regions for sector in sorted(set(few)) for good in goods]
        asking = [one for one in asking if self.law.tier_of(*one[1:]) is not None]
        chosen = self.random.sample(asking, min(len(asking), self.random.randint(2, MOST_CLAIMS)))
        claims = {"/".join(one): self._amount() for one in sorted(chosen)}
        return claims or {f"{self.regions[0]}/{self._anybody()}/{GOODS[0]}": 1.0}

    def _anybody(self) -> str:
        return next(sector for sector in self.sectors if self.law.tier_of(sector, GOODS[0]) is not None)

    def _processes(self, goods: Sequence[str]) -> dict[str, Process]:
        """Return one or two processes that make what is asked for, mostly out of what others ask for."""
        processes = {}
        product, *others = goods
        for number in range(self.random.choice((1, 1, 2))):
            raw = [*others, "ore_a", *(["ore_b"] if number else [])]
            inputs = self.random.sample(raw, min(len(raw), self.random.choice((1, 2, 2))))
            more = [good for good in others if good not in inputs]
            outputs = [product, *more] if self._third() else [product] if number == 0 or not more else more[:1]
            uses, makes = ({good: float(self.random.choice((1, 1, 2))) for good in sorted(side)} for side in (inputs, outputs))
            processes[f"step_{number + 1}"] = Process(self.random.choice(self.regions), self._amount(8), uses, makes)
        return processes

    def _supply(self, one: Situation) -> dict[str, tuple[float, ...]]:
        """Return what the market brings: a part of what is asked for, in one place or in all, not in all months; little of what is made."""
        made = {good for step in one.processes.values() for good in step.makes}
        used = {good for step in one.processes.values() for good in step.uses}
        supply = {}
        for good in one.goods:
            asked = sum(demand for name, demand in one.claims.items() if name.endswith(f"/{good}"))
            for region in self.regions if self._half() else (self.random.choice(self.regions),):
                if good in made and self.random.random() < 0.7:
                    continue
                share = self.random.choice((0.25, 0.5, 0.5, 0.75))
                amount = max(1.0, round((asked + (4.0 if good in used else 0.0)) * share))
                supply[f"{region}/{good}"] = tuple(amount * self.random.choice((0.5, 1.0, 1.0)) for _ in range(self.months))
        return supply or {f"{self.regions[0]}/{one.goods[0]}": (1.0,) * self.months}

    def _lanes(self, goods: Sequence[str]) -> dict[str, float]:
        pairs = [(one, other) for one in self.regions for other in self.regions if one != other]
        return {f"{one}/{other}/{good}": self._amount() for good in goods for one, other in pairs if self.random.random() < 0.7}

    def _reserves(self, goods: Sequence[str]) -> dict[str, Reserve]:
        """Return one or two reserves, under names of which the framework says who may draw on them."""
        names = [name for name in self.law.reserves.draw if name != DEFAULT]
        names += ["reserve_a", "reserve_b"] if self.law.reserves.rank_of("reserve_a") is not None else []
        chosen = self.random.sample(names, min(len(names), self.random.choice((1, 2))))
        return {name: Reserve(self.random.choice(self.regions), self.random.choice(goods), self._amount(4)) for name in sorted(chosen)}

    def _restraint(self, claims: dict[str, float]) -> dict[str, float]:
        asked = sorted({name.split("/", 1)[1] for name in claims})
        return {name: self.random.choice((0.1, 0.2)) for name in asked if self._half()} if self._third() else {}

    def _harm(self, claims: dict[str, float]) -> dict[str, dict[float, float]]:
        """Return harm that rises with what is short, for what a rule weighs."""
        curves = {}
        for name in sorted({name.split("/", 1)[1] for name in claims}):
            tier = self.law.tier_of(*name.split("/"))
            if isinstance(tier, Tier) and tier.rule_for(name.split("/")[1], LEVEL)[1].rule == "weighted":
                low = self._amount(3)
                curves[name] = {0.5: low, 1.0: low + self._amount(3)}
        return curves

    def _minimums(self, one: Situation) -> dict[str, float]:
        """Return a share of their rate for one or two of those who use or make something."""
        plants = [*one.claims, *one.processes]
        chosen = self.random.sample(plants, min(len(plants), self.random.choice((1, 2)))) if self._third() else []
        return {name: self.random.choice((0.5, 0.8)) for name in sorted(chosen)}
