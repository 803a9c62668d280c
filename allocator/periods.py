"""Periods: months ``2026-03`` and ISO weeks ``2026-W09``, and model days.

In leads, losses and durations a month is 30 days (`MONTH_DAYS`); a period lasts 30 or 7 model days.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from allocator.closed import ClosedModel, fault

MONTH_DAYS = 30.0
WEEK_DAYS = 7.0
MAX_PERIODS = 600
#: Years in which a period that is written may begin; horizon and tail may run on after the last.
FIRST_YEAR, LAST_YEAR = 1990, 2150

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


class PeriodError(ValueError):
    """A text that names no month and no ISO week; the message says why."""


def is_week(name: str) -> bool:
    """Whether a valid period name is a week."""
    return "W" in name


def first_day(name: str) -> date:
    """Return the first day of a period: ``2026-03`` is 1 March 2026, ``2026-W09`` the Monday of that ISO week.

    Raises:
        PeriodError: there is no such month or week (month 13; week 53 of a year with 52).
    """
    month, week = _MONTH.fullmatch(name), _WEEK.fullmatch(name)
    if match := month or week:
        year, number = int(match[1]), int(match[2])
        if year < FIRST_YEAR:
            raise PeriodError(f"the year of '{name}' is outside {FIRST_YEAR} to {LAST_YEAR}")
        if month and not 1 <= number <= 12:
            raise PeriodError(f"'{name}' is not a month: months run from 01 to 12")
        if week and not 1 <= number <= weeks_in(year):
            raise PeriodError(f"'{name}' is not a week: {year} has ISO weeks 01 to {weeks_in(year)}")
        return date(year, number, 1) if month else date.fromisocalendar(year, number, 1)
    raise PeriodError(f"'{name}' is not a period: write a month as 2026-03 or an ISO week as 2026-W09")


def weeks_in(year: int) -> int:
    """Return the number of ISO weeks of a year, 52 or 53 (28 December is always in the last one)."""
    return date(year, 12, 28).isocalendar().week


def _check_period(value: str) -> str:
    try:
        day = first_day(value)
    except PeriodError as error:
        raise fault("03", str(error)) from None
    if day.year > LAST_YEAR:
        raise fault("03", f"the year of '{value}' is outside {FIRST_YEAR} to {LAST_YEAR}")
    return value


PeriodName = Annotated[
    str,
    AfterValidator(_check_period),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(\d{2}|W\d{2})$", "examples": ["2026-03", "2026-W09"]}),
]


class Horizon(ClosedModel):
    """The periods that are decided and reported."""

    start: PeriodName = Field(description="first period, a month as 2026-03 or an ISO week as 2026-W09")
    periods: int = Field(ge=1, le=MAX_PERIODS, description="number of periods")
    period: Literal["month", "week"] = Field(description="month or week")

    @model_validator(mode="after")
    def _start_is_a_period_of_this_kind(self) -> Horizon:
        if is_week(self.start) != (self.period == "week"):
            example = "2026-W09" if self.period == "week" else "2026-03"
            raise fault("03", f"start '{self.start}' is not a {self.period}; write it as {example}, or change period")
        return self


def period_days(horizon: Horizon) -> float:
    """Return the model days of a period: 30 for a month, 7 for a week."""
    return MONTH_DAYS if horizon.period == "month" else WEEK_DAYS


def period_names(horizon: Horizon, tail: int = 0) -> list[str]:
    """Return the names of the periods of the horizon and of `tail` periods after it."""
    name: Callable[[int], str] = _month_after(horizon.start) if horizon.period == "month" else _week_after(horizon.start)
    return [name(number) for number in range(horizon.periods + tail)]


def offset_days(horizon: Horizon, start: str) -> float:
    """Return the model days from the start of the horizon to the start of period `start`; negative when it lies before.

    In a monthly horizon 30 days a month; in a weekly horizon the calendar days between the first days.

    Raises:
        PeriodError: `start` is no period, or a week in a monthly horizon.
    """
    day = first_day(start)
    if horizon.period == "week":
        return float((day - first_day(horizon.start)).days)
    if is_week(start):
        raise PeriodError(f"'{start}' is a week, but the horizon counts months; write a month as 2026-03")
    begin = first_day(horizon.start)
    return MONTH_DAYS * ((day.year - begin.year) * 12 + day.month - begin.month)


def _month_after(start: str) -> Callable[[int], str]:
    begin = first_day(start)
    months = begin.year * 12 + begin.month - 1
    return lambda number: f"{(months + number) // 12:04d}-{(months + number) % 12 + 1:02d}"


def _week_after(start: str) -> Callable[[int], str]:
    begin = first_day(start)

    def name(number: int) -> str:
        year, week, _ = (begin + timedelta(weeks=number)).isocalendar()
        return f"{year:04d}-W{week:02d}"

    return name
