"""Equals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from allocator.guards.answer import Answer
from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, unchanged
from allocator.guards.situation import Situation


@GUARDS.register("equals_unequal")
class EqualsUnequal(Guard):
    """Equals are treated unequally.

    Two claims of one rank, region and good with the same restraint and guarantee differ in coverage in some month. Under leximin by period
    they may not, whatever their size.
    """

    dutch = "Gelijken worden ongelijk behandeld."
    law = frozenset({"soft_priorities", "weighted", "delegated", "horizon"})

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation as it is."""
        yield unchanged(situation)

    def finds(self, situation: Situation, change: Change, before: Answer, after: Answer) -> Iterator[Find]:  # noqa: ARG002 - the same for all guards
        """Yield each two equals whose coverage differs, in the month in which it differs most."""
        for one, other in combinations(situation.claims, 2):
            if _standing(situation, one) == _standing(situation, other):
                apart = abs(before.cells(one) - before.cells(other))
                month = int(apart.argmax())
                if apart[month] > CLEAR:
                    yield Find(one, "coverage", float(before.cells(one)[month]), float(before.cells(other)[month]), other)


def _standing(situation: Situation, claim: str) -> tuple[object, ...]:
    region, sector, good = claim.split("/")
    guarantee = situation.guaranteed(claim)
    terms = (guarantee.share, guarantee.before) if guarantee else None
    return region, good, situation.tier(claim), situation.restraint.get(f"{sector}/{good}", 0.0), terms
