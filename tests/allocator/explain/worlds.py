"""Small worlds by chance with laws of every kind of rule, and rules relaxed by hand: in the text of the framework, solved from scratch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from allocator.allocation import decode
from allocator.case import resolve_case
from allocator.case.standing import standing_of
from allocator.compile import compile_instance
from allocator.deliveries import no_deliveries
from allocator.explain.inquiry import Inquiry
from allocator.explain.prices import Change, least_changes, priced
from allocator.explain.question import Question
from allocator.explain.relaxed import Relaxation, relaxations
from allocator.explain.remedies import remedies
from allocator.solve import Resolver
from allocator.solve.parts import Partition
from allocator_models import formulate, lower
from tests.allocator.explain.independent import TOLERANCE, Check
from tests.policy.situations import Situation, case_of, solve, written

SECTORS = ("army", "care", "dykes", "farms", "games", "homes")
FAR = "2099-01-01"


@dataclass(frozen=True)
class World:
    """What a policy test has: a world and a framework, both as they are written."""

    world: dict[str, Any]
    law: dict[str, Any]

    def situation(self) -> Situation:
        """Return it as a policy test reads it."""
        return Situation("by chance", copy.deepcopy(self.world), copy.deepcopy(self.law), {})


def random_world(seed: int) -> World:
    """Return a small crisis and a law with rules of all kinds; the same seed always gives the same."""
    draw = Random(f"world {seed}")
    goods, regions, periods = ("part", "ore")[: draw.choice((1, 2))], ("DEU", "NLD")[: draw.choice((1, 2))], draw.choice((1, 2))
    sectors = list(SECTORS[: draw.randint(3, 6)])
    asking = [(region, sector, good) for region in regions for sector in sectors for good in goods]
    claims = {"/".join(one): float(draw.randint(1, 6)) for one in sorted(draw.sample(asking, min(len(asking), draw.randint(3, 7))))}
    world: dict[str, Any] = {"claims": claims, "periods": periods, "sectors": sectors, "crisis_level": 1}
    total = {good: sum(amount for name, amount in claims.items() if name.endswith(good)) for good in goods}
    world["supply"] = {
        f"{region}/{good}": max(1.0, round(total[good] * draw.choice((0.2, 0.4, 0.6)))) for region in regions for good in goods
    }
    if len(regions) > 1:
        world["lanes"] = {f"{one}/{other}/{good}": 2.0 for one in regions for other in regions for good in goods if one != other}
    world["reserves"] = {
        name: {
            "region": draw.choice(regions),
            "commodity": draw.choice(goods),
            "quantity": float(draw.randint(1, 5)),
            "floor_share": draw.choice((0.0, 0.4)),
            "crisis_level": draw.choice((1, 1, 2)),
        }
        for name in ("cellar", "tower")[: draw.choice((0, 1, 2))]
    }
    if "ore" in goods and draw.random() < 0.5:
        world["processes"] = {"works": {"region": regions[0], "runs": 3.0, "uses": {"ore": 1.0}, "makes": {"part": 1.0}}}
    world["restraint"] = {f"{sector}/{goods[0]}": [0.1, 0.1] for sector in sectors[-2:]}
    owners = sorted({stock["region"] for stock in world["reserves"].values()})
    world["levers"] = [
        {"kind": "demand_restraint", "sectors": sectors[-2:], "share": 0.15, "authority": "minister"},
        *({"kind": "reserve_release", "owner": region, "commodities": list(goods), "authority": "minister"} for region in owners),
    ]
    return World(world, _law(draw, sectors, goods, regions))


def _law(draw: Random, sectors: list[str], goods: tuple[str, ...], regions: tuple[str, ...]) -> dict[str, Any]:
    count = draw.randint(2, min(4, len(sectors)))
    cuts = sorted(draw.sample(range(1, len(sectors)), count - 1))
    groups = [sectors[first:last] for first, last in zip((0, *cuts), (*cuts, None), strict=True)]
    groups[-1] = [*groups[-1], "exports"]
    tiers = [_tier(draw, group, goods, regions) for group in groups]
    shares = (0.3, 0.5, 0.8)
    chosen = draw.sample(sectors, min(len(sectors), 3))
    law: dict[str, Any] = {
        "tiers": tiers,
        "guarantees": [
            {"sector": sector, "share": draw.choice(shares), "before": draw.choice(("tiers", "own_tier"))} for sector in chosen[:2]
        ],
        "caps": [{"sector": chosen[-1], "share": draw.choice((0.4, 0.7))}] if draw.random() < 0.6 else [],
        "exemptions": [],
        "overrides": [],
        "reserves": {"draw": {"default": draw.randint(1, count)}, "use": draw.choice(("first", "last"))},
        "levels": {draw.choice((1, 1, 2)): ["reserve_release"], draw.choice((1, 2)): ["demand_restraint"]},
    }
    if len(law["levels"]) == 1:
        law["levels"] = {level: ["reserve_release", "demand_restraint"] for level in law["levels"]}
    decided = {"reason": "tried", "owner": "minister", "until": FAR}
    if draw.random() < 0.5:
        law["exemptions"] = [{"sector": draw.choice(sectors), "from": [draw.choice(("cap", "restraint"))], **decided}]
    if draw.random() < 0.5:
        claim = {"sector": draw.choice(sectors), "commodity": draw.choice(goods), "region": draw.choice(regions)}
        law["overrides"] = [{**claim, **({"share": 0.9} if draw.random() < 0.5 else {"tier": 1}), **decided}]
    return law


def _tier(draw: Random, sectors: list[str], goods: tuple[str, ...], regions: tuple[str, ...]) -> dict[str, Any]:
    tier: dict[str, Any] = {"sectors": sectors}
    kind = draw.choice(("plain", "plain", "cap", "satisfied", "order", "own"))
    if kind == "cap":
        tier["cap"] = draw.choice((0.5, 0.8))
    elif kind == "satisfied":
        tier["satisfied_at"] = 0.7
    elif kind == "order":
        tier |= {"delegated": "region", "orders": {regions[0]: [[sector] for sector in reversed(sectors) if sector != "exports"]}}
        tier["orders"] = {region: groups for region, groups in tier["orders"].items() if groups} or {}
    elif kind == "own":
        tier["rules"] = [{"commodities": [goods[0]], "rule": "leximin", "satisfied_at": 0.5}]
    return tier


# ---- both routes -------------------------------------------------------------------------------------------------------------------------
def asked(world: World, folder: Path) -> Question:
    """Return a world solved and ready to be asked."""
    baseline, scenario, law = written(world.situation(), folder)
    case = resolve_case(baseline, scenario, law, no_deliveries())
    instance = compile_instance(case)
    resolver = Resolver(Partition(lower(formulate(instance)), instance))
    return Question(baseline, scenario, law, no_deliveries(), case, decode(case, instance, resolver.solution), Inquiry(instance, resolver))


def coverages(world: World) -> dict[str, tuple[float, float]]:
    """Return coverage over the horizon and in the worst period by claim: files written anew, solved from scratch, plain arithmetic."""
    with TemporaryDirectory() as folder:
        allocation, _ = solve(*case_of(world.situation(), Path(folder)))
    rows = allocation.allocation
    names = rows["region"] + "/" + rows["sector"] + "/" + rows["commodity"]
    return {
        str(name): (1.0 - own["shortfall"].sum() / own["demand"].sum(), float((1.0 - own["shortfall"] / own["demand"]).min()))
        for name, own in rows.groupby(names)
    }


def relaxed(world: World, rule: Relaxation, share: float | None = None) -> World:
    """Return a world with a rule left out of what is written, or given another share."""
    other = World(copy.deepcopy(world.world), copy.deepcopy(world.law))
    law, place = other.law, rule.path.split(".")
    if rule.kind in ("guarantee", "override", "exemption", "cap"):
        listed = law[place[0]]
        if share is None or share == rule.free:
            del listed[int(place[1])]
        else:
            listed[int(place[1])]["share"] = share
    elif rule.kind in ("class_cap", "own_rule", "satisfied", "own_order"):
        tier = law["tiers"][int(place[1])]
        if rule.kind == "own_rule":
            del tier["rules"][int(place[3])]
        elif rule.kind == "own_order":
            del tier["orders"], tier["delegated"]
        elif share is not None and share != rule.free:
            tier["cap"] = share
        else:
            del tier["cap" if rule.kind == "class_cap" else "satisfied_at"]
    elif rule.kind == "classes":
        _merge(law, *(int(rank) for rank in rule.name.split()))
    elif rule.kind in ("floor", "reserve_level"):
        column = "floor_share" if rule.kind == "floor" else "crisis_level"
        other.world["reserves"][rule.name][column] = (share or 0.0) if rule.kind == "floor" else other.world["crisis_level"]
    elif rule.kind == "draw":
        law["reserves"]["draw"][rule.name] = len(law["tiers"])
    elif rule.kind == "use":
        now = law["reserves"]["use"]
        law["reserves"]["use"] = {"default": now, rule.name: "last" if now == "first" else "first"}
    elif rule.kind == "level":
        law["levels"].setdefault(other.world["crisis_level"], []).append(rule.name)
    else:
        raise ValueError(rule.kind)
    return other


def _merge(law: dict[str, Any], upper: int, lower: int) -> None:
    """Put two tiers together as a framework is written: ranks without a gap, caps by sector."""
    first, second = law["tiers"][upper - 1], law["tiers"][lower - 1]
    for tier in (first, second):
        if "cap" in tier:
            for sector in tier["sectors"]:
                known = next((cap for cap in law["caps"] if cap["sector"] == sector), None)
                if known is None:
                    law["caps"].append({"sector": sector, "share": tier["cap"]})
                else:
                    known["share"] = min(known["share"], tier["cap"])
    first["sectors"] = [*first["sectors"], *second["sectors"]]
    first.pop("cap", None)
    del law["tiers"][lower - 1]
    for rules, key in ((law["overrides"], "tier"), *(((law["reserves"]["draw"],), name) for name in law["reserves"]["draw"])):
        for rule in rules:
            if key in rule and rule[key] >= lower:
                rule[key] -= 1


#: Changes for one claim that an override can write, and what it writes.
OVERRIDDEN: Mapping[str, Callable[[float], dict[str, Any]]] = {
    "guarantee_of_claim": lambda share: {"share": min(1.0, share)},
    "rank_of_claim": lambda rank: {"tier": int(rank)},
}


def changed(world: World, claim: str, change: Change) -> World | None:
    """Return a world in which a change is written into the framework; None where a new cap of one claim cannot be written alone."""
    if change.relaxation is not None:
        return relaxed(world, change.relaxation, None if change.amount != change.amount else change.amount)
    if change.kind not in OVERRIDDEN:
        return None
    region, sector, good = claim.split("/")
    other = World(copy.deepcopy(world.world), copy.deepcopy(world.law))
    decided = {"reason": "tried", "owner": "minister", "until": f"2026-{3 + other.world['periods']:02d}-01"}
    law = other.law
    law["overrides"] = [one for one in law["overrides"] if (one["region"], one["sector"], one["commodity"]) != (region, sector, good)]
    law["overrides"].append({"region": region, "sector": sector, "commodity": good, **OVERRIDDEN[change.kind](change.amount), **decided})
    return other if len(law["overrides"]) == len(world.law["overrides"]) + 1 else None


def checks(seed: int, rules: int = 4) -> Iterator[Check]:
    """Yield prices of some rules, and the least change that suffices for the hardest cut claim, beside an independent solve."""
    world = random_world(seed)
    with TemporaryDirectory() as folder:
        question = asked(world, Path(folder))
        base = question.outcome
        known = relaxations(question)
        found = [priced(question, rule) for rule in Random(seed).sample(known, min(rules, len(known)))]
        for price in found:
            rule = price.relaxation
            told = {name: base.coverage[name] + price.changes.get(name, 0.0) for name in base.coverage.index}
            after = coverages(relaxed(world, rule))
            apart = max(abs(told[name] - after[name][0]) for name in told)
            yield Check(f"{seed}: without {rule.kind}[{rule.name}]", "rule", apart)
        short = sorted((round(value, 9), str(name)) for name, value in base.coverage.items() if value < 1.0 - TOLERANCE)
        for _, claim in short[:1]:
            yield from _suffice(seed, world, question, claim, found)


def _suffice(seed: int, world: World, question: Question, claim: str, found: list[Any]) -> Iterator[Check]:
    code = list(question.inquiry.instance.claims["name"]).index(claim)
    target = min(1.0, round(float(question.outcome.lowest[claim]) + 0.25, 2))
    standing = standing_of(question.case, question.framework)
    own = [one for one in remedies(question.inquiry, code, standing.in_tier, target) if one.kind != "supply"]
    for change in least_changes(question, claim, target, found, own)[:1]:
        other = changed(world, claim, change)
        if other is None:
            continue
        after = coverages(other)
        told = f"{seed}: {claim} to {target}: {change.kind} {change.amount:.4g}"
        yield Check(told, "change", max(0.0, target - after[claim][1], abs(change.reached - after[claim][1])))
