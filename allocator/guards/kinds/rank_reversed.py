"""A higher rank short of what a lower one gets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial, unchanged
from allocator.guards.situation import Situation


@GUARDS.register("rank_reversed")
class RankReversed(Guard):
    """A higher rank is short of what a lower one gets.

    Of one good in one region and month. Only a guarantee, a cap, a technical minimum, a rank that is satisfied with less than all, or the
    guard that no member is worse off may do that.
    """

    dutch = "Een hogere klasse komt tekort waarvan een lagere krijgt."
    law = frozenset({"guarantee", "cap", "satisfied"})

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation as it is."""
        yield unchanged(situation)

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield each claim that is short, beside one of a lower rank that gets the same good."""
        for upper, lower in permutations(trial.situation.claims, 2):
            (region, _, good), (there, _, other) = upper.split("/"), lower.split("/")
            if (region, good) != (there, other) or trial.situation.tier(upper) >= trial.situation.tier(lower):
                continue
            short, got = (
                trial.before.shortfall[upper] / trial.before.demand[upper],
                trial.before.allocated[lower] / trial.before.demand[lower],
            )
            both = (short > CLEAR) & (got > CLEAR)
            if both.any():
                month = int(both.argmax())
                yield Find(upper, "coverage", float(1.0 - short[month]), float(trial.before.cells(lower)[month]), lower)
