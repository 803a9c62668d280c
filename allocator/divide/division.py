"""From claims and terms to awards: what counts of each claim, the rule, minimum parcels, rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from allocator.divide.parcels import with_parcels
from allocator.divide.rounding import rounded_awards
from allocator.divide.rules import RULES, FloatArray, needs
from allocator.divide.sums import exact_sum


@dataclass(frozen=True)
class Terms:
    """How a volume is divided.

    Attributes:
        rule: name of the rule.
        estate: the volume, at least 0.
        options: numbers that the rule needs, by name (the width of soft priorities).
        factor: what counts of a claim is at most the base period times this; None: the base period limits nothing.
        up_to_estate: whether no more than the estate counts of any claim.
        decimals: of the awards; None: not rounded.
    """

    rule: str
    estate: float
    options: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    factor: float | None = None
    up_to_estate: bool = False
    decimals: int | None = None


@dataclass(frozen=True)
class Division:
    """Who gets what, in the order of the claimants.

    Attributes:
        recognised: what counts of each claim.
        awards: what each gets; they add up to `awarded`.
        left_out: whether an award would have been below the minimum parcel.
        awarded: the estate or all recognised claims, whichever is less; rounded where awards are.
        left: estate that nobody may have: more than what counts, or too little for a parcel.
    """

    recognised: FloatArray
    awards: FloatArray
    left_out: npt.NDArray[np.bool_]
    awarded: float
    left: float


def divide(rule: str, claims: FloatArray, estate: float, **needed: FloatArray | float) -> FloatArray:
    """Return what each gets, unrounded: as the rule says where the estate is short of the claims, else the claims.

    Args:
        rule: name of the rule.
        claims: n numbers, none negative.
        estate: at least 0, in the unit of the claims.
        needed: what `needs` names for the rule: columns of n numbers, and options.

    Returns:
        n awards from 0 to the claim, which add up to the smaller of estate and claims to the last digits of floating point.

    Raises:
        UnknownNameError: there is no such rule.
        RuleDoesNotApplyError: the rule says nothing about this problem.
    """
    share = RULES[rule]
    return claims.copy() if estate >= exact_sum(claims) else share(claims, estate, **needed)


def settle(names: Sequence[str], claims: FloatArray, columns: Mapping[str, FloatArray], terms: Terms) -> Division:
    """Divide on given terms.

    Args:
        names: of n claimants, all different; they only break ties.
        claims: n numbers, none negative.
        columns: n numbers each: those that the rule needs, `base` where the terms have a factor, `parcel` where there are minimum parcels.
        terms: the rule, the estate and what else holds.

    Raises:
        RuleDoesNotApplyError: the rule says nothing about this problem.
    """
    recognised = claims if terms.factor is None else np.minimum(claims, columns["base"] * terms.factor)
    if terms.up_to_estate:
        recognised = np.minimum(recognised, terms.estate)

    def awards_of(kept: npt.NDArray[np.intp]) -> FloatArray:
        needed = {name: columns[name][kept] if name in columns else terms.options[name] for name in needs(terms.rule)}
        return divide(terms.rule, recognised[kept], terms.estate, **needed)

    if "parcel" in columns:
        awards, left_out = with_parcels(names, recognised, columns["parcel"], awards_of)
    else:
        awards, left_out = awards_of(np.arange(len(claims))), np.zeros(len(claims), dtype=bool)
    awarded = min(terms.estate, exact_sum(recognised[~left_out]))
    left = terms.estate - awarded
    if terms.decimals is not None:
        awards = rounded_awards(names, recognised, awards, awarded, terms.decimals)
        awarded = round(exact_sum(awards), terms.decimals)
        left = max(terms.estate - awarded, 0.0)
    return Division(recognised, awards, left_out, awarded, left)


def gini(awards: FloatArray) -> float:
    """Return the Gini coefficient of awards: 0 where all get the same, near 1 where one gets all; 0 where nobody gets anything."""
    total, count = exact_sum(awards), len(awards)
    ranks = np.arange(1 - count, count, 2)
    return exact_sum(np.sort(awards) * ranks) / (count * total) if total else 0.0
