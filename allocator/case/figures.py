"""Figures by period: what disruptions leave of supply, demand and capacity, before the start and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.periods import Horizon, first_day, period_days, period_names
from allocator.scenario import Disruption

FloatArray = npt.NDArray[np.float64]


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


def year_share(horizon: Horizon) -> float:
    """Return the part of annual figures that falls in a period: 1/12 a month, 7/365 a week."""
    return 1.0 / 12.0 if horizon.period == "month" else 7.0 / 365.0


def make_calendar(horizon: Horizon, chain_days: float, longest_lead_days: float) -> Calendar:
    """Return the calendar whose tail holds the longest chain of leads, rounded up to periods."""
    days = period_days(horizon)
    tail, before = (int(np.ceil(length / days)) for length in (chain_days, longest_lead_days))
    return Calendar(horizon, tuple(period_names(horizon, tail)), before, days)


def supply_factors(
    calendar: Calendar, disruptions: Iterable[Disruption], rows: int, affected: Callable[[Disruption], npt.NDArray[np.bool_]]
) -> FloatArray:
    """Return what all disruptions together leave, shape (rows, before + periods); severities multiply."""
    factors = np.ones((rows, calendar.before + len(calendar.names)))
    for disruption in disruptions:
        factors[affected(disruption)] *= disruption.supply_factor(calendar.horizon, calendar.before, len(calendar.names))
    return factors


def demand_factors(calendar: Calendar, disruptions: Iterable[Disruption], demands: pd.DataFrame) -> FloatArray:
    """Return the factor on each demand, shape (rows, periods)."""
    factors = np.ones((len(demands), len(calendar.names)))
    for disruption in disruptions:
        factors[disruption.affects_demands(demands)] *= disruption.demand_factor(calendar.horizon, 0, len(calendar.names))
    return factors


def release_shares(calendar: Calendar, first_release_days: FloatArray) -> FloatArray:
    """Return the part of each period in which a reserve can be released, shape (rows, periods).

    The days count from the start of the horizon: a reserve that is ready after 15 days releases half its monthly maximum in the first
    month. In the tail every reserve is closed.
    """
    number = np.arange(len(calendar.names))
    ready = np.clip(number + 1.0 - first_release_days[:, None] / calendar.days, 0.0, 1.0)
    return np.where(number < calendar.horizon.periods, ready, 0.0)
