"""Less restraint offered than there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial
from allocator.guards.situation import Situation, Words


@GUARDS.register("restraint_hidden")
class RestraintHidden(Guard):
    """A claimant gets more by hiding what it could give up.

    Each sector offers no restraint of a good where it has some; what counts is what it is given, as demand given up counts as met.
    """

    dutch = "Een aanvrager krijgt meer door te verzwijgen wat hij kan missen."

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation without the restraint of each sector and good."""
        for name in situation.restraint:
            left = {other: share for other, share in situation.restraint.items() if other != name}
            says = Words(f"{name} offers no restraint", f"{name} biedt geen vraagbeperking")
            yield Change(name, says, replace(situation, restraint=left))

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield the sector's claims that get more."""
        for claim, demand in trial.situation.claims.items():
            one, other = trial.before.amount(claim), trial.after.amount(claim)
            if claim.split("/", 1)[1] == trial.change.key and other - one > CLEAR * demand:
                yield Find(claim, "amount", one, other)
