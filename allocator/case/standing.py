"""Where each claim stands in each period: its rank, how that rank shares, and what it is capped at, guaranteed or excepted from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case.model import CLAIM, RULE, Case, Note
from allocator.errors import Finding
from allocator.framework import Cap, Decision, Framework, Guarantee, Override, Tier, holds_at
from allocator.periods import first_day
from allocator.yaml_file import PathTuple, dotted

_RULE = dict(zip(RULE, ("str", "str", "int64", "float64", "float64", "int64"), strict=True))
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Standing:
    """The framework for the claims of a case, at a crisis level, on the first days of its periods.

    Attributes:
        framework: the law.
        claims: region, sector, commodity, one row a claim.
        days: first day of every period, those of the horizon first.
        reported: number of periods of the horizon.
        level: crisis level.
    """

    framework: Framework
    claims: pd.DataFrame
    days: Sequence[date]
    reported: int
    level: int

    def own_ranks(self) -> npt.NDArray[np.int64]:
        """Return the tier of each claim without overrides; each sector has a tier."""
        rank_of = cache(lambda sector, good: self._tier(sector, good).rank)
        pairs = self.claims[["sector", "commodity"]].itertuples(index=False)
        return np.array([rank_of(sector, good) for sector, good in pairs], dtype=np.int64)

    def ranks(self) -> npt.NDArray[np.int64]:
        """Return the tier of each claim and day, overrides included."""
        ranks = np.repeat(self.own_ranks()[:, None], len(self.days), axis=1)
        for _, override, mine, holds in self._overrides():
            if override.tier is not None:
                ranks[np.ix_(mine, holds)] = override.tier
        return ranks

    def rules(self, ranks: npt.NDArray[np.int64]) -> pd.DataFrame:
        """Return how tiers share, tier and the columns `RULE`, for claims in tiers `ranks`, one a claim."""
        tiers = {tier.rank: tier for tier in self.framework.tiers}
        told = []
        for rank, (region, sector, good) in zip(ranks.tolist(), self.claims[CLAIM].itertuples(index=False), strict=True):
            step, rule = tiers[rank].rule_for(good, self.level)
            order = tiers[rank].order_of(region, sector)
            told.append((rank, rule.rule, rule.over, step, rule.satisfied_at, rule.offset(sector), order))
        return pd.DataFrame(told, columns=["tier", *RULE], index=self.claims.index).astype({"tier": "int64", **_RULE})

    def in_tier(self, claim: str, tier: int) -> tuple[dict[str, Any], npt.NDArray[np.float64]] | None:
        """Return how a claim, region/sector/commodity, would share in another tier, the columns `RULE`, and its caps there, by day.

        None where that tier weighs harm or has priorities of its own, which may say nothing about the claim.
        """
        _, _, good = claim.split("/")
        target = next(one for one in self.framework.tiers if one.rank == tier)
        if target.rule_for(good, self.level)[1].rule != "leximin":
            return None
        mine = (self.claims[CLAIM].agg("/".join, axis=1) == claim).to_numpy()
        alone = replace(self, claims=self.claims[mine].reset_index(drop=True))
        rule = alone.rules(np.array([tier])).iloc[0]
        return {column: rule[column] for column in RULE}, alone._caps(np.full((1, len(self.days)), tier))[0]

    def moves(self) -> pd.DataFrame:
        """Return region, sector, commodity, tier and the columns `RULE` for every tier into which an override moves a claim."""
        ranks = self.ranks()
        rows, days = np.nonzero(ranks != self.own_ranks()[:, None])
        moved = pd.DataFrame({"row": rows, "tier": ranks[rows, days]}).drop_duplicates()
        chosen = self.claims.iloc[moved["row"]].reset_index(drop=True)
        other = Standing(self.framework, chosen, self.days, self.reported, self.level)
        return chosen[CLAIM].join(other.rules(moved["tier"].to_numpy()))

    def law(self) -> dict[str, npt.NDArray[Any]]:
        """Return tier, cap, guarantee, guarantee_first and hard for each claim and day, as arrays of shape (claims, days).

        Every dated value must be in force on every day: see `allocator.framework.not_in_force`.
        """
        ranks = self.ranks()
        law: dict[str, npt.NDArray[Any]] = {"tier": ranks, "cap": self._caps(ranks), **self._guarantees()}
        for _, override, mine, holds in self._overrides():
            if override.share is not None:
                place = np.ix_(mine, holds)
                law["guarantee"][place] = np.maximum(law["guarantee"][place], override.share)
                law["guarantee_first"][place] = override.share > 0
        return law

    def restrained(self, blocks: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
        """Return the restraint blocks (region, sector, commodity, period) of claims that are not exempt; `names` are those of the days."""
        for mine, holds in self._exempt("restraint"):
            free = pd.MultiIndex.from_frame(self.claims.loc[mine, CLAIM])
            exempt = pd.MultiIndex.from_frame(blocks[CLAIM]).isin(free) & blocks["period"].isin(np.asarray(names)[holds]).to_numpy()
            blocks = blocks[~exempt]
        return blocks

    def in_force(self) -> Iterator[tuple[PathTuple, Decision, int]]:
        """Yield every exemption and override that is for some claim in the horizon: its path, itself, and in how many periods it holds."""
        for path, decision in self._decisions():
            periods = int(self._holds(decision)[: self.reported].sum())
            if periods and decision.covers(self.claims).any():
                yield path, decision, periods

    @cached_property
    def _in_force(self) -> list[Decision]:
        return [decision for _, decision, _ in self.in_force()]

    def excepting(self, claim: str) -> list[Decision]:
        """Return the exemptions and overrides in force for a claim, region/sector/commodity."""
        return [decision for decision in self._in_force if decision.is_for(claim)]

    def ground_of_share(self, claim: str, day: date) -> Guarantee | Override:
        """Return what guarantees a claim its share on a day: an override, or else the guarantee that holds."""
        manual = [one for one in self.framework.overrides if one.share is not None and one.in_force_on(day) and one.is_for(claim)]
        known = [one for one in self.framework.guarantees if holds_at(one.from_level, self.level) and one.is_for(claim)]
        return manual[0] if manual else max(known, key=_strength)

    def ground_of_cap(self, claim: str, rank: int, day: date) -> Cap | Tier:
        """Return what caps a claim of a tier on a day: the lowest of what applies."""
        caps = [one for one in self.framework.caps if holds_at(one.from_level, self.level) and one.is_for(claim)]
        found: list[tuple[float, int, Cap | Tier]] = [(one.share.value_on(day), number, one) for number, one in enumerate(caps, 1)]
        found += [(tier.cap.value_on(day), 0, tier) for tier in self.framework.tiers if tier.rank == rank and tier.cap is not None]
        return min(found, key=lambda one: one[:2])[2]

    def notes(self) -> list[Note]:
        """Return notes on rules that are off at this level, orders of what nobody claims, exemptions and overrides over or for no claim."""
        notes = [Note("rule_off_at_level", dotted(path), named) for path, named in self.framework.off_at(self.level)]
        ungrounded = [((*self.framework.path_of(tier), "basis"), str(tier.rank)) for tier in self.framework.ungrounded]
        notes += [Note("adopted_without_act", dotted(path), rank) for path, rank in ungrounded]
        for number, order in enumerate(self.framework.priority_orders):
            if not ((self.claims["region"] == order.region) & (self.claims["commodity"] == order.commodity)).any():
                notes.append(Note("order_without_place", f"priority_orders.{number}", order.id))
        for path, decision in self._decisions():
            if not self._holds(decision)[: self.reported].any():
                notes.append(Note("decision_over", dotted(path), decision.named))
            elif not decision.covers(self.claims).any():
                notes.append(Note("decision_without_claim", dotted(path), decision.named))
        return notes

    def faults(self) -> list[Finding]:
        """Return a finding for every override that the rules leave no room for."""
        found = []
        for path, override, mine, holds in self._overrides():
            message = self._refusal(override, mine, holds)
            if message:
                key = "tier" if override.share is None else "share"
                found.append(self.framework.source.finding((*path, key), message, "32"))
        return found

    def _refusal(self, override: Override, mine: BoolArray, holds: BoolArray) -> str:
        if override.share is not None:
            least = self._guarantees()["guarantee"][np.ix_(mine, holds)].max(initial=0.0)
            if override.share < least:
                return f"a minimum of {override.share:g} is less than the {least:g} that is guaranteed; write more, or leave it out"
            return ""
        target = next(tier for tier in self.framework.tiers if tier.rank == override.tier)
        own = self._tier(override.sector, override.commodity)
        rules = [tier.rule_for(override.commodity, self.level)[1] for tier in (own, target)]
        if rules[1].rule == "soft_priorities" and override.sector not in rules[1].priorities:
            return f"tier {target.rank} shares by soft priorities and has none for {override.sector}; name another tier, or a share"
        over = [rule.over != "period" for rule in rules]
        if any(over) and own is not target and not holds[: self.reported].all():
            tier = target if over[1] else own
            last = self.days[self.reported - 1]
            return f"tier {tier.rank} is levelled over the horizon, so the override must hold all of it; write until after {last}"
        return ""

    def _tier(self, sector: str, commodity: str) -> Tier:
        tier = self.framework.tier_of(sector, commodity)
        assert tier is not None  # noqa: S101 - `missing_sectors` found none
        return tier

    def _decisions(self) -> Iterator[tuple[PathTuple, Decision]]:
        decisions: tuple[tuple[str, Iterable[Decision]], ...] = (
            ("exemptions", self.framework.exemptions),
            ("overrides", self.framework.overrides),
        )
        for key, listed in decisions:
            for number, decision in enumerate(listed):
                yield (key, number), decision

    def _holds(self, decision: Decision) -> BoolArray:
        return np.array([decision.in_force_on(day) for day in self.days], dtype=bool)

    def _overrides(self) -> Iterator[tuple[PathTuple, Override, BoolArray, BoolArray]]:
        """Yield overrides that are for some claim on some day: path, itself, which claims and which days."""
        for number, override in enumerate(self.framework.overrides):
            mine, holds = override.covers(self.claims), self._holds(override)
            if mine.any() and holds[: self.reported].any():
                yield ("overrides", number), override, mine, holds

    def _exempt(self, what: str) -> Iterator[tuple[BoolArray, BoolArray]]:
        for exemption in self.framework.exemptions:
            if what in exemption.from_:
                yield exemption.covers(self.claims), self._holds(exemption)

    def _caps(self, ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        caps = np.ones(ranks.shape)
        for tier in self.framework.tiers:
            if tier.cap is not None:
                dated = np.array([tier.cap.value_on(day) for day in self.days])
                caps = np.where(ranks == tier.rank, dated, caps)
        for cap in self.framework.caps:
            if holds_at(cap.from_level, self.level):
                mine = cap.covers(self.claims)
                caps[mine] = np.minimum(caps[mine], [cap.share.value_on(day) for day in self.days])
        for mine, holds in self._exempt("cap"):
            caps[np.ix_(mine, holds)] = 1.0
        return caps

    def _guarantees(self) -> dict[str, npt.NDArray[Any]]:
        """Return guarantee, guarantee_first and hard: the most specific guarantee holds, of these the one of the highest level."""
        size = (len(self.claims), len(self.days))
        law: dict[str, npt.NDArray[Any]] = {
            "guarantee": np.zeros(size),
            "guarantee_first": np.zeros(size, dtype=bool),
            "hard": np.zeros(size),
        }
        by_strength = sorted(self.framework.guarantees, key=_strength)
        for guarantee in (one for one in by_strength if holds_at(one.from_level, self.level)):
            shares = np.array([guarantee.share.value_on(day) for day in self.days])
            mine = guarantee.covers(self.claims)
            law["guarantee"][mine] = shares
            law["guarantee_first"][mine] = (shares > 0) & (guarantee.before == "tiers")
            law["hard"][mine] = shares if guarantee.hard else 0.0
        return law


def standing_of(case: Case, framework: Framework) -> Standing:
    """Return the standing of the claims of a case under the framework that it was resolved with."""
    days = [first_day(period) for period in case.periods["period"]]
    return Standing(framework, case.claims[CLAIM], days, int(case.periods["horizon"].sum()), case.crisis_level)


def _strength(guarantee: Guarantee) -> tuple[int, int]:
    return guarantee.narrowness, guarantee.from_level or 0
