"""From a framework file to a `Framework`: read and checked, all faults at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path

from allocator.closed import KnownIds, read_model, require
from allocator.errors import Finding, InvalidInput, closest, suggestion
from allocator.framework.basis import Bases
from allocator.framework.dated import NotInForceError
from allocator.framework.legal import LegalRegister, load_legal
from allocator.framework.model import DEFAULT, Framework, at_path
from allocator.yaml_file import SourceFile, load_yaml


def load_framework(path: Path | str, ids: KnownIds | None = None, legal: LegalRegister | None = None) -> Framework:
    """Read a framework file.

    Args:
        path: the file.
        ids: ids of the baseline; when given, unknown ones are found as well.
        legal: what may be cited; the shipped legal.csv when left out.

    Raises:
        InvalidInput: with every fault, in the order of the file.
    """
    source = load_yaml(path, "A2")
    if isinstance(source.tree, dict) and "scenario" in source.tree and "tiers" not in source.tree:
        raise InvalidInput([Finding(source.path, 0, 0, "", "this is a scenario and no framework; name a framework", "A200")])
    return framework_of(source, ids, legal)


def framework_of(source: SourceFile, ids: KnownIds | None = None, legal: LegalRegister | None = None) -> Framework:
    """Return the framework that a file holds. Raises `InvalidInput` with every fault."""
    framework, findings = read_framework(source, ids, legal)
    require(source, findings)
    assert framework is not None  # noqa: S101 - no findings means that it was read
    framework._source = source
    return framework


def read_framework(
    source: SourceFile, ids: KnownIds | None = None, legal: LegalRegister | None = None
) -> tuple[Framework | None, list[Finding]]:
    """Return the framework that a file holds, None when it has faults, and these in the order of the file.

    With the ids of the baseline, sectors in no tier and reserves that no rank may draw on are faults as well.
    """
    framework, findings = read_model(Framework, source, ids, {"legal": legal or load_legal()})
    findings += _doubled_sectors(source)
    findings += _ranks(source)
    findings += _sharing(source)
    findings += _claim_rules(source, ids)
    findings += _crossing_guarantees(source)
    findings += _draws(source)
    findings += _bases(source)
    if ids is not None:
        findings += _sectors_without_tier(source, ids.sectors)
        findings += _reserves_without_rank(source, ids.reserves)
    return (None if findings else framework), source.in_order(findings)


def missing_sectors(framework: Framework, asked: Iterable[tuple[str, str]]) -> list[Finding]:
    """Return a finding for every sector that asks for something for which it stands in no tier; `asked` are sectors and commodities."""
    missing: dict[str, list[str]] = {}
    for sector, commodity in sorted(asked):
        if framework.tier_of(sector, commodity) is None:
            missing.setdefault(sector, []).append(commodity)
    return [_without_tier(framework.source, sector, goods if sector in framework.sectors else []) for sector, goods in missing.items()]


def not_in_force(framework: Framework, days: Iterable[date], level: int) -> list[Finding]:
    """Return a finding for every dated parameter that holds at a crisis level and has no value in force on one of the days: the first."""
    ordered = sorted(set(days))
    findings = []
    for path, values in framework.dated(level):
        try:
            if ordered:
                values.value_on(ordered[0])
        except NotInForceError as error:
            findings.append(framework.source.finding(path, str(error), "03"))
    return framework.source.in_order(findings)


def _items(source: SourceFile, key: str) -> Iterator[tuple[int, object]]:
    listed = at_path(source.tree, key)
    return enumerate(listed if isinstance(listed, tuple) else ())


def _without_tier(source: SourceFile, sector: str, goods: Sequence[str] = ()) -> Finding:
    if goods:
        told = (
            f"the sector '{sector}' is in no tier for {', '.join(goods)}; add them to the commodities of one, or add the sector to a tier"
        )
        return source.finding(("tiers",), f"{told} without commodities", "21")
    return source.finding(("tiers",), f"the sector '{sector}' is in no tier; add it to the sectors of one", "21")


def _placed(source: SourceFile) -> frozenset[str]:
    """Return what the tiers name as sectors; nothing while one of them has no list, as nobody knows then what it holds."""
    lists = [at_path(tier, "sectors") for _, tier in _items(source, "tiers")]
    if not all(isinstance(listed, tuple) for listed in lists):
        return frozenset()
    return frozenset(name for listed in lists for name in listed if isinstance(name, str))


def _meant(named: Collection[str], known: Collection[str]) -> frozenset[str]:
    """Return the names, and what each unknown one is suggested to be a misspelling of: one fault is told once."""
    unknown = set(named) - set(known)
    return frozenset(named) | {meant for name in unknown if (meant := closest(name, sorted(known))) is not None}


def _sectors_without_tier(source: SourceFile, sectors: Collection[str]) -> Iterator[Finding]:
    """Find sectors of the baseline that stand in no tier."""
    placed = _placed(source)
    for sector in sorted(set(sectors) - _meant(placed, sectors)) if placed else ():
        yield _without_tier(source, sector)


def _reserves_without_rank(source: SourceFile, reserves: Collection[str]) -> Iterator[Finding]:
    """Find reserves of the baseline that no rank may draw on."""
    written = at_path(source.tree, "reserves")
    draw = at_path(source.tree, "reserves", "draw")
    if not isinstance(written or {}, dict) or not isinstance(draw or {}, dict):
        return
    named = _meant([str(name) for name in draw or {}], [*reserves, DEFAULT])
    for reserve in sorted(reserves) if DEFAULT not in named else ():
        if reserve not in named:
            message = f"no rank may draw on the reserve '{reserve}'; add it here, or a rank for default"
            yield source.finding(("reserves", "draw"), message, "26")


def _doubled_sectors(source: SourceFile) -> Iterator[Finding]:
    """Find sectors that stand in two tiers, or in two for one commodity."""
    first: dict[tuple[str, str], int] = {}
    for number, tier in _items(source, "tiers"):
        listed, named = at_path(tier, "sectors"), at_path(tier, "commodities")
        goods = [good for good in named if isinstance(good, str)] if isinstance(named, tuple) else ["all"]
        for position, sector in enumerate(listed if isinstance(listed, tuple) else ()):
            if not isinstance(sector, str):
                continue
            taken = [good for good in goods if first.setdefault((sector, good), number) != number]
            if taken:
                other = first[sector, taken[0]]
                line, _ = source.locate(("tiers", other, "sectors"))
                what = "" if taken[0] == "all" else f" for {', '.join(taken)}"
                message = f"the sector '{sector}' is already in tier {at_path(source.tree, 'tiers', other, 'rank')} (line {line}){what}"
                yield source.finding(("tiers", number, "sectors", position), f"{message}; keep it in one", "20")


def _sharing(source: SourceFile) -> Iterator[Finding]:
    """Find priorities and regional orders that do not go with the sectors of their tier, and doubled exceptions by commodity."""
    for number, tier in _items(source, "tiers"):
        sectors, rank = at_path(tier, "sectors"), at_path(tier, "rank")
        mine = {name for name in sectors if isinstance(name, str)} if isinstance(sectors, tuple) else set()
        rules = at_path(tier, "rules")
        for path in [(), *(("rules", place) for place in range(len(rules) if isinstance(rules, tuple) else 0))]:
            given = at_path(tier, *path, "priorities")
            if not isinstance(given, dict) or not mine:
                continue
            for sector in sorted(mine - set(given)):
                message = f"the sector '{sector}' of the tier has no priority; give it one"
                yield source.finding(("tiers", number, *path, "priorities"), message, "28")
            for sector in sorted(str(name) for name in set(given) - mine):
                message = f"'{sector}' is no sector of tier {rank}{suggestion(sector, sorted(mine))}; priorities hold inside a tier"
                yield source.finding(("tiers", number, *path, "priorities", sector), message, "28")
        yield from _doubled_goods(source, number, rules)
        yield from _orders(source, number, tier, mine)


def _doubled_goods(source: SourceFile, number: int, rules: object) -> Iterator[Finding]:
    first: dict[tuple[str, str], int] = {}
    for place, rule in enumerate(rules if isinstance(rules, tuple) else ()):
        goods = at_path(rule, "commodities")
        for position, good in enumerate(goods if isinstance(goods, tuple) else ()):
            key = (str(good), str(at_path(rule, "from_level")))
            if isinstance(good, str) and first.setdefault(key, place) != place:
                line, _ = source.locate(("tiers", number, "rules", first[key]))
                message = f"{good} already has a rule in this tier (line {line}); keep one"
                yield source.finding(("tiers", number, "rules", place, "commodities", position), message, "28")


def _orders(source: SourceFile, number: int, tier: object, mine: Collection[str]) -> Iterator[Finding]:
    orders, rank = at_path(tier, "orders"), at_path(tier, "rank")
    if not isinstance(orders, dict):
        return
    if orders and at_path(tier, "delegated") is None:
        yield source.finding(("tiers", number, "orders"), "write delegated: region, or leave orders out", "28")
    for region, groups in orders.items():
        named: set[str] = set()
        for place, group in enumerate(groups if isinstance(groups, tuple) else ()):
            for position, sector in enumerate(group if isinstance(group, tuple) else ()):
                where = ("tiers", number, "orders", region, place, position)
                if isinstance(sector, str) and mine and sector not in mine:
                    message = f"'{sector}' is no sector of tier {rank}{suggestion(sector, sorted(mine))}"
                    yield source.finding(where, f"{message}; a region orders inside a tier, never between tiers", "28")
                elif isinstance(sector, str) and sector in named:
                    yield source.finding(where, f"'{sector}' already stands in this order; name it once", "28")
                named.add(str(sector))


def _ranks(source: SourceFile) -> Iterator[Finding]:
    """Find ranks that are not 1, 2, 3 and so on."""
    seen: dict[int, int] = {}
    ranks = [(number, at_path(tier, "rank")) for number, tier in _items(source, "tiers")]
    for number, rank in ranks:
        where = ("tiers", number, "rank")
        if isinstance(rank, bool) or not isinstance(rank, int) or rank < 1:
            continue
        if rank in seen:
            line, _ = source.locate(("tiers", seen[rank], "rank"))
            yield source.finding(where, f"rank {rank} is already taken (line {line}); number the tiers 1, 2, 3 and so on", "22")
        elif rank > len(ranks):
            yield source.finding(where, f"rank {rank} among {len(ranks)} tiers; number them 1 to {len(ranks)} without a gap", "22")
        seen.setdefault(rank, number)


#: Rules for the claims of a sector: what a finding calls them, what they do to the sector, and by what else two for one claim may differ.
_CLAIM_RULES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "guarantees": ("a guarantee", "guaranteed a share", ("from_level",)),
    "caps": ("a cap", "capped", ("from_level",)),
    "exemptions": ("an exemption", "exempt from anything", ("from",)),
    "overrides": ("an override", "given a minimum or a rank", ()),
    "priority_orders": ("an order", "served first", ("id",)),
}


def _claim_rules(source: SourceFile, ids: KnownIds | None) -> Iterator[Finding]:
    """Find rules for sectors without a tier, unless the baseline has no such sector either, and two of one kind for the same claims."""
    placed = _placed(source)
    good = _meant(placed, ids.sectors) if ids else placed
    ranks = [rank for _, tier in _items(source, "tiers") if isinstance(rank := at_path(tier, "rank"), int)]
    for key, (noun, done, besides) in _CLAIM_RULES.items():
        seen: dict[tuple[str, ...], int] = {}
        for number, rule in _items(source, key):
            sector = at_path(rule, "sector")
            if isinstance(sector, str) and placed and sector not in good and (ids is None or sector in ids.sectors):
                remedy = suggestion(sector, sorted(placed)) or "; add it to the sectors of a tier"
                message = f"the sector '{sector}' is in no tier, so it cannot be {done}{remedy}"
                yield source.finding((key, number, "sector"), message, "25")
            scope = tuple(str(at_path(rule, part)) for part in ("sector", "commodity", "region", *besides))
            first = seen.setdefault(scope, number)
            if isinstance(sector, str) and first != number:
                line, _ = source.locate((key, first))
                remedy = ", with dated shares if it changes" if key in ("guarantees", "caps") else ""
                message = f"{sector} already has {noun} for {_what(rule)} (line {line}); keep one{remedy}"
                yield source.finding((key, number), message, "25")
            rank = at_path(rule, "tier") if key == "overrides" else None
            if isinstance(rank, int) and ranks and rank > max(ranks):
                message = f"there is no tier {rank}; name a rank up to {max(ranks)}"
                yield source.finding((key, number, "tier"), message, "32")


def _what(rule: object) -> str:
    commodity, region = at_path(rule, "commodity"), at_path(rule, "region")
    return f"{commodity or 'all commodities'}" + (f" in {region}" if region else "")


def _crossing_guarantees(source: SourceFile) -> Iterator[Finding]:
    """Find two guarantees of a sector, one for a commodity and one for a region, where none says what holds for both together."""
    told = [
        (number, *(at_path(rule, part) for part in ("sector", "commodity", "region", "from_level")))
        for number, rule in _items(source, "guarantees")
    ]
    told = [one for one in told if all(part is None or isinstance(part, (str, int)) for part in one)]
    both = {one[1:4] for one in told}
    by_good = [one for one in told if one[2] and not one[3]]
    by_region = [one for one in told if one[3] and not one[2]]
    for (number, sector, commodity, _, level), (other, same, _, region, at) in product(by_good, by_region):
        if (sector, level) == (same, at) and (sector, commodity, region) not in both:
            line, _ = source.locate(("guarantees", min(number, other)))
            message = f"{sector} has a guarantee for {commodity} and one in {region} (line {line}), equally specific"
            remedy = "add one for both together, or give one of them both"
            yield source.finding(("guarantees", max(number, other)), f"{message}; {remedy}", "25")


def _draws(source: SourceFile) -> Iterator[Finding]:
    """Find reserves that are open to a rank that there is not."""
    ranks = [rank for _, tier in _items(source, "tiers") if isinstance(rank := at_path(tier, "rank"), int)]
    draw = at_path(source.tree, "reserves", "draw")
    for reserve, rank in draw.items() if isinstance(draw, dict) else ():
        if isinstance(rank, int) and ranks and rank > max(ranks):
            who = "reserves without a line of their own" if reserve == DEFAULT else f"the reserve {reserve}"
            message = f"{who} would be open down to rank {rank}, but the lowest tier has rank {max(ranks)}; name a rank up to that"
            yield source.finding(("reserves", "draw", reserve), message, "26")


def _bases(source: SourceFile) -> Iterator[Finding]:
    """Find grounds of rules that the framework does not write."""
    bases = at_path(source.tree, "bases")
    for name in bases if isinstance(bases, dict) else ():
        if name in Bases.model_fields and at_path(source.tree, name) is None:
            yield source.finding(("bases", name), f"there is no rule '{name}' for it; write the rule, or leave this out", "24")
