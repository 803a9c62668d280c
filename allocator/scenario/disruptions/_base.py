"""What all disruptions share: when they begin, how long they last, how they fade, and what they touch."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator

from allocator.closed import ClosedModel, Example, ProcessId, RegionId, Share, TechnologyId, Text, fault
from allocator.periods import MONTH_DAYS, Horizon, PeriodName, offset_days, period_days

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
MAX_MONTHS = 600

Months = Annotated[float, Field(gt=0, le=MAX_MONTHS)]
Recovery = Annotated[float, Field(ge=0, le=MAX_MONTHS)]


class Disruption(ClosedModel):
    """Something that goes wrong at `start` and takes away a share, its depth.

    There are two ways: for a while (`LastingDisruption`) and at one stroke (`SuddenDisruption`). A kind says which rows of which table it
    touches by the `affects_...` methods of its way; what it does not name stays as it is.
    """

    #: name of the kind in English and Dutch
    NAMES: ClassVar[Text]
    #: keys of an example as its page has it, without the kind
    EXAMPLE: ClassVar[Example]

    kind: str
    """kind of disruption"""
    start: PeriodName = Field(description="period in which it begins, as 2026-03")

    @property
    def depth(self) -> float:
        """Share that is lost while it is in force."""
        return 1.0


class LastingDisruption(Disruption):
    """Something that holds for `months` of 30 days, and then fades; it acts where goods are sent, made or asked for."""

    ships_go_round: ClassVar[bool] = False
    """Whether what it stops on a line may go by another line of the same goods that it does not touch."""

    months: Months = Field(description="how long it lasts at full depth, in months of 30 days")

    @property
    def fading_months(self) -> float:
        """Months of 30 days over which it fades to nothing after `months`."""
        return 0.0

    def severity(self, horizon: Horizon, n_before: int, n_total: int) -> Floats:
        """Return the mean severity in each of the periods -`n_before` to `n_total` - 1.

        Severity is `depth` during `months`, then falls linearly to 0 during the recovery; the mean over a period is its exact integral
        over the model days of that period, divided by them.
        """
        days = period_days(horizon)
        edges = np.arange(-n_before, n_total + 1, dtype=np.float64) * days
        begin = offset_days(horizon, self.start)
        full, fading = MONTH_DAYS * self.months, MONTH_DAYS * self.fading_months
        elapsed = edges - begin
        area = np.clip(elapsed, 0.0, full)
        if fading > 0:
            into = np.clip(elapsed - full, 0.0, fading)
            area = area + into - into**2 / (2.0 * fading)
        # integrals over neighbouring edges may differ from a whole period by rounding only
        return self.depth * np.clip(np.diff(area) / days, 0.0, 1.0)

    def supply_factor(self, horizon: Horizon, n_before: int, n_total: int) -> Floats:
        """Return what the disruption leaves of what it lowers (lines, lanes, runs, yields), per period."""
        return 1.0 - self.severity(horizon, n_before, n_total)

    def demand_factor(self, horizon: Horizon, n_before: int, n_total: int) -> Floats:
        """Return the factor on the demands that it affects, per period; 1 unless the kind changes demand."""
        del horizon
        return np.ones(n_before + n_total)

    def affects_lines(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the supply lines that can send less by the supply factor."""
        del routes
        return np.zeros(len(lines), dtype=np.bool_)

    def affects_lanes(self, lanes: pd.DataFrame) -> Mask:
        """Return the lanes that can carry less by the supply factor."""
        return np.zeros(len(lanes), dtype=np.bool_)

    def affects_processes(self, processes: pd.DataFrame) -> Mask:
        """Return the processes that can run less by the supply factor."""
        return np.zeros(len(processes), dtype=np.bool_)

    def affects_yields(self, processes: pd.DataFrame) -> Mask:
        """Return the processes that yield less per run by the supply factor."""
        return np.zeros(len(processes), dtype=np.bool_)

    def affects_demands(self, demands: pd.DataFrame) -> Mask:
        """Return the demands that change by the demand factor."""
        return np.zeros(len(demands), dtype=np.bool_)

    def ceilings(self, lines: pd.DataFrame) -> Floats:
        """Return the most that each line may send while it is in force, as a multiple of its undisturbed dispatch; infinite for most."""
        return np.full(len(lines), np.inf)

    def delays(self, lines: pd.DataFrame) -> Floats:
        """Return the days by which the lead of each line is longer while it is in force."""
        return np.zeros(len(lines))


class FadingDisruption(LastingDisruption):
    """Something that fades to nothing over `recovery_months`."""

    recovery_months: Recovery = Field(default=0.0, description="months of 30 days until all is normal again, after `months`")

    @property
    def fading_months(self) -> float:
        """Months of 30 days over which it fades to nothing after `months`."""
        return self.recovery_months


class PartialDisruption(FadingDisruption):
    """Something that takes away a share; each kind says of what."""

    share: Share

    @property
    def depth(self) -> float:
        """Share that is lost while it is in force."""
        return self.share


class PlantDisruption(PartialDisruption):
    """Something that strikes the plants of a technology, or one process; `region` narrows it to one region."""

    technology: TechnologyId | None = Field(default=None, description="id of the technology")
    process: ProcessId | None = Field(default=None, description="id of one process")
    region: RegionId | None = Field(default=None, description="only in this region; left out: everywhere")

    @model_validator(mode="after")
    def _technology_or_process(self) -> Self:
        if self.technology is None and self.process is None:
            raise fault("14", "name technology, process or both; neither is there")
        return self

    def struck(self, processes: pd.DataFrame) -> Mask:
        """Return the processes of the technology, with the name, in the region."""
        return (
            equal(processes["technology"], self.technology)
            & equal(processes["process"], self.process)
            & equal(processes["region"], self.region)
        )


class SuddenDisruption(Disruption):
    """Something that happens at one stroke, when its period begins; it acts on goods that are already there or on their way."""

    def stroke(self, horizon: Horizon) -> int:
        """Return the number of the period in which it happens, negative before the first."""
        return math.floor(offset_days(horizon, self.start) / period_days(horizon))

    def affects_transit(self, lines: pd.DataFrame, routes: pd.DataFrame) -> Mask:
        """Return the supply lines that lose a share of what is under way when it happens."""
        del routes
        return np.zeros(len(lines), dtype=np.bool_)

    def affects_reserves(self, reserves: pd.DataFrame) -> Mask:
        """Return the reserves that lose a share of their stock when it happens."""
        return np.zeros(len(reserves), dtype=np.bool_)


def among(values: pd.Series[str], chosen: tuple[str, ...] | str) -> Mask:
    """Return which values are chosen; the word `all` chooses every one."""
    if isinstance(chosen, str):
        return np.ones(len(values), dtype=np.bool_)
    return values.isin(chosen).to_numpy(dtype=np.bool_)


def equal(values: pd.Series[str], chosen: str | None) -> Mask:
    """Return which values equal `chosen`; None chooses every one."""
    if chosen is None:
        return np.ones(len(values), dtype=np.bool_)
    return (values == chosen).to_numpy(dtype=np.bool_)


def exports(lines: pd.DataFrame, origin: str, commodities: tuple[str, ...] | str) -> Mask:
    """Return the lines of the commodities that leave the country; what it keeps at home is no export."""
    return equal(lines["origin"], origin) & ~equal(lines["region"], origin) & among(lines["commodity"], commodities)


def passing(lines: pd.DataFrame, routes: pd.DataFrame, chokepoint: str) -> Mask:
    """Return which lines have a route that passes the chokepoint."""
    return among(lines["route"], tuple(routes.loc[equal(routes["chokepoint"], chokepoint), "route"]))
