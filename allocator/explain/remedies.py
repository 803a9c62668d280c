"""What would have given a claim what it lacks: the smallest change of each kind that was found, confirmed by solving again.

A change suffices when the claim reaches the target in every period of the horizon. Outcomes need not grow with the change, so the smallest
is the smallest that the search found: amounts are doubled until one suffices, then halved towards the last that did not, and rounded up to
three digits. What is returned was solved as it is returned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.explain.inquiry import Inquiry
from allocator.explain.limits import Key
from allocator.explain.model import Remedy, Trial
from allocator.solve import Solution
from allocator.solve.parts import Partition
from allocator_models import Instance, formulate, lower

FloatArray = npt.NDArray[np.float64]
#: A target is reached within this.
SHORT_OF = 1e-6
#: The amount that suffices is known within this share of it.
PRECISION = 5e-3
#: Significant digits of an amount that suffices.
DIGITS = 3
#: Supply at a place is doubled so often, from what the claim misses.
DOUBLINGS = 8

#: An amount to the problem that it makes.
Made = Callable[[float], Partition]
#: A claim by name and a tier to how it would share there, the columns `RULE`, and its caps, by node; None where nobody can tell.
Terms = Callable[[str, int], tuple[Mapping[str, Any], FloatArray] | None]


def remedies(
    inquiry: Inquiry, claim: int, terms: Terms, target: float = 1.0, tell: Callable[[str], None] = lambda _: None
) -> Iterator[Remedy]:
    """Yield what would have given a claim coverage in every period: supply, guarantee, cap and rank, in this order.

    A cap below the target is lifted to it, and nothing else is tried; nothing where the claim has it already.

    Args:
        inquiry: the answer.
        claim: its code.
        terms: how it would stand in another tier, see `Standing.in_tier`.
        target: the coverage.
        tell: hears what is tried.
    """
    if inquiry.lowest[claim] >= target - SHORT_OF:
        return
    capped = _cap_lifted(inquiry, claim, target)
    if capped is not None:
        tell("cap")
        yield capped
        return
    tell("supply")
    yield _supply(inquiry, claim, target)
    tell("guarantee")
    yield _guarantee(inquiry, claim, target)
    if int(inquiry.instance.claims["tier"].iloc[claim]) > 1:
        tell("rank")
        yield from _rank(inquiry, claim, terms, target)


def _supply(inquiry: Inquiry, claim: int, target: float) -> Remedy:
    """More at the claim's own place, in the periods in which it is short and in proportion to what it misses."""
    place = inquiry.network.place_of(claim)
    key: Key = ("supply", place)
    missed = _missed(inquiry, claim, target)
    scale = inquiry.limits.scale(key)

    own = float(missed.sum()) * scale

    def made(amount: float) -> Partition:
        return inquiry.limits.shifted({key: amount / own * missed})

    high, low = own, 0.0
    while not _suffices(inquiry, claim, target, solution := inquiry.solved(made(high))):
        low = high
        if high >= own * 2.0**DOUBLINGS:
            return _remedy(inquiry, claim, "supply", target, False, high, solution)
        high *= 2.0
    high, solution = _smallest(inquiry, claim, target, made, low, high, solution)
    return _remedy(inquiry, claim, "supply", target, True, high, solution)


def _guarantee(inquiry: Inquiry, claim: int, target: float) -> Remedy:
    """A share of the demand that comes before all classes."""

    def made(share: float) -> Partition:
        return Partition(inquiry.limits.form, with_guarantee(inquiry.instance, claim, share))

    solution = inquiry.solved(made(target))
    if not _suffices(inquiry, claim, target, solution):
        return _remedy(inquiry, claim, "guarantee", target, False, target, solution)
    own = inquiry.guaranteed(claim)
    if own > 0.0:  # that it comes before all classes may be enough
        first = inquiry.solved(made(own))
        if own >= target or _suffices(inquiry, claim, target, first):
            return _remedy(inquiry, claim, "guarantee", target, True, own, first)
    share, solution = _smallest(inquiry, claim, target, made, own, target, solution)
    return _remedy(inquiry, claim, "guarantee", target, True, share, solution)


def _rank(inquiry: Inquiry, claim: int, terms: Terms, target: float) -> Iterator[Remedy]:
    """A higher class, the nearest that suffices; else the highest."""
    own = int(inquiry.instance.claims["tier"].iloc[claim])
    found = None
    for tier in sorted((rank for rank in set(inquiry.instance.claims["tier"]) if rank < own), reverse=True):
        instance = with_rank(inquiry.instance, claim, int(tier), terms)
        if instance is None:
            continue
        solution = inquiry.solved(Partition(lower(formulate(instance)), instance))
        suffices = _suffices(inquiry, claim, target, solution)
        found = _remedy(inquiry, claim, "rank", target, suffices, float(tier), solution)
        if suffices:
            break
    if found is not None:
        yield found


def _cap_lifted(inquiry: Inquiry, claim: int, target: float) -> Remedy | None:
    """A cap at the target, where the claim's own is lower; None where it is not."""
    key: Key = ("cap", (claim,))
    at = inquiry.limits.positions(key)
    if not len(at):
        return None
    caps = inquiry.limits.form.row_upper[at] / inquiry.limits.demand(key, at)
    if caps.min() >= target - SHORT_OF:
        return None
    solution = inquiry.solved(inquiry.limits.shifted({key: np.maximum(target - caps, 0.0)}))
    return _remedy(inquiry, claim, "cap", target, _suffices(inquiry, claim, target, solution), target, solution)


def with_guarantee(instance: Instance, claim: int, share: float) -> Instance:
    """Return an instance in which a claim is guaranteed a share of its demand before all tiers, in the horizon; a higher one stays."""
    cells = instance.cells
    mine = (cells["claim"] == claim) & cells["node"].map(instance.nodes["horizon"]).astype(bool)
    guarantee = cells["guarantee"].where(~mine, np.maximum(cells["guarantee"], share))
    return replace(instance, cells=cells.assign(guarantee=guarantee, guarantee_first=cells["guarantee_first"] | mine))


def with_rank(instance: Instance, claim: int, tier: int, terms: Terms) -> Instance | None:
    """Return an instance in which a claim is in another tier; None where nobody can tell how it would share there."""
    told = terms(str(instance.claims["name"].iloc[claim]), tier)
    if told is None:
        return None
    rule, caps = told
    changed = instance.claims.copy()
    for column, value in {**rule, "tier": tier}.items():
        changed.loc[claim, column] = value
    mine = instance.cells["claim"] == claim
    there = pd.Series(caps[instance.cells["node"]], index=instance.cells.index)
    cells = instance.cells.assign(tier=instance.cells["tier"].where(~mine, tier), cap=instance.cells["cap"].where(~mine, there))
    harms = instance.harms[instance.harms["claim"] != claim].reset_index(drop=True)
    moves = instance.moves[instance.moves["claim"] != claim].reset_index(drop=True)
    return replace(instance, claims=changed, cells=cells, harms=harms, moves=moves)


def _missed(inquiry: Inquiry, claim: int, target: float) -> np.ndarray:
    """Return what a claim misses of the target in each period in which its place has a balance, in scaled units."""
    nodes = inquiry.limits.nodes(("supply", inquiry.network.place_of(claim)))
    shortfall = inquiry.resolver.solution.values["shortfall"]
    cells = inquiry.instance.cells
    mine = (cells["claim"] == claim).to_numpy()
    missed = shortfall["value"].to_numpy()[mine] - (1.0 - target) * cells["demand"].to_numpy()[mine]
    by_node = pd.Series(np.maximum(missed, 0.0), index=cells["node"].to_numpy()[mine])
    return by_node.reindex(nodes, fill_value=0.0).to_numpy()


def _suffices(inquiry: Inquiry, claim: int, target: float, solution: Solution) -> bool:
    return bool(inquiry.coverages(solution)[1][claim] >= target - SHORT_OF)


def _smallest(
    inquiry: Inquiry, claim: int, target: float, made: Made, low: float, high: float, solution: Solution
) -> tuple[float, Solution]:
    """Return the smallest amount found between one that does not suffice and one that does, with the answer to it."""
    while high - low > PRECISION * high:
        middle = 0.5 * (low + high)
        tried = inquiry.solved(made(middle))
        if _suffices(inquiry, claim, target, tried):
            high, solution = middle, tried
        else:
            low = middle
    rounded = _rounded_up(high)
    tried = inquiry.solved(made(rounded))
    return (rounded, tried) if _suffices(inquiry, claim, target, tried) else (high, solution)


def _rounded_up(amount: float) -> float:
    digits = DIGITS - 1 - math.floor(math.log10(amount))
    return math.ceil(round(amount * 10.0**digits, 6)) / 10.0**digits


def _remedy(inquiry: Inquiry, claim: int, kind: str, target: float, suffices: bool, amount: float, solution: Solution) -> Remedy:
    reached = float(inquiry.coverages(solution)[1][claim])
    return Remedy(kind, target, suffices, float(amount), reached, Trial(float(amount), inquiry.changes(solution)))
