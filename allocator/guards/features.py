"""What a situation has that may be why something odd happens in it; each can be taken away, to see whether the oddity stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from allocator.case.sharing import sharing_of
from allocator.framework import Sharing, Tier
from allocator.guards.situation import LEVEL, Process, Situation, Words, changed


@dataclass(frozen=True)
class Feature:
    """One cause that an oddity may have.

    Attributes:
        says: the cause, in words.
        there: whether a situation has it.
        without: the situation without it.
        or_without: another way to take it away; only what happens in neither is due to it.
        general: a cause is said only where none that is less general is found.
        kind_of: the general cause of which this is one kind.
    """

    says: Words
    there: Callable[[Situation], bool]
    without: Callable[[Situation], Situation]
    general: int = 0
    kind_of: str = ""
    or_without: Callable[[Situation], Situation] | None = None

    @property
    def ways(self) -> tuple[Callable[[Situation], Situation], ...]:
        """The ways to take it away."""
        return (self.without,) if self.or_without is None else (self.without, self.or_without)


def features_of(situation: Situation) -> frozenset[str]:
    """Return the names of what a situation has."""
    return frozenset(name for name, feature in FEATURES.items() if feature.there(situation))


# ---- processes and places ------------------------------------------------------------------------------------------------------------
def _steps(change: Callable[[Process], Process]) -> Callable[[Situation], Situation]:
    return lambda one: replace(one, processes={name: change(step) for name, step in one.processes.items()})


def _any_step(has: Callable[[Process], bool]) -> Callable[[Situation], bool]:
    return lambda one: any(has(step) for step in one.processes.values())


def _first(flows: Any) -> dict[str, float]:
    name = min(flows)
    return {name: flows[name]}


def _room_everywhere(one: Situation) -> Situation:
    """Let every good that is moved go between all places, as much of it as there is."""
    plenty = sum(one.figures())
    goods = {name.split("/")[2] for name in one.lanes}
    ends = [(origin, region) for origin in one.regions for region in one.regions if origin != region]
    return replace(one, lanes={**one.lanes} | {f"{origin}/{region}/{good}": plenty for good in sorted(goods) for origin, region in ends})


# ---- the law -------------------------------------------------------------------------------------------------------------------------
def _tiers(**parts: Any) -> Callable[[Situation], Situation]:
    """Return what gives every tier other parts, and so every rule for some of its commodities where they have such a part."""

    def change(tier: Tier) -> Tier:
        rules = tuple(rule.model_copy(update={key: value for key, value in parts.items() if hasattr(rule, key)}) for rule in tier.rules)
        return tier.model_copy(update={"rules": rules} | parts)

    return lambda one: replace(one, law=changed(one.law, tiers=tuple(change(tier) for tier in one.law.tiers)))


def _served(has: Callable[[Any, Tier], bool]) -> Callable[[Situation], bool]:
    """Return whether the rule or the tier of any claim is so."""

    def there(one: Situation) -> bool:
        for claim in one.claims:
            _, sector, good = claim.split("/")
            tier = one.law.tier_of(sector, good)
            if tier is not None and has(tier.rule_for(good, LEVEL)[1], tier):
                return True
        return False

    return there


def _reserves(**parts: Any) -> Callable[[Situation], Situation]:
    return lambda one: replace(one, law=changed(one.law, reserves=one.law.reserves.model_copy(update=parts)))


def _lowest(one: Situation) -> int:
    return max(tier.rank for tier in one.law.tiers)


def _narrow(one: Situation) -> bool:
    asked = max(map(one.tier, one.claims), default=0)
    return any((one.law.reserves.rank_of(name) or 1) < asked for name in one.reserves)


_PLAIN: dict[str, Any] = {"rule": "leximin", "priorities": {}, "width": None}

FEATURES: dict[str, Feature] = {
    "complement": Feature(
        Words(
            "a process needs several goods at once: without one, the others are free",
            "een proces heeft meer goederen tegelijk nodig: ontbreekt er een, dan komen de andere vrij",
        ),
        _any_step(lambda step: len(step.uses) > 1),
        _steps(lambda step: replace(step, uses=_first(step.uses))),
        kind_of="chain",
    ),
    "by_product": Feature(
        Words(
            "a process makes several goods at once: who wants one brings the others along",
            "een proces maakt meer goederen tegelijk: wie het ene wil, brengt het andere mee",
        ),
        _any_step(lambda step: len(step.makes) > 1),
        _steps(lambda step: replace(step, makes=_first(step.makes))),
        kind_of="chain",
    ),
    "yields": Feature(
        Words(
            "a unit of one product takes more of a good than a unit of another",
            "een eenheid van het ene product vergt meer van een goed dan een eenheid van het andere",
        ),
        _any_step(lambda step: len({*step.uses.values(), *step.makes.values()}) > 1),
        _steps(lambda step: replace(step, uses=dict.fromkeys(step.uses, 1.0), makes=dict.fromkeys(step.makes, 1.0))),
        kind_of="chain",
    ),
    "chain": Feature(
        Words(
            "a process links goods in a chain",
            "een proces verbindt goederen in een keten",
        ),
        lambda one: bool(one.processes),
        lambda one: replace(one, processes={}),
        general=1,
    ),
    "lanes": Feature(
        Words(
            "some places are reached over a lane only: what is not carried away stays where it is",
            "sommige plaatsen worden alleen over een verbinding bereikt: wat niet wordt weggevoerd, blijft",
        ),
        lambda one: bool(one.lanes),
        _room_everywhere,
    ),
    "guarantee": Feature(
        Words(
            "a guarantee comes before the ranks",
            "een gegarandeerd minimum gaat voor de rangorde",
        ),
        lambda one: any(one.guaranteed(claim) for claim in one.claims),
        lambda one: replace(one, law=changed(one.law, guarantees=())),
    ),
    "cap": Feature(
        Words(
            "a cap keeps a rank from getting all it asks for",
            "een plafond houdt een klasse onder haar vraag",
        ),
        lambda one: any(one.ceiling(claim) < 1.0 for claim in one.claims),
        lambda one: replace(_tiers(cap=None)(one), law=changed(_tiers(cap=None)(one).law, caps=())),
    ),
    "narrow_reserve": Feature(
        Words(
            "only upper ranks may draw on a reserve, and what they draw of a commodity is kept as one number",
            "alleen hogere klassen mogen een voorraad aanspreken, en wat zij van een materiaal afnemen, wordt als één getal vastgehouden",
        ),
        _narrow,
        lambda one: _reserves(draw=dict.fromkeys(one.reserves, _lowest(one)))(one),
    ),
    "first_reserve": Feature(
        Words(
            "a reserve is drawn on before the market",
            "een voorraad wordt vóór de markt aangesproken",
        ),
        lambda one: any(one.law.reserves.use_of(name) == "first" for name in one.reserves),
        _reserves(use="last"),
    ),
    "restraint": Feature(
        Words(
            "demand that is given up counts as met",
            "opgegeven vraag telt als voorzien",
        ),
        lambda one: bool(one.restraint),
        lambda one: replace(one, restraint={}),
    ),
    "guard": Feature(
        Words(
            "no member may be worse off by sharing than it would be alone, and that comes before the ranks",
            "geen lid mag door delen slechter af zijn dan alleen, en dat gaat voor de rangorde",
        ),
        lambda one: sharing_of(one.law) == "guarded",
        lambda one: replace(one, law=changed(one.law, sharing=Sharing())),
    ),
    "standalone": Feature(
        Words(
            "members do not share what they have",
            "leden delen niet wat zij hebben",
        ),
        lambda one: sharing_of(one.law) == "standalone",
        lambda one: replace(one, law=changed(one.law, sharing=Sharing())),
    ),
    "integer": Feature(
        Words(
            "whole numbers: a plant or line runs at its minimum at least, or stands still",
            "gehele getallen: een fabriek of lijn draait op ten minste haar minimum, of staat stil",
        ),
        lambda one: bool(one.minimums),
        lambda one: replace(one, minimums={}),
    ),
    "soft_priorities": Feature(
        Words(
            "soft priorities inside a rank",
            "zachte prioriteiten binnen een klasse",
        ),
        _served(lambda rule, _: rule.rule == "soft_priorities"),
        _tiers(**_PLAIN),
    ),
    "weighted": Feature(
        Words(
            "a rule that makes harm least does not make shares equal",
            "een regel die de schade zo klein mogelijk maakt, maakt aandelen niet gelijk",
        ),
        _served(lambda rule, _: rule.rule == "weighted"),
        _tiers(rule="leximin"),
    ),
    "by_commodity": Feature(
        Words(
            "a rank shares some goods by another rule",
            "een klasse verdeelt sommige goederen volgens een andere regel",
        ),
        _served(lambda _, tier: bool(tier.rules)),
        _tiers(rules=()),
    ),
    "satisfied": Feature(
        Words(
            "a rank is satisfied with less than all",
            "een klasse is met minder dan alles tevreden",
        ),
        _served(lambda rule, _: rule.satisfied_at < 1.0),
        _tiers(satisfied_at=1.0),
    ),
    "delegated": Feature(
        Words(
            "a region puts its own claims in another order",
            "een regio zet haar eigen aanspraken in een andere volgorde",
        ),
        _served(lambda _, tier: bool(tier.orders)),
        _tiers(orders={}),
    ),
    "horizon": Feature(
        Words(
            "coverage is counted over all months together",
            "de dekkingsgraad telt over alle maanden samen",
        ),
        _served(lambda rule, _: rule.over == "horizon"),
        _tiers(over="period"),
    ),
    "shared": Feature(
        Words(
            "claims of one rank share in proportion to what they ask for",
            "aanspraken van één klasse delen naar wat zij vragen",
        ),
        lambda one: len({one.tier(claim) for claim in one.claims}) < len(one.claims),
        Situation.apart,
        general=1,
        or_without=lambda one: one.apart(backwards=True),
    ),
}
