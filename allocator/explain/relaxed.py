"""The rules of a framework one by one, each with what the framework is like without it.

A rule is relaxed as far as it goes, or by a part of that where it has a size: a guarantee or floor is lowered, a cap lifted. Nothing else
is changed with it; where two classes become one, what each was capped at stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from typing import Any

import pandas as pd

from allocator.baseline import Baseline
from allocator.explain.cuts import basis_text, decision_text
from allocator.explain.question import Question
from allocator.framework import Basis, Cap, Decision, Exemption, Framework, Guarantee, Override, Rule, Sharing, Tier, holds_at
from allocator.framework.dated import Dated
from allocator.framework.model import DEFAULT
from allocator.periods import first_day
from allocator.scenario.levers._base import SupplyingLever
from allocator.scenario.levers.demand_restraint import DemandRestraint

#: Kinds of rules, in the order in which they are told.
KINDS = (
    *("guarantee", "override", "cap", "class_cap", "exemption", "classes", "own_rule", "satisfied", "own_order"),
    *("draw", "use", "floor", "level", "reserve_level", "lever_draw", "guard", "standalone"),
)
#: What a relaxed rule says, and what it is about.
Ground = Guarantee | Cap | Tier | Decision | Rule | None


@dataclass(frozen=True)
class World:
    """Baseline and framework, of which one rule is relaxed."""

    baseline: Baseline
    framework: Framework


@dataclass(frozen=True)
class Relaxation:
    """A rule, and how to relax it.

    Attributes:
        kind: one of `KINDS`.
        path: its place in the framework's file; of a floor or level of a reserve, in the baseline.
        name: for whom it is: region/sector/commodity with * for all, the rank of a class, a reserve, or a kind of lever.
        rule: what it says, in the words of the framework.
        basis: its legal ground; None for what has none of its own.
        size: the share that it is about, the most binding of the horizon; None where it holds or does not.
        free: that share where it is relaxed as far as it goes.
        ground: what was written.
        relaxed: the world with the part (above 0, up to 1) of the rule that is relaxed; a rule without size is relaxed whole.
    """

    kind: str
    path: str
    name: str
    rule: str
    basis: Basis | None
    relaxed: Callable[[float], World]
    size: float | None = None
    free: float = 0.0
    ground: Ground = None

    @property
    def legal_basis(self) -> str:
        """The legal ground on one line; empty for what has none of its own."""
        return basis_text(self.basis) if self.basis else ""

    def steps(self) -> list[float]:
        """Return the whole percentages at which the rule is relaxed a little, more, and at last as far as it goes; none without size."""
        if self.size is None:
            return []
        if self.free < self.size:
            return [number / 100.0 for number in range(ceil(round(100.0 * self.size, 6)) - 1, -1, -1)]
        return [number / 100.0 for number in range(floor(round(100.0 * self.size, 6)) + 1, 101)]

    def part_at(self, share: float) -> float:
        """Return the part of the rule that is relaxed when it is about another share."""
        size = self.size or 0.0
        return min(1.0, (share - size) / (self.free - size))


def relaxations(question: Question) -> list[Relaxation]:
    """Return every rule that is about something in the case, with how to relax it.

    Classes of which one takes over the goods of the other only in part, or shares by priorities for its own sectors, are not put together.
    """
    return list(_Rules(question).all())


class _Rules:
    """The rules of one question."""

    def __init__(self, question: Question) -> None:
        self.question, self.case, self.law = question, question.case, question.framework
        self.level, self.lowest = question.case.crisis_level, max(tier.rank for tier in question.framework.tiers)
        reported = question.case.periods.loc[question.case.periods["horizon"].astype(bool), "period"]
        self.days = [first_day(str(period)) for period in reported]

    def all(self) -> Iterator[Relaxation]:
        """Yield all rules by kind."""
        yield from self._guarantees()
        yield from self._decisions("overrides", "override", self.law.overrides)
        yield from self._caps()
        yield from self._decisions("exemptions", "exemption", self.law.exemptions)
        yield from self._boundaries()
        yield from self._own_rules()
        yield from self._reserves()
        yield from self._levels()
        yield from self._sharing()

    def _with(self, **parts: Any) -> World:
        return World(self.question.baseline, self.law.model_copy(update=parts))

    def _about(self, rule: Guarantee | Cap | Decision) -> bool:
        """Return whether a rule is for some claim of the case."""
        return bool(rule.covers(self.case.claims).any())

    # ---- shares ------------------------------------------------------------------------------------------------------------------
    def _guarantees(self) -> Iterator[Relaxation]:
        for number, one in enumerate(self.law.guarantees):
            size = max(map(one.share.value_on, self.days), default=0.0) if holds_at(one.from_level, self.level) else 0.0
            if size > 0.0 and self._about(one):
                when = "before all tiers" if one.before == "tiers" else "inside its own tier"
                yield Relaxation(
                    *("guarantee", f"guarantees.{number}", one.named, f"at least {size:.0%} {when}", one.basis),
                    self._lower_guarantee(number),
                    size,
                    ground=one,
                )

    def _lower_guarantee(self, number: int) -> Callable[[float], World]:
        listed = self.law.guarantees

        def relaxed(part: float) -> World:
            lower = [listed[number].model_copy(update={"share": _scaled(listed[number].share, part, 0.0)})] if part < 1.0 else []
            return self._with(guarantees=(*listed[:number], *lower, *listed[number + 1 :]))

        return relaxed

    def _caps(self) -> Iterator[Relaxation]:
        for number, one in enumerate(self.law.caps):
            size = min(map(one.share.value_on, self.days), default=1.0) if holds_at(one.from_level, self.level) else 1.0
            if size < 1.0 and self._about(one):
                yield Relaxation(
                    *("cap", f"caps.{number}", one.named, f"at most {size:.0%}", one.basis), self._lift_cap(number), size, 1.0, one
                )
        for tier in self._served():
            size = min(map(tier.cap.value_on, self.days), default=1.0) if tier.cap is not None else 1.0
            if size < 1.0:
                yield Relaxation(
                    *("class_cap", _path(self.law, tier, "cap"), str(tier.rank), f"tier {tier.rank}: at most {size:.0%}", tier.basis),
                    self._lift_class_cap(tier),
                    size,
                    1.0,
                    tier,
                )

    def _lift_cap(self, number: int) -> Callable[[float], World]:
        listed = self.law.caps

        def relaxed(part: float) -> World:
            lifted = listed[number].model_copy(update={"share": _scaled(listed[number].share, part, 1.0)})
            return self._with(caps=(*listed[:number], lifted, *listed[number + 1 :]))

        return relaxed

    def _decisions(self, key: str, kind: str, listed: tuple[Exemption, ...] | tuple[Override, ...]) -> Iterator[Relaxation]:
        for number, one in enumerate(listed):
            if any(map(one.in_force_on, self.days)) and self._about(one):
                rest = (*listed[:number], *listed[number + 1 :])
                yield Relaxation(
                    *(kind, f"{key}.{number}", one.named, decision_text(one), one.basis),
                    _whole(self._with(**{key: rest})),
                    ground=one,
                )

    # ---- classes -----------------------------------------------------------------------------------------------------------------
    def _served(self) -> list[Tier]:
        """Return the tiers that some claim is in, by rank."""
        ranks = {*self.case.claims["tier"], *self.case.moves["tier"]}
        return [tier for tier in self.law.tiers if tier.rank in ranks]

    def _lift_class_cap(self, tier: Tier) -> Callable[[float], World]:
        def relaxed(part: float) -> World:
            return self._with_tier(tier, cap=None if tier.cap is None else _scaled(tier.cap, part, 1.0))

        return relaxed

    def _with_tier(self, tier: Tier, **parts: Any) -> World:
        other = tier.model_copy(update=parts)
        return self._with(tiers=tuple(other if one is tier else one for one in self.law.tiers))

    def _boundaries(self) -> Iterator[Relaxation]:
        served = self._served()
        for upper, lower in pairwise(served):
            soft = any(rule.rule == "soft_priorities" for rule in (upper, *upper.rules))
            if upper.commodities == lower.commodities and not soft:
                yield Relaxation(
                    *("classes", _path(self.law, lower, "rank"), f"{upper.rank} {lower.rank}"),
                    f"tier {lower.rank} comes after tier {upper.rank}",
                    lower.basis,
                    _whole(self._merged(upper, lower)),
                    ground=lower,
                )

    def _merged(self, upper: Tier, lower: Tier) -> World:
        """Put two tiers together: they share as the upper one; each sector keeps its cap."""
        one = upper.model_copy(update={"sectors": (*upper.sectors, *lower.sectors), "cap": None})
        goods = (None,) if upper.commodities == "all" else upper.commodities
        caps = [
            Cap(sector=sector, commodity=good, share=tier.cap, basis=tier.basis)
            for tier in (upper, lower)
            if tier.cap is not None
            for sector in tier.sectors
            for good in goods
        ]
        moved = tuple(over.model_copy(update={"tier": upper.rank}) if over.tier == lower.rank else over for over in self.law.overrides)
        rest = tuple(one if tier is upper else tier for tier in self.law.tiers if tier is not lower)
        return self._with(tiers=rest, caps=(*self.law.caps, *caps), overrides=moved)

    def _own_rules(self) -> Iterator[Relaxation]:
        for tier in self._served():
            for number, rule in enumerate(tier.rules):
                if holds_at(rule.from_level, self.level) and self.case.claims["commodity"].isin(rule.commodities).any():
                    rest = (*tier.rules[:number], *tier.rules[number + 1 :])
                    yield Relaxation(
                        *("own_rule", _path(self.law, tier, "rules", number), str(tier.rank)),
                        f"tier {tier.rank}: {rule.rule} for {', '.join(rule.commodities)}",
                        tier.basis,
                        _whole(self._with_tier(tier, rules=rest)),
                        ground=rule,
                    )
            if tier.satisfied_at < 1.0:
                told = f"tier {tier.rank}: satisfied at {tier.satisfied_at:g}"
                change = _whole(self._with_tier(tier, satisfied_at=1.0))
                yield Relaxation("satisfied", _path(self.law, tier, "satisfied_at"), str(tier.rank), told, tier.basis, change, ground=tier)
            if set(tier.orders) & set(self.case.claims["region"]):
                told = f"tier {tier.rank}: regions order their own claims"
                change = _whole(self._with_tier(tier, delegated=None, orders={}))
                yield Relaxation("own_order", _path(self.law, tier, "orders"), str(tier.rank), told, tier.basis, change, ground=tier)

    # ---- reserves and levers -----------------------------------------------------------------------------------------------------
    def _reserves(self) -> Iterator[Relaxation]:
        floors = self._of_reserves("floor_share")
        opened = self.case.reserves[self.case.reserves["open"].astype(bool) & self.case.reserves["reserve"].isin(list(floors))]
        law = self.law.reserves
        use = {name: law.use_of(name) for name in [*opened["reserve"], DEFAULT]}
        for name, rank in zip(opened["reserve"], opened["rank"], strict=True):
            key = name if name in law.draw else DEFAULT
            if rank < self.lowest:
                wide = law.model_copy(update={"draw": {**law.draw, name: self.lowest}})
                yield Relaxation(
                    *("draw", f"reserves.draw.{key}", name, f"only tiers down to {rank} may draw on {name}", self.law.bases.reserves),
                    _whole(self._with(reserves=wide)),
                )
            other = {**use, name: "last" if use[name] == "first" else "first"}
            turned = law.model_copy(update={"use": other})
            when = "before the market" if use[name] == "first" else "after the market"
            yield Relaxation(
                *("use", "reserves.use", name, f"{name} is drawn on {when}", self.law.bases.reserves), _whole(self._with(reserves=turned))
            )
            kept = floors[name]
            if kept > 0.0:
                yield Relaxation(
                    *("floor", f"reserves.csv: {name}", name, f"{kept:.0%} of {name} is not released", None),
                    self._lower_floor(name, kept),
                    kept,
                )

    def _of_reserves(self, column: str) -> dict[str, float]:
        rows = self.question.baseline.reserves
        return dict(zip(rows["reserve"].astype(str), rows[column].astype(float), strict=True))

    def _lower_floor(self, name: str, kept: float) -> Callable[[float], World]:
        def relaxed(part: float) -> World:
            return self._with_reserve(name, "floor_share", (1.0 - part) * kept)

        return relaxed

    def _with_reserve(self, name: str, column: str, value: float) -> World:
        rows = self.question.baseline.reserves
        other = rows.assign(**{column: rows[column].where(rows["reserve"] != name, value)})
        return World(_with_table(self.question.baseline, "reserves", other), self.law)

    def _levels(self) -> Iterator[Relaxation]:
        closed = {note.subject for note in self.case.notes if note.kind == "lever_not_allowed_at_level"}
        for kind in sorted(closed):
            if any(one.kind == kind and (one.from_level or 0) <= self.level for one in self.question.scenario.levers):
                yield Relaxation(
                    *("level", "levels", kind, f"{kind} may not be used at crisis level {self.level}", self.law.bases.levels),
                    _whole(self._opened(kind)),
                )
        late = {note.subject for note in self.case.notes if note.kind == "reserve_closed_at_level"}
        levels = self._of_reserves("crisis_level")
        for name in sorted(late):
            yield Relaxation(
                *("reserve_level", f"reserves.csv: {name}", name, f"{name} may be released from crisis level {levels[name]:g} on", None),
                _whole(self._with_reserve(name, "crisis_level", float(max(self.level, 1)))),
            )
        kinds = {one.kind for one in self.question.scenario.levers if isinstance(one, SupplyingLever)} - closed
        for kind in sorted(kinds):
            rank = self.law.levers.rank_of(kind, self.lowest)
            if rank < self.lowest:
                wide = self.law.levers.model_copy(update={"draw": {**self.law.levers.draw, kind: self.lowest}})
                yield Relaxation(
                    *("lever_draw", "levers.draw", kind, f"{kind} is only for tiers down to {rank}", self.law.bases.levers),
                    _whole(self._with(levers=wide)),
                )

    def _sharing(self) -> Iterator[Relaxation]:
        told = {
            "guarded": ("guard", "sharing.no_member_worse_off", "no member is worse off by sharing than it would be alone"),
            "standalone": ("standalone", "sharing.mode", "members do not share"),
        }
        if self.case.sharing in told:
            kind, path, says = told[self.case.sharing]
            yield Relaxation(kind, path, "*", says, self.law.bases.sharing, _whole(self._with(sharing=Sharing())))

    def _opened(self, kind: str) -> World:
        """Let a kind of lever be used at the crisis level of the case."""
        levels = {**self.law.levels, self.level: tuple(dict.fromkeys((*self.law.levels.get(self.level, ()), kind)))}
        restraint = self.law.restraint
        if kind == _RESTRAINT and restraint is not None and restraint.mandatory_from_level > self.level:
            restraint = restraint.model_copy(update={"mandatory_from_level": self.level})
        return self._with(levels=levels, restraint=restraint)


_RESTRAINT = str(DemandRestraint.model_fields["kind"].default)


def _whole(world: World) -> Callable[[float], World]:
    """Return what relaxes a rule that has no size."""
    return lambda _part: world


def _scaled(share: Dated, part: float, free: float) -> Dated:
    """Return a share moved by a part of the way to where it says nothing."""
    return Dated({day: value + part * (free - value) for day, value in share.root.items()})


def _path(law: Framework, tier: Tier, *rest: str | int) -> str:
    return ".".join(str(part) for part in (*law.path_of(tier), *rest))


def _with_table(baseline: Baseline, name: str, table: pd.DataFrame) -> Baseline:
    return replace(baseline, tables={**baseline.tables, name: table})
