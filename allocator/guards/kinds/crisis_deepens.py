"""More crisis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import NO_COMPETITION, Change, Find, Guard, Trial, moved
from allocator.guards.situation import Situation, Words


@GUARDS.register("crisis_deepens")
class CrisisDeepens(Guard):
    """Somebody gains when the crisis deepens.

    A market is halved or cut off, a reserve is lost, a process stops, a lane is cut off; nobody should then have more than before. In a
    competition over single goods that is a law for sources and reserves; with chains, lanes, guarantees and narrow reserves it is not.
    """

    dutch = "Iemand wint als de crisis erger wordt."
    law = NO_COMPETITION

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield less of each means."""
        yield from less(situation)

    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield who gains."""
        yield from moved(trial, 1)


def less(one: Situation) -> Iterator[Change]:
    """Yield the situation with less of each of its means: half of a market, none of it, and none of the others."""
    for left, en, nl in ((0.0, "is cut off", "valt weg"), (0.5, "is halved", "wordt gehalveerd")):
        for name, amounts in one.supply.items():
            supply = {**one.supply, name: tuple(left * amount for amount in amounts)}
            yield Change(
                f"supply {name} {left}", Words(f"the market of {name} {en}", f"de markt van {name} {nl}"), replace(one, supply=supply)
            )
    for name, stock in one.reserves.items():
        says = Words(f"the reserve {name} is lost", f"de voorraad {name} gaat verloren")
        yield Change(f"reserves {name}", says, replace(one, reserves={**one.reserves, name: replace(stock, quantity=0.0)}))
    for name in one.lanes:
        says = Words(f"the lane {name} is cut off", f"de verbinding {name} valt weg")
        yield Change(f"lanes {name}", says, replace(one, lanes={**one.lanes, name: 0.0}), lawful=False)
    for name, step in one.processes.items():
        says = Words(f"the process {name} stops", f"het proces {name} valt stil")
        stopped = {**one.processes, name: replace(step, runs=0.0)}
        yield Change(f"processes {name}", says, replace(one, processes=stopped), lawful=False)
