"""A situation as a document of the policy tests, to be copied into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from allocator.case.scope import EXPORTS
from allocator.framework import Framework
from allocator.framework.claims import ClaimRule
from allocator.guards.situation import Process, Reserve, Situation, day_of


def document(situation: Situation, policy: str, expect: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Return a situation as a document of the policy tests, with what each claim gets each month."""
    world: dict[str, Any] = {}
    if situation.months > 1:
        world["periods"] = situation.months
    levers: list[dict[str, Any]] = []
    if situation.reserves or situation.restraint:
        world["crisis_level"] = 2
    drawn = {name: stock for name, stock in situation.reserves.items() if _drawn_by(situation, name)}
    for region in sorted({stock.region for stock in drawn.values()}):
        goods = sorted({stock.commodity for stock in drawn.values() if stock.region == region})
        levers.append({"kind": "reserve_release", "owner": region, "commodities": goods, "authority": "minister"})
    for name, share in situation.restraint.items():
        levers.append({"kind": "demand_restraint", "sectors": [name.split("/")[0]], "share": _plain(share), "authority": "minister"})
    world["claims"] = {name: _plain(amount) for name, amount in situation.claims.items()}
    world["supply"] = {name: _series(months) for name, months in situation.supply.items()}
    world["reserves"] = {name: _record(stock) for name, stock in drawn.items()}
    world["stores"] = {name: _plain(amount) for name, amount in situation.stores.items()}
    world["lanes"] = {name: _plain(amount) for name, amount in situation.lanes.items()}
    world["processes"] = {name: _record(step) for name, step in situation.processes.items()}
    world["restraint"] = {name: _plain(share) for name, share in situation.restraint.items()}
    world["harm"] = {name: dict(curve) for name, curve in situation.harm.items()}
    world["minimums"] = [_minimum(situation, name, share) for name, share in situation.minimums.items()]
    world["levers"] = levers
    world = {key: value for key, value in world.items() if value}
    return {
        "policy": policy,
        "world": world,
        "framework": law_document(situation),
        "expect": {name: _series(months) for name, months in expect.items()},
    }


def _minimum(situation: Situation, name: str, share: float) -> dict[str, Any]:
    """Return a technical minimum as a scenario has it."""
    if name in situation.processes:
        return {"process": name, "share": _plain(share)}
    region, sector, good = name.split("/")
    return {"sector": sector, "commodity": good, "regions": [region], "share": _plain(share)}


def law_document(situation: Situation) -> dict[str, Any]:
    """Return what a framework says about the sectors of a situation, as in a framework file; ranks that serve nobody are left out."""
    day = day_of(situation.law)
    asked = sorted({(name.split("/")[1], name.split("/")[2]) for name in situation.claims})
    sectors = {sector for sector, _ in asked}
    tiers: list[dict[str, Any]] = []
    ranks: dict[int, int] = {}
    for tier in situation.law.tiers:
        own = [sector for sector in tier.sectors if any(_in_tier(situation.law, one, tier.rank) for one in asked if one[0] == sector)]
        if own:
            ranks[tier.rank] = len(ranks) + 1
            goods = [good for sector, good in asked if sector in own]
            tiers.append(_tier_document(tier, own, day, goods, situation.regions))
    if EXPORTS not in sectors:
        _add_exports(tiers[-1])
    law: dict[str, Any] = {"tiers": tiers}
    sharing = situation.law.sharing.model_dump(exclude_defaults=True)
    if sharing:
        law["sharing"] = sharing
    guarantees = [one for one in situation.law.guarantees if any(map(one.is_for, situation.claims))]
    if guarantees:
        law["guarantees"] = [
            _scope(one) | {"share": _plain(one.share.value_on(day))} | ({} if one.before == "tiers" else {"before": one.before})
            for one in guarantees
        ]
    caps = [one for one in situation.law.caps if any(map(one.is_for, situation.claims))]
    if caps:
        law["caps"] = [_scope(one) | {"share": _plain(one.share.value_on(day))} for one in caps]
    if any(_drawn_by(situation, name) for name in situation.reserves):
        draw = {name: ranks[rank] for name in situation.reserves if (rank := _drawn_by(situation, name))}
        law["reserves"] = {"draw": draw}
        first = [name for name in draw if situation.law.reserves.use_of(name) == "first"]
        if first:
            law["reserves"]["use"] = {**dict.fromkeys(first, "first"), "default": "last"}
    if situation.reserves or situation.restraint:
        law["levels"] = {2: ["reserve_release", "demand_restraint"]}
    return law


def _scope(rule: ClaimRule) -> dict[str, str]:
    """Return whom a rule is for, as in a framework file."""
    return {
        key: name for key, name in (("sector", rule.sector), ("commodity", rule.commodity), ("region", rule.region)) if name is not None
    }


def _in_tier(law: Framework, asked: tuple[str, str], rank: int) -> bool:
    tier = law.tier_of(*asked)
    return tier is not None and tier.rank == rank


def _drawn_by(situation: Situation, reserve: str) -> int:
    """Return the lowest rank that asks for anything and may draw on a reserve; 0 where none may."""
    rank = situation.law.reserves.rank_of(reserve) or 1
    return max((asking for asking in map(situation.tier, situation.claims) if asking <= rank), default=0)


def _tier_document(tier: Any, sectors: Sequence[str], day: date, goods: Sequence[str], regions: Sequence[str]) -> dict[str, Any]:
    law: dict[str, Any] = {"sectors": list(sectors)} | _rule_document(tier, sectors)
    if tier.commodities != "all":
        law["commodities"] = list(tier.commodities)
    rules = [
        {"commodities": list(rule.commodities), "rule": rule.rule} | _rule_document(rule, sectors)
        for rule in tier.rules
        if set(rule.commodities) & set(goods)
    ]
    if rules:
        law["rules"] = rules
    if tier.cap is not None and tier.cap.value_on(day) < 1.0:
        law["cap"] = _plain(tier.cap.value_on(day))
    orders = {
        region: [group for group in ([one for one in names if one in sectors] for names in groups) if group]
        for region, groups in tier.orders.items()
    }
    orders = {region: groups for region, groups in orders.items() if groups and region in regions}
    if orders:
        law |= {"delegated": "region", "orders": orders}
    return law


def _rule_document(rule: Any, sectors: Sequence[str]) -> dict[str, Any]:
    law: dict[str, Any] = {}
    if rule.rule != "leximin":
        law["rule"] = rule.rule
    if rule.over != "period":
        law["over"] = rule.over
    if rule.satisfied_at < 1.0:
        law["satisfied_at"] = rule.satisfied_at
    if rule.rule == "soft_priorities":
        lowest = min(rule.priorities.values())
        law |= {"width": rule.width, "priorities": {one: rule.priorities[one] for one in rule.priorities if one in sectors}}
        if lowest not in law["priorities"].values():
            law["priorities"][EXPORTS] = lowest  # what lies between a priority and the lowest is what counts
    return law


def _add_exports(tier: dict[str, Any]) -> None:
    """Place use outside the scope, which every framework does, though nobody asks for it here."""
    tier["sectors"] = [*tier["sectors"], EXPORTS]
    for rule in (tier, *tier.get("rules", [])):
        if "priorities" in rule:
            rule["priorities"].setdefault(EXPORTS, min(rule["priorities"].values()))


def _record(one: Process | Reserve) -> dict[str, Any]:
    values = {part.name: getattr(one, part.name) for part in fields(one)}
    return {
        name: _plain(value)
        if isinstance(value, float | int)
        else {k: _plain(v) for k, v in value.items()}
        if isinstance(value, Mapping)
        else value
        for name, value in values.items()
    }


def _series(months: Sequence[float]) -> Any:
    plain = [_plain(amount) for amount in months]
    return plain[0] if len(set(plain)) == 1 else plain


def _plain(figure: float) -> float | int:
    short = float(f"{figure:.9g}") + 0.0
    return int(short) if short == int(short) else short
