"""Two claims in one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import CLEAR, Change, Find, Guard, Trial
from allocator.guards.situation import Situation, Words


@GUARDS.register("claims_merged")
class ClaimsMerged(Guard):
    """Two claimants of one rank gain by merging their claims.

    Both ask under the name of one of them. Under leximin nothing may change where their rights are the same.
    """

    dutch = "Twee aanvragers van één klasse winnen door hun aanspraken samen te voegen."
    law = frozenset({"guarantee", "restraint", "soft_priorities", "weighted", "delegated", "horizon"})

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield the situation with each two claims of one rank, region and good in one, under either name."""
        for kept, gone in permutations(situation.claims, 2):
            (region, _, good), (there, sector, other) = kept.split("/"), gone.split("/")
            if (region, good) == (there, other) and situation.tier(kept) == situation.tier(gone):
                claims = {**situation.claims, kept: situation.claims[kept] + situation.claims[gone]}
                del claims[gone]
                says = Words(f"{sector} asks together with and as {kept}", f"{sector} vraagt samen met en als {kept}")
                alike = situation.ceiling(kept) == situation.ceiling(gone)
                yield Change(f"{kept} {gone}", says, replace(situation, claims=claims).tidied(), lawful=alike)

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield the claim if together they get more."""
        kept, gone = trial.change.key.split(" ")
        apart = trial.before.amount(kept) + trial.before.amount(gone)
        if trial.after.amount(kept) - apart > CLEAR * trial.situation.claims[kept]:
            yield Find(kept, "amount", apart, trial.after.amount(kept), gone)
