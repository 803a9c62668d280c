"""Months, quarters, ISO weeks and model days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from allocator.periods import Horizon, PeriodError, first_day, offset_days, period_days, period_names, weeks_in, year_share

MONTHS = st.builds(lambda year, month: f"{year}-{month:02d}", st.integers(2000, 2090), st.integers(1, 12))
QUARTERS = st.builds(lambda year, quarter: f"{year}-Q{quarter}", st.integers(2000, 2090), st.integers(1, 4))
WEEKS = st.dates(date(2000, 1, 3), date(2090, 12, 31)).map(lambda day: f"{day.isocalendar().year:04d}-W{day.isocalendar().week:02d}")

WAYS = "write a month as 2026-03, a quarter as 2026-Q1 or an ISO week as 2026-W09"


def months(start: str, periods: int) -> Horizon:
    return Horizon(start=start, periods=periods, period="month")


def quarters(start: str, periods: int) -> Horizon:
    return Horizon(start=start, periods=periods, period="quarter")


def weeks(start: str, periods: int) -> Horizon:
    return Horizon(start=start, periods=periods, period="week")


def test_names_run_over_the_turn_of_the_year_and_into_the_tail() -> None:
    assert period_names(months("2026-11", 2), tail=3) == ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
    assert period_names(quarters("2026-Q3", 2), tail=2) == ["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2"]
    assert period_names(weeks("2026-W52", 2), tail=2) == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]


def test_first_days() -> None:
    assert first_day("2026-03") == date(2026, 3, 1)
    assert first_day("2026-Q1") == date(2026, 1, 1)
    assert first_day("2026-Q4") == date(2026, 10, 1)
    assert first_day("2026-W09") == date(2026, 2, 23)
    assert first_day("2026-W01") == date(2025, 12, 29)
    assert first_day("2026-W53") == date(2026, 12, 28)


def test_a_year_has_52_or_53_weeks() -> None:
    assert (weeks_in(2026), weeks_in(2027)) == (53, 52)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2026-13", "'2026-13' is not a month: months run from 01 to 12"),
        ("2026-00", "'2026-00' is not a month: months run from 01 to 12"),
        ("2027-W53", "'2027-W53' is not a week: 2027 has ISO weeks 01 to 52"),
        ("2026-W00", "'2026-W00' is not a week: 2026 has ISO weeks 01 to 53"),
        ("2026-Q5", "'2026-Q5' is not a quarter: quarters run from Q1 to Q4"),
        ("2026-Q0", "'2026-Q0' is not a quarter: quarters run from Q1 to Q4"),
        ("2026-3", f"'2026-3' is not a period: {WAYS}"),
        ("2026-Q03", f"'2026-Q03' is not a period: {WAYS}"),
        ("2026-03-01", f"'2026-03-01' is not a period: {WAYS}"),
        ("0026-03", "the year of '0026-03' is outside 1990 to 2150"),
    ],
)
def test_no_such_period(name: str, message: str) -> None:
    with pytest.raises(PeriodError) as error:
        first_day(name)
    assert str(error.value) == message


def test_model_days() -> None:
    assert period_days(months("2026-03", 1)) == 30.0
    assert period_days(quarters("2026-Q1", 1)) == 90.0
    assert period_days(weeks("2026-W09", 1)) == 7.0
    assert offset_days(months("2026-03", 1), "2026-03") == 0.0
    assert offset_days(months("2026-03", 1), "2027-01") == 300.0
    assert offset_days(months("2026-03", 1), "2026-01") == -60.0
    assert offset_days(months("2026-03", 1), "2026-Q3") == 120.0
    assert offset_days(quarters("2026-Q1", 1), "2026-03") == 60.0
    assert offset_days(quarters("2026-Q1", 1), "2025-Q4") == -90.0
    assert offset_days(weeks("2026-W09", 1), "2026-W11") == 14.0
    assert offset_days(weeks("2026-W09", 1), "2026-03") == 6.0  # 1 March 2026 is the Sunday of week 9
    with pytest.raises(PeriodError, match="the horizon counts months"):
        offset_days(months("2026-03", 1), "2026-W11")
    with pytest.raises(PeriodError, match="the horizon counts quarters"):
        offset_days(quarters("2026-Q1", 1), "2026-W11")


def test_a_year_is_four_quarters_or_twelve_months() -> None:
    assert 4 * year_share(quarters("2026-Q1", 4)) == 12 * year_share(months("2026-01", 12)) == 1.0


@given(
    st.one_of(st.tuples(MONTHS, st.just(months), st.just(30.0)), st.tuples(QUARTERS, st.just(quarters), st.just(90.0))), st.integers(1, 40)
)
def test_names_of_months_and_quarters_are_one_period_apart(kind: tuple[str, Callable[[str, int], Horizon], float], count: int) -> None:
    start, horizon_of, days = kind
    horizon = horizon_of(start, count)
    names = period_names(horizon)
    assert names[0] == start
    assert names == sorted(set(names))
    assert [offset_days(horizon, name) for name in names] == [days * number for number in range(count)]


@given(WEEKS, st.integers(1, 120))
def test_week_names_are_seven_days_apart(start: str, count: int) -> None:
    horizon = weeks(start, count)
    days = [first_day(name) for name in period_names(horizon)]
    assert days == [first_day(start) + timedelta(weeks=number) for number in range(count)]
    assert offset_days(horizon, period_names(horizon)[-1]) == 7.0 * (count - 1)


@pytest.mark.parametrize(
    "keys",
    [
        {"start": "2026-03", "periods": 0, "period": "month"},
        {"start": "2026-03", "periods": 601, "period": "month"},
        {"start": "2026-03", "periods": True, "period": "month"},
        {"start": "2026-03", "periods": 3, "period": "week"},
        {"start": "2026-W09", "periods": 3, "period": "month"},
        {"start": "2026-03", "periods": 3, "period": "quarter"},
        {"start": "2026-Q1", "periods": 3, "period": "month"},
        {"start": "2026-03", "periods": 3, "period": "day"},
    ],
)
def test_horizons_that_are_refused(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Horizon.model_validate(keys)


def test_a_horizon_may_run_on_after_the_last_year_in_which_one_may_begin():
    horizon = Horizon(start="2150-12", periods=2, period="month")
    assert first_day(period_names(horizon)[-1]).year == 2151
    with pytest.raises(ValidationError):
        Horizon(start="2151-01", periods=2, period="month")
