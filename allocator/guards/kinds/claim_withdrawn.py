"""One claim less."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import NO_COMPETITION, Change, Find, Guard, Trial, moved
from allocator.guards.situation import Situation, Words


@GUARDS.register("claim_withdrawn")
class ClaimWithdrawn(Guard):
    """Somebody loses when another claimant withdraws.

    Each claim is left out in turn; nobody should then have less. In a competition over single goods that is a law; with chains, guarantees
    and narrow reserves it is not.
    """

    dutch = "Iemand verliest als een ander zijn aanspraak intrekt."
    law = NO_COMPETITION

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation without each claim."""
        for claim in situation.claims if len(situation.claims) > 1 else ():
            says = Words(f"{claim} withdraws", f"{claim} trekt zich terug")
            yield Change(claim, says, situation.without("claims", claim))

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield who loses."""
        yield from moved(trial, -1)
