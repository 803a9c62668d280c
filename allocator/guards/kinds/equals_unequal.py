"""Equals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial, unchanged
from allocator.guards.situation import Situation


@GUARDS.register("equals_unequal")
class EqualsUnequal(Guard):
    """Equals are treated unequally.

    Two claims of one rank, region and good with the same restraint, guarantee, cap and technical minimum differ in coverage in some
    month. Under leximin by period they may not, whatever their size.
    """

    dutch = "Gelijken worden ongelijk behandeld."
    law = frozenset({"soft_priorities", "weighted", "delegated", "horizon"})

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation as it is."""
        yield unchanged(situation)

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield each two equals whose coverage differs, in the month in which it differs most."""
        for one, other in combinations(trial.situation.claims, 2):
            if _standing(trial.situation, one) == _standing(trial.situation, other):
                apart = abs(trial.before.cells(one) - trial.before.cells(other))
                month = int(apart.argmax())
                if apart[month] > CLEAR:
                    yield Find(one, "coverage", float(trial.before.cells(one)[month]), float(trial.before.cells(other)[month]), other)


def _standing(situation: Situation, claim: str) -> tuple[object, ...]:
    region, sector, good = claim.split("/")
    guarantee = situation.guaranteed(claim)
    terms = (guarantee.share, guarantee.before) if guarantee else None
    restraint, minimum = situation.restraint.get(f"{sector}/{good}", 0.0), situation.minimums.get(claim, 0.0)
    return region, good, situation.tier(claim), restraint, terms, situation.ceiling(claim), minimum
