"""One claim in two parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial
from allocator.guards.situation import Situation, Words, with_twin


@GUARDS.register("claim_split")
class ClaimSplit(Guard):
    """A claimant gains by splitting its claim.

    A quarter of a claim is asked for under a second name with the same rights. Under leximin nothing may change.
    """

    dutch = "Een aanvrager wint door zijn aanspraak te splitsen."
    law = frozenset({"soft_priorities", "weighted", "delegated"})

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation with each claim in two parts."""
        for claim, demand in situation.claims.items():
            region, sector, good = claim.split("/")
            twin = f"{sector}_2"
            claims = {**situation.claims, claim: 0.75 * demand, f"{region}/{twin}/{good}": 0.25 * demand}
            least = {f"{region}/{twin}/{good}": one for name, one in situation.minimums.items() if name == claim}
            beside = {name.replace(sector, twin, 1): one for name, one in situation.restraint.items() if name == f"{sector}/{good}"}
            harm = {name.replace(sector, twin, 1): one for name, one in situation.harm.items() if name == f"{sector}/{good}"}
            split = replace(
                situation,
                claims=claims,
                law=with_twin(situation.law, sector, twin),
                restraint={**situation.restraint, **beside},
                harm={**situation.harm, **harm},
                minimums={**situation.minimums, **least},
            )
            yield Change(claim, Words(f"{claim} asks under two names", f"{claim} vraagt onder twee namen"), split)

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield the claim if both names together get more."""
        region, sector, good = trial.change.key.split("/")
        one = trial.before.amount(trial.change.key)
        both = trial.after.amount(trial.change.key) + trial.after.amount(f"{region}/{sector}_2/{good}")
        if both - one > CLEAR * trial.situation.claims[trial.change.key]:
            yield Find(trial.change.key, "amount", one, both)
