"""Severity over time, and what each kind touches."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.periods import Horizon, offset_days, period_days
from allocator.scenario import DISRUPTIONS, Disruption

YEAR = Horizon(start="2026-03", periods=12, period="month")
WEEKS = Horizon(start="2026-W09", periods=30, period="week")


def made(kind: str, **keys: object) -> Disruption:
    return DISRUPTIONS[kind].model_validate({"kind": kind, "start": "2026-03", "months": 6, **keys})


def closure(**keys: object) -> Disruption:
    return made("chokepoint_closure", **{"chokepoint": "strait_of_hormuz", "closed": 0.95, **keys})


def test_hormuz_is_closed_for_six_months_and_recovers_over_four() -> None:
    severity = closure(recovery_months=4).severity(YEAR, 2, 14)
    fading = [0.875, 0.625, 0.375, 0.125]
    np.testing.assert_allclose(severity, [0, 0] + [0.95] * 6 + [0.95 * share for share in fading] + [0] * 4, rtol=0, atol=1e-15)


def test_without_recovery_it_ends_at_once() -> None:
    np.testing.assert_array_equal(closure(months=1.5).severity(YEAR, 0, 3), [0.95, 0.475, 0])


def test_a_disruption_that_began_before_the_horizon() -> None:
    severity = closure(start="2026-01", months=3).severity(YEAR, 3, 2)
    np.testing.assert_array_equal(severity, [0, 0.95, 0.95, 0.95, 0])


def test_months_count_thirty_days_in_a_weekly_horizon() -> None:
    severity = closure(start="2026-W10", months=1, closed=1).severity(WEEKS, 0, 8)
    np.testing.assert_allclose(severity, [0, 1, 1, 1, 1, 2 / 7, 0, 0], rtol=0, atol=1e-15)


def test_a_month_as_start_in_a_weekly_horizon() -> None:
    severity = closure(start="2026-03", months=1, closed=1).severity(WEEKS, 0, 3)
    np.testing.assert_allclose(severity, [1 / 7, 1, 1], rtol=0, atol=1e-15)


@given(months=st.floats(0.01, 30), recovery=st.floats(0, 30), start=st.sampled_from(["2025-06", "2026-03", "2026-08", "2026-Q3"]))
def test_the_severity_of_a_quarter_is_the_mean_of_its_months(months: float, recovery: float, start: str) -> None:
    one = closure(start=start, months=months, recovery_months=recovery)
    by_month = one.severity(Horizon(start="2026-01", periods=24, period="month"), 12, 24)
    by_quarter = one.severity(Horizon(start="2026-Q1", periods=8, period="quarter"), 4, 8)
    np.testing.assert_allclose(by_quarter, by_month.reshape(-1, 3).mean(axis=1), rtol=0, atol=1e-12)


@given(
    depth=st.floats(0, 1),
    months=st.floats(0.01, 30),
    recovery=st.one_of(st.just(0.0), st.floats(0.01, 30)),
    start=st.sampled_from(["2025-06", "2026-03", "2026-07", "2027-01"]),
    before=st.integers(0, 12),
    total=st.integers(1, 40),
    horizon=st.sampled_from([YEAR, WEEKS]),
)
def test_severity_is_the_mean_of_the_function_over_each_period(
    depth: float, months: float, recovery: float, start: str, before: int, total: int, horizon: Horizon
) -> None:
    severity = closure(closed=depth, months=months, recovery_months=recovery, start=start).severity(horizon, before, total)
    assert severity.shape == (before + total,)
    assert severity.min() >= 0
    assert severity.max() <= depth
    begin, days = offset_days(horizon, start), period_days(horizon)
    knots = sorted({begin, begin + 30 * months, begin + 30 * (months + recovery)})

    def at(day: float) -> float:
        """The function itself, inside a piece."""
        if not begin <= day < begin + 30 * (months + recovery):
            return 0.0
        return depth if day < begin + 30 * months else depth * (begin + 30 * (months + recovery) - day) / (30 * recovery)

    for number, mean in enumerate(severity):
        low, high = (number - before) * days, (number - before + 1) * days
        edges = [low, *(knot for knot in knots if low < knot < high), high]
        # linear within a piece, so its mean is its value in the middle
        area = sum((right - left) * at((left + right) / 2) for left, right in pairwise(edges))
        assert math.isclose(mean, area / days, rel_tol=0, abs_tol=1e-9)


@given(months=st.floats(0.01, 10), recovery=st.floats(0, 10), depth=st.floats(0, 1))
def test_the_whole_integral_is_that_of_the_trapezium(months: float, recovery: float, depth: float) -> None:
    severity = closure(closed=depth, months=months, recovery_months=recovery).severity(YEAR, 0, 24)
    assert math.isclose(severity.sum(), depth * (months + recovery / 2), rel_tol=1e-9, abs_tol=1e-9)


LINES = pd.DataFrame(
    [
        ("a", "helium_liquid", "QAT", "NLD", "gulf"),
        ("b", "helium_liquid", "USA", "NLD", "atlantic"),
        ("c", "aluminium_primary", "QAT", "DEU", "gulf"),
        ("d", "gallium_metal", "CHN", "DEU", "asia"),
        ("e", "gallium_metal", "DEU", "DEU", "home"),
        ("f", "gallium_metal", "DEU", "NLD", "home"),
    ],
    columns=["line", "commodity", "origin", "region", "route"],
)
ROUTES = pd.DataFrame(
    [("gulf", "strait_of_hormuz"), ("asia", "malacca"), ("asia", "suez_bab_el_mandeb"), ("atlantic", ""), ("home", "")],
    columns=["route", "chokepoint"],
)
PROCESSES = pd.DataFrame(
    [("smelt_nld", "smelting", "NLD"), ("smelt_deu", "smelting", "DEU"), ("alloy_deu", "alloying", "DEU")],
    columns=["process", "technology", "region"],
)
DEMANDS = pd.DataFrame(
    [
        ("NLD", "health", "helium_liquid"),
        ("NLD", "health", "gallium_metal"),
        ("DEU", "health", "helium_liquid"),
        ("DEU", "wind", "helium_liquid"),
    ],
    columns=["region", "sector", "commodity"],
)


@pytest.mark.parametrize(
    ("kind", "keys", "lines"),
    [
        ("chokepoint_closure", {"chokepoint": "strait_of_hormuz", "closed": 1}, "ac"),
        ("chokepoint_closure", {"chokepoint": "suez_bab_el_mandeb", "closed": 1}, "d"),
        ("export_restriction", {"origin": "QAT", "commodities": "all", "share": 1}, "ac"),
        ("export_restriction", {"origin": "QAT", "commodities": ("helium_liquid",), "share": 1}, "a"),
        ("export_restriction", {"origin": "DEU", "commodities": "all", "share": 1}, "f"),  # what stays at home is no export
        ("supplier_outage", {"origin": "DEU", "share": 1}, "ef"),
        ("supplier_outage", {"origin": "QAT", "commodity": "aluminium_primary", "share": 1}, "c"),
        ("supplier_outage", {"line": "d", "share": 1}, "d"),
        ("demand_surge", {"sector": "health", "factor": 2}, ""),
        ("process_outage", {"technology": "smelting", "share": 1}, ""),
    ],
)
def test_which_lines(kind: str, keys: dict[str, object], lines: str) -> None:
    mask = made(kind, **keys).affects_lines(LINES, ROUTES)
    assert "".join(LINES["line"][mask]) == lines


@pytest.mark.parametrize(
    ("keys", "processes"),
    [
        ({"technology": "smelting"}, ["smelt_nld", "smelt_deu"]),
        ({"technology": "smelting", "region": "DEU"}, ["smelt_deu"]),
        ({"process": "alloy_deu"}, ["alloy_deu"]),
        ({"process": "alloy_deu", "technology": "smelting"}, []),
    ],
)
def test_which_processes(keys: dict[str, object], processes: list[str]) -> None:
    outage = made("process_outage", share=0.5, **keys)
    assert list(PROCESSES["process"][outage.affects_processes(PROCESSES)]) == processes
    assert not closure().affects_processes(PROCESSES).any()


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        ({}, [0, 1, 2]),
        ({"commodities": ("helium_liquid",)}, [0, 2]),
        ({"regions": ("NLD",)}, [0, 1]),
        ({"regions": ("NLD",), "commodities": ("gallium_metal",)}, [1]),
    ],
)
def test_which_demands(keys: dict[str, object], rows: list[int]) -> None:
    surge = made("demand_surge", sector="health", factor=1.5, **keys)
    assert list(np.flatnonzero(surge.affects_demands(DEMANDS))) == rows
    assert not closure().affects_demands(DEMANDS).any()


def test_factors() -> None:
    surge = made("demand_surge", sector="health", factor=1.5, months=1.5)
    np.testing.assert_array_equal(surge.demand_factor(YEAR, 1, 3), [1, 1.5, 1.25, 1])
    np.testing.assert_array_equal(surge.supply_factor(YEAR, 1, 3), [1, 1, 1, 1])
    np.testing.assert_allclose(closure(months=1).supply_factor(YEAR, 1, 2), [1, 0.05, 1], atol=1e-15)
    np.testing.assert_array_equal(closure(months=1).demand_factor(YEAR, 1, 2), [1, 1, 1])
