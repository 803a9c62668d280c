"""More crisis, and the first rank as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial
from allocator.guards.kinds.crisis_deepens import less
from allocator.guards.situation import Situation

#: Coverages that differ by less are the same: what certificates hold to, and a margin.
SAME = 1e-8


@GUARDS.register("first_rank_gains")
class FirstRankGains(Guard):
    """The first rank as a whole fares better when the crisis deepens.

    Its coverages, from the lowest up, are compared without and with less of a means. That they never improve is a law with chains and lanes
    too, where no guarantee and no other rule than leximin by period plays a part.
    """

    dutch = "De eerste klasse als geheel is beter af als de crisis erger wordt."
    law = frozenset({"guarantee", "soft_priorities", "weighted", "by_commodity", "satisfied", "delegated", "horizon"})

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield less of each means; all of them are lawful here."""
        for change in less(situation):
            yield Change(change.key, change.says, change.situation)

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield the claim at the first place where the sorted coverages improve."""
        first = min(map(trial.situation.tier, trial.situation.claims))
        own = [claim for claim in trial.situation.claims if trial.situation.tier(claim) == first]
        one, other = (
            sorted((float(cell), claim) for claim in own for cell in answer.cells(claim)) for answer in (trial.before, trial.after)
        )
        for (low, _), (high, claim) in zip(one, other, strict=True):
            if low - high > SAME:
                return  # worse where it counts first, however little: a large claim loses in thousandths what a small one gains in tenths
            if high - low > CLEAR:
                yield Find(claim, "coverage", low, high)
                return
