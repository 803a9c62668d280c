"""A small crisis: who asks for what, what there is, and the law on one day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from allocator.framework import Framework, Guarantee

#: So many ranks lie inside a tier whose claims stand apart.
INSIDE = 1000
#: Parts of a situation whose members can be left out one by one.
MEMBERS = ("claims", "supply", "reserves", "stores", "lanes", "processes", "restraint", "minimums")


class Words(NamedTuple):
    """A text in English and Dutch."""

    en: str
    nl: str


@dataclass(frozen=True)
class Process:
    """A process in one region: what one run uses and makes, and how many runs it can make a month."""

    region: str
    runs: float
    uses: Mapping[str, float]
    makes: Mapping[str, float]


@dataclass(frozen=True)
class Reserve:
    """A stock that may be released at once, by the ranks that the law lets draw on it."""

    region: str
    commodity: str
    quantity: float


@dataclass(frozen=True)
class Situation:
    """One small crisis under a framework, in the form of the policy tests; everything arrives in the month in which it is sent.

    Attributes:
        law: the framework.
        claims: by region/sector/commodity what is asked for each month.
        supply: by region/commodity what the market brings, month by month.
        reserves: by name.
        stores: by region/commodity what firms hold at the start; that is also their room.
        lanes: by origin/destination/commodity what can be carried each month.
        processes: by name.
        restraint: by sector/commodity the share of its demand that a sector can give up.
        harm: by sector/commodity the harm per unit up to each share short, where a rule weighs harm.
        minimums: by process, or by claim the line behind it: the share of its rate that it runs at least, or stands still.
        ranks: of claims that stand apart inside their tiers (`apart`), only to see what their sharing a tier does.
    """

    law: Framework
    claims: Mapping[str, float]
    supply: Mapping[str, Sequence[float]]
    reserves: Mapping[str, Reserve] = field(default_factory=dict)
    stores: Mapping[str, float] = field(default_factory=dict)
    lanes: Mapping[str, float] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)
    restraint: Mapping[str, float] = field(default_factory=dict)
    harm: Mapping[str, Mapping[float, float]] = field(default_factory=dict)
    minimums: Mapping[str, float] = field(default_factory=dict)
    months: int = 1
    ranks: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int, int]:
        """How much there is to read, to find the smallest: members (stocks twice), terms of the law, months, digits of figures but 1."""
        shared = self.law.sharing.mode == "pooled" and not self.law.sharing.no_member_worse_off
        terms = (not shared) + len(self.law.guarantees) + len(self.law.caps) + sum(tier.cap is not None for tier in self.law.tiers)
        inputs = sum(len(step.uses) + len(step.makes) for step in self.processes.values())
        stocks = len(self.reserves) + len(self.stores)
        members = sum(len(getattr(self, name)) for name in MEMBERS) + stocks + inputs + terms + len(self.regions)
        return members, self.months, sum(len(f"{figure:g}") for figure in self.figures() if figure != 1.0)

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that occur."""
        named = [name.split("/")[0] for part in (self.claims, self.supply, self.stores) for name in part]
        named += [end for name in self.lanes for end in name.split("/")[:2]]
        named += [stock.region for stock in self.reserves.values()] + [step.region for step in self.processes.values()]
        return tuple(sorted(set(named)))

    @property
    def goods(self) -> tuple[str, ...]:
        """Commodities that occur."""
        named = [name.rsplit("/", 1)[1] for part in (self.claims, self.supply, self.stores, self.lanes) for name in part]
        named += [good for step in self.processes.values() for good in (*step.uses, *step.makes)]
        return tuple(sorted({*named, *(stock.commodity for stock in self.reserves.values())}))

    def quantities(self) -> Iterator[float]:
        """Yield every quantity of goods, and of runs."""
        yield from self.claims.values()
        for months in self.supply.values():
            yield from months
        yield from (*(stock.quantity for stock in self.reserves.values()), *self.stores.values(), *self.lanes.values())
        yield from (step.runs for step in self.processes.values())

    def figures(self) -> Iterator[float]:
        """Yield every figure that can be made simpler."""
        yield from self.quantities()
        for step in self.processes.values():
            yield from (*step.uses.values(), *step.makes.values())
        yield from (*self.restraint.values(), *self.minimums.values())

    def without(self, part: str, name: str) -> Situation:
        """Return the situation without one member, and without what then concerns nobody."""
        return self.having(**{part: {key: member for key, member in getattr(self, part).items() if key != name}}).tidied()

    def tidied(self) -> Situation:
        """Return it without what concerns nobody: restraint and harm of sectors that do not ask, minimums of what does not run."""
        asked = {name.split("/", 1)[1] for name in self.claims}
        about = {"restraint": asked, "harm": asked, "minimums": {*self.claims, *self.processes}}
        kept = {part: {key: one for key, one in getattr(self, part).items() if key in whom} for part, whom in about.items()}
        return self.having(**kept)

    def having(self, **parts: Any) -> Situation:
        """Return the situation with other parts."""
        return replace(self, **parts)

    def tier(self, claim: str) -> int:
        """Return the rank that serves a claim."""
        if claim in self.ranks:
            return self.ranks[claim]
        tier = self.law.tier_of(*claim.split("/")[1:])
        return tier.rank if tier else 0

    def apart(self, backwards: bool = False) -> Situation:
        """Return it with a rank for every claim, inside its tier and in the order of names or backwards, so that no two of them share."""
        names = sorted(self.claims, reverse=backwards)
        return self.having(ranks={claim: self.tier(claim) * INSIDE + place for place, claim in enumerate(names, 1)})

    def drawn_by(self, reserve: str) -> int:
        """Return the lowest rank that may draw on a reserve."""
        rank = self.law.reserves.rank_of(reserve) or 1
        return rank * INSIDE + INSIDE - 1 if self.ranks else rank

    def guaranteed(self, claim: str) -> Guarantee | None:
        """Return the guarantee of a claim."""
        mine = [one for one in self.law.guarantees if one.is_for(claim)]
        return max(mine, key=lambda one: (one.narrowness, one.from_level or 0), default=None)

    def cap(self, claim: str, day: date) -> float:
        """Return the largest share of a claim's demand that may be met: the lowest of what applies."""
        tier = self.law.tier_of(*claim.split("/")[1:])
        shares = [cap.share for cap in self.law.caps if cap.is_for(claim)]
        shares += [tier.cap] if tier is not None and tier.cap is not None else []
        return min((share.value_on(day) for share in shares), default=1.0)

    def ceiling(self, claim: str) -> float:
        """Return the largest share of a claim's demand that may be met on the day of the situation."""
        return self.cap(claim, day_of(self.law))


#: Crisis level of every situation: all rules that a level switches on are on.
LEVEL = 3


def day_of(law: Framework) -> date:
    """Return the first day on which every dated rule of a framework has a value, or any day when none is dated."""
    return max([date(2026, 1, 1), *(values.first_day for _, values in law.dated(LEVEL))])


def changed(law: Framework, **parts: Any) -> Framework:
    """Return a framework with other parts; it is not checked again."""
    return law.model_copy(update=parts)


def with_twin(law: Framework, sector: str, twin: str) -> Framework:
    """Return the law under which `twin` has every right of `sector`."""

    def beside(names: Sequence[str]) -> tuple[str, ...]:
        return (*names, twin) if sector in names else tuple(names)

    tiers = []
    for tier in law.tiers:
        rules = tuple(_with_twin_priority(rule, sector, twin) for rule in tier.rules)
        orders = {region: tuple(beside(group) for group in groups) for region, groups in tier.orders.items()}
        tiers.append(
            _with_twin_priority(tier, sector, twin).model_copy(update={"sectors": beside(tier.sectors), "rules": rules, "orders": orders})
        )
    twins = {
        name: (*rules, *(one.model_copy(update={"sector": twin}) for one in rules if one.sector == sector))
        for name, rules in (("guarantees", law.guarantees), ("caps", law.caps))
    }
    return changed(law, tiers=tuple(tiers), **twins)


def _with_twin_priority(rule: Any, sector: str, twin: str) -> Any:
    if sector not in rule.priorities:
        return rule
    return rule.model_copy(update={"priorities": {**rule.priorities, twin: rule.priorities[sector]}})
