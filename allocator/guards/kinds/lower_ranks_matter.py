"""Lower ranks left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial
from allocator.guards.situation import Situation, Words


@GUARDS.register("lower_ranks_matter")
class LowerRanksMatter(Guard):
    """What a rank gets depends on the ranks below it.

    All claims of lower ranks are left out; those above should then be covered as before. Only guarantees of lower ranks, technical
    minimums, ranks that are satisfied with less than all, and the guard that no member is worse off may change that.
    """

    dutch = "Wat een klasse krijgt, hangt af van de klassen eronder."
    law = frozenset({"guarantee", "satisfied"})

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation without all ranks below each rank but the last."""
        for rank in sorted({situation.tier(claim) for claim in situation.claims})[:-1]:
            claims = {claim: demand for claim, demand in situation.claims.items() if situation.tier(claim) <= rank}
            says = Words(f"ranks below {rank} ask for nothing", f"klassen onder {rank} vragen niets")
            yield Change(str(rank), says, replace(situation, claims=claims).tidied())

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield whose coverage changes."""
        for claim in trial.change.situation.claims:
            if abs(trial.after.coverage(claim) - trial.before.coverage(claim)) > CLEAR:
                yield Find(claim, "coverage", trial.before.coverage(claim), trial.after.coverage(claim))
