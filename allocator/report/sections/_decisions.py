"""What must be decided, by whom and by when: the levers that the plan counts on, and reserves of what is short that no lever opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from allocator.periods import first_day
from allocator.report.language import Language
from allocator.report.sections._levers import lever_words, reserves_of, restrained_by
from allocator.report.view import View
from allocator.scenario.levers._base import Lever
from allocator.scenario.levers.demand_restraint import DemandRestraint
from allocator.scenario.levers.reserve_release import ReserveRelease


@dataclass(frozen=True)
class Decision:
    """Something to decide.

    Attributes:
        day: the last one on which it can be taken and still work as the plan says, or help from the first shortage on; None where nothing
            depends on it.
        what, who: the decision, and whose it is.
        brings: what it does in this plan, or could do.
    """

    day: date | None
    what: str
    who: str
    brings: str

    def by(self, language: Language, otherwise: str) -> str:
        """Write the day; `otherwise` where there is none."""
        return language.day(self.day) if self.day else otherwise


def counted_on(view: View) -> Iterator[Decision]:
    """Yield the levers of the scenario; one that the plan does not use has no day."""
    for lever in view.run.scenario.levers:
        words = lever_words(view, lever)
        yield Decision(_needed_by(view, lever), words["what"], words["authority"], words["used"])


def still_open(view: View) -> Iterator[Decision]:
    """Yield the reserves of what is short that stay closed in this scenario, the shortest material first."""
    pick, words = view.language.pick, view.language
    reserves = view.run.case.reserves
    closed = reserves[~reserves["open"].astype(bool) & (reserves["opening"] > reserves["floor"])]
    level = view.run.baseline.reserves.set_index("reserve")["crisis_level"].to_dict()
    for commodity in view.short:
        for reserve in closed[closed["commodity"] == commodity].to_dict("records"):
            name, rank, unit = str(reserve["reserve"]), int(reserve["rank"]), view.unit(commodity)
            missing = view.missing(commodity, rank)
            held = words.quantity(float(reserve["opening"]) - float(reserve["floor"]), unit)
            brings = [pick("not in this plan", "niet in dit plan"), pick("{} above its floor", "{} boven de ondergrens").format(held)]
            misses = pick("{}, which miss {}", "{}, die {} missen").format(classes_to(view, rank), words.quantity(missing, unit))
            brings.append(misses if missing else pick("{}, which miss none", "{}, die niets missen").format(classes_to(view, rank)))
            if int(level[name]) > view.run.case.crisis_level:
                brings.append(pick("only from crisis level {}", "pas vanaf crisisniveau {}").format(int(level[name])))
            what = pick("Release of reserve: {}", "Vrijgave van voorraad: {}").format(view.reserve(name))
            day = _latest(view, name, view.short_periods(commodity)[0]) if missing else None
            yield Decision(day, what, view.region(str(reserve["owner"])), "; ".join(brings))


def classes_to(view: View, rank: int) -> str:
    """Say which classes a reserve may serve: all down to `rank`."""
    if rank == 1:
        return view.language.pick("for class 1", "voor klasse 1")
    return view.language.pick("for classes 1 to {}", "voor klasse 1 tot en met {}").format(rank)


def _needed_by(view: View, lever: Lever) -> date | None:
    if isinstance(lever, ReserveRelease):
        days = [_latest(view, str(name), str(period)) for name, period in _first_use(reserves_of(view, lever), "reserve")]
        return min(days, default=None)
    if isinstance(lever, DemandRestraint):
        used = restrained_by(view, lever)
        return first_day(str(used["period"].min())) if len(used) else None
    return None


def _first_use(table: pd.DataFrame, key: str) -> list[tuple[Any, Any]]:
    return list(table.groupby(key)["period"].min().items())


def _latest(view: View, reserve: str, period: str) -> date:
    """Return the day on which a reserve must be opened to deliver in `period`; not before the crisis, from whose start its lead counts."""
    lead = view.run.baseline.reserves.set_index("reserve")["first_release_days"].to_dict()[reserve]
    return max(first_day(view.periods[0]), first_day(period) - timedelta(days=float(lead)))
