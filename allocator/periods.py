"""Periods: months ``2026-03``, quarters ``2026-Q1`` and ISO weeks ``2026-W09``, and model days.

In leads, losses and durations a month is 30 days (`MONTH_DAYS`); a period lasts 30, 90 or 7 model days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from allocator.closed import ClosedModel, fault

PeriodKind = Literal["month", "quarter", "week"]

MONTH_DAYS = 30.0
MAX_PERIODS = 600
#: Years in which a period that is written may begin; horizon and tail may run on after the last.
FIRST_YEAR, LAST_YEAR = 1990, 2150


@dataclass(frozen=True)
class _Kind:
    pattern: re.Pattern[str]
    example: str
    days: float
    year_share: float


_KINDS: dict[PeriodKind, _Kind] = {
    "month": _Kind(re.compile(r"(\d{4})-(\d{2})"), "2026-03", MONTH_DAYS, 1.0 / 12.0),
    "quarter": _Kind(re.compile(r"(\d{4})-Q(\d)"), "2026-Q1", 3.0 * MONTH_DAYS, 1.0 / 4.0),
    "week": _Kind(re.compile(r"(\d{4})-W(\d{2})"), "2026-W09", 7.0, 7.0 / 365.0),
}


class PeriodError(ValueError):
    """A text that names no month, quarter or ISO week; the message says why."""


def split_period(name: str) -> tuple[PeriodKind, int, int]:
    """Return kind, year and number within the year of a period.

    Raises:
        PeriodError: there is no such period (month 13; quarter 5; week 53 of a year with 52).
    """
    matches = [(kind, match) for kind, known in _KINDS.items() if (match := known.pattern.fullmatch(name))]
    if not matches:
        raise PeriodError(f"'{name}' is not a period: write a month as 2026-03, a quarter as 2026-Q1 or an ISO week as 2026-W09")
    [(kind, match)] = matches
    year, number = int(match[1]), int(match[2])
    if year < FIRST_YEAR:
        raise PeriodError(f"the year of '{name}' is outside {FIRST_YEAR} to {LAST_YEAR}")
    if kind == "month" and not 1 <= number <= 12:
        raise PeriodError(f"'{name}' is not a month: months run from 01 to 12")
    if kind == "quarter" and not 1 <= number <= 4:
        raise PeriodError(f"'{name}' is not a quarter: quarters run from Q1 to Q4")
    if kind == "week" and not 1 <= number <= weeks_in(year):
        raise PeriodError(f"'{name}' is not a week: {year} has ISO weeks 01 to {weeks_in(year)}")
    return kind, year, number


def first_day(name: str) -> date:
    """Return the first day of a period: ``2026-Q1`` is 1 January 2026, ``2026-W09`` the Monday of that ISO week.

    Raises:
        PeriodError: there is no such period.
    """
    kind, year, number = split_period(name)
    if kind == "week":
        return date.fromisocalendar(year, number, 1)
    return date(year, number if kind == "month" else 3 * number - 2, 1)


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
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(\d{2}|Q[1-4]|W\d{2})$", "examples": [kind.example for kind in _KINDS.values()]}),
]


class Horizon(ClosedModel):
    """The periods that are decided and reported."""

    start: PeriodName = Field(description="first period: a month as 2026-03, a quarter as 2026-Q1 or an ISO week as 2026-W09")
    periods: int = Field(ge=1, le=MAX_PERIODS, description="number of periods")
    period: PeriodKind = Field(description="month, quarter or week")

    @model_validator(mode="after")
    def _start_is_a_period_of_this_kind(self) -> Horizon:
        if split_period(self.start)[0] != self.period:
            raise fault("03", f"start '{self.start}' is not a {self.period}; write it as {_KINDS[self.period].example}, or change period")
        return self


def period_days(horizon: Horizon) -> float:
    """Return the model days of a period: 30 for a month, 90 for a quarter, 7 for a week."""
    return _KINDS[horizon.period].days


def year_share(horizon: Horizon) -> float:
    """Return the part of annual figures that falls in a period: 1/12 a month, 1/4 a quarter, 7/365 a week."""
    return _KINDS[horizon.period].year_share


def period_names(horizon: Horizon, tail: int = 0) -> list[str]:
    """Return the names of the periods of the horizon and of `tail` periods after it."""
    kind, year, first = split_period(horizon.start)
    numbers = range(horizon.periods + tail)
    if kind == "week":
        begin = first_day(horizon.start)
        weeks = [(begin + timedelta(weeks=number)).isocalendar() for number in numbers]
        return [f"{week.year:04d}-W{week.week:02d}" for week in weeks]
    in_year, mark = (12, "{:04d}-{:02d}") if kind == "month" else (4, "{:04d}-Q{}")
    return [mark.format(year + (first - 1 + number) // in_year, (first - 1 + number) % in_year + 1) for number in numbers]


def offset_days(horizon: Horizon, start: str) -> float:
    """Return the model days from the start of the horizon to the start of period `start`; negative when it lies before.

    In a horizon of months or quarters 30 days a month; in one of weeks the calendar days between the first days.

    Raises:
        PeriodError: `start` is no period, or a week in a horizon of months or quarters.
    """
    day, begin = first_day(start), first_day(horizon.start)
    if horizon.period == "week":
        return float((day - begin).days)
    if split_period(start)[0] == "week":
        raise PeriodError(f"'{start}' is a week, but the horizon counts {horizon.period}s; write a month as 2026-03")
    return MONTH_DAYS * ((day.year - begin.year) * 12 + day.month - begin.month)
