"""Figures by period: what disruptions leave of supply, demand and capacity, before the start and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case.arrivals import TransitLoss
from allocator.periods import Horizon, first_day, period_days, period_names
from allocator.scenario import Disruption, LastingDisruption, SuddenDisruption

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Calendar:
    """The periods of a case.

    Attributes:
        horizon: as the scenario states it.
        names: of all periods from the first on, the tail last.
        before: number of periods before the first in which something was sent that is still under way.
        days: model days of a period.
    """

    horizon: Horizon
    names: tuple[str, ...]
    before: int
    days: float

    @property
    def dates(self) -> list[date]:
        """First day of every period."""
        return [first_day(name) for name in self.names]


def make_calendar(horizon: Horizon, chain_days: float, longest_lead_days: float) -> Calendar:
    """Return the calendar whose tail holds the longest chain of leads, and which reaches back by the longest lead, in whole periods."""
    days = period_days(horizon)
    tail, before = (int(np.ceil(length / days)) for length in (chain_days, longest_lead_days))
    return Calendar(horizon, tuple(period_names(horizon, tail)), before, days)


@dataclass(frozen=True)
class Course:
    """What the disruptions of a scenario do to the figures of a calendar's periods, whatever the order in which they are written.

    Arrays have a row per row of the table that is asked about. Those of supply have a column for each period from -`before` on, the others
    from the first period on. `loss` is the share of each commodity lost per 30 days.
    """

    calendar: Calendar
    disruptions: tuple[Disruption, ...]
    loss: pd.Series

    @property
    def lasting(self) -> list[LastingDisruption]:
        """Those that hold for a while."""
        return [one for one in self.disruptions if isinstance(one, LastingDisruption)]

    @property
    def sudden(self) -> list[SuddenDisruption]:
        """Those that happen at one stroke."""
        return [one for one in self.disruptions if isinstance(one, SuddenDisruption)]

    def supply_factors(self, rows: int, affected: Callable[[LastingDisruption], Mask]) -> FloatArray:
        """Return what all disruptions together leave; severities multiply."""
        factors = np.ones((rows, self.calendar.before + len(self.calendar.names)))
        for disruption in self.lasting:
            factors[affected(disruption)] *= disruption.supply_factor(self.calendar.horizon, self.calendar.before, len(self.calendar.names))
        return factors

    def demand_factors(self, demands: pd.DataFrame) -> FloatArray:
        """Return the factor on each demand."""
        factors = np.ones((len(demands), len(self.calendar.names)))
        for disruption in self.lasting:
            factors[disruption.affects_demands(demands)] *= disruption.demand_factor(self.calendar.horizon, 0, len(self.calendar.names))
        return factors

    def under_ceilings(self, lines: pd.DataFrame, most: FloatArray) -> FloatArray:
        """Return what ceilings leave of `most` that each line can send, all in multiples of its undisturbed dispatch.

        A ceiling that is in force for part of a period holds in that part; of several the lowest counts.
        """
        left = np.repeat(most[:, None], self.calendar.before + len(self.calendar.names), axis=1)
        for disruption in self.lasting:
            cut = most - np.minimum(most, disruption.ceilings(lines))
            if cut.any():
                in_force = disruption.severity(self.calendar.horizon, self.calendar.before, len(self.calendar.names))
                left = np.minimum(left, most[:, None] - cut[:, None] * in_force)
        return left

    def delays(self, lines: pd.DataFrame) -> FloatArray:
        """Return the days by which each line's lead is longer for what it sends in a period, the mean over the period; delays add up."""
        return delays(self.calendar.horizon, self.disruptions, lines, self.calendar.before, len(self.calendar.names))

    def transit_losses(self, senders: pd.DataFrame, lines: pd.DataFrame, routes: pd.DataFrame) -> list[TransitLoss]:
        """Return what befalls goods on their way; `senders` has the lines by name."""
        found = []
        for disruption in self.sudden:
            struck = lines.loc[disruption.affects_transit(lines, routes), "line"]
            mine = ((senders["channel"] == "line") & senders["sender"].isin(struck)).to_numpy(dtype=np.bool_)
            found.append(TransitLoss(disruption.stroke(self.calendar.horizon), disruption.depth, mine))
        return sorted(found, key=lambda loss: (loss.number, loss.share))

    def reserve_losses(self, reserves: pd.DataFrame) -> FloatArray:
        """Return the share of each stock that is destroyed as a period begins; a stroke before the first period falls in the first."""
        spared = np.ones((len(reserves), len(self.calendar.names)))
        for disruption in self.sudden:
            number = max(disruption.stroke(self.calendar.horizon), 0)
            spared[disruption.affects_reserves(reserves), number] *= 1.0 - disruption.depth
        return 1.0 - spared


def delays(horizon: Horizon, disruptions: Iterable[Disruption], lines: pd.DataFrame, before: int, count: int) -> FloatArray:
    """Return the days by which each line's lead is longer, shape (lines, before + count)."""
    total = np.zeros((len(lines), before + count))
    for disruption in disruptions:
        if isinstance(disruption, LastingDisruption):
            total += disruption.delays(lines)[:, None] * disruption.severity(horizon, before, count)
    return total


def longest_delays(horizon: Horizon, disruptions: Iterable[Disruption], lines: pd.DataFrame) -> FloatArray:
    """Return the most days by which each line's lead is longer for anything it sends in the horizon, shape (lines,)."""
    longest: FloatArray = delays(horizon, disruptions, lines, 0, horizon.periods).max(axis=1)
    return longest
