"""More asked for than needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial
from allocator.guards.situation import Situation, Words

BY = 1.5


@GUARDS.register("claim_inflated")
class ClaimInflated(Guard):
    """A claimant gains by inflating its claim.

    Each claim is made half as large again; what counts is what is got of the true claim. It pays under every proportional rule, which is
    why intake is guarded: `allocator check-claims`.
    """

    dutch = "Een aanvrager wint door zijn aanspraak op te blazen."

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation with each claim inflated."""
        for claim, demand in situation.claims.items():
            says = Words(f"{claim} asks for half as much again", f"{claim} vraagt de helft meer")
            yield Change(claim, says, replace(situation, claims={**situation.claims, claim: BY * demand}))

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield the claim if it gets more of what it needs."""
        need = trial.before.demand[trial.change.key]
        one, other = trial.before.amount(trial.change.key), float(np.minimum(need, trial.after.allocated[trial.change.key]).sum())
        if other - one > CLEAR * need.sum():
            yield Find(trial.change.key, "amount", one, other)
