"""Ships go round a closed chokepoint, and only round a closed chokepoint, on a package that can be checked by hand (`tests.tiny`).

Liquid comes from Qatar to the Netherlands on two routes, each in 4 a month and with a quarter to spare: by the canal in 30 days, and round
the cape in 60; both pass the strait. It does not boil off here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.case import Case
from allocator.case.detours import going_round
from allocator.case.figures import Course, make_calendar
from allocator.periods import Horizon
from allocator.scenario import Disruption
from allocator.scenario.disruptions.chokepoint_closure import ChokepointClosure
from allocator.scenario.disruptions.export_restriction import ExportRestriction
from allocator.scenario.disruptions.quota import Quota
from allocator.scenario.disruptions.supplier_outage import SupplierOutage
from tests.allocator.test_case import arriving, figures
from tests.allocator.test_disrupted_case import audited, disrupted
from tests.tiny import tiny_case, tiny_tables

CANAL, CAPE = "qat_nld_liquid", "qat_nld_liquid_cape"
CLOSED = "kind: chokepoint_closure, chokepoint: %s, start: %s, months: %s, closed: %s"


def two_ways(*more: tuple[str, str, float, float]) -> dict[str, pd.DataFrame]:
    """The tables with the second way, and with `more` (line, route, monthly, lead_days)."""
    tables = tiny_tables()
    known = tables["supply_lines"]
    first = known[known["line"] == CANAL].assign(spare_share=0.25)
    ways = [(CANAL, "by_canal", 4.0, 30.0), (CAPE, "by_cape", 4.0, 60.0), *more]
    new = [first.assign(line=line, route=route, annual_quantity=12 * monthly, lead_days=lead) for line, route, monthly, lead in ways]
    passed = [("by_canal", "strait_of_hormuz"), ("by_canal", "canal"), ("by_cape", "strait_of_hormuz"), ("by_land", ""), ("open_sea", "")]
    route, straits = tables["routes"].iloc[[0]], tables["chokepoints"].iloc[[0]]
    return {
        "commodities": tables["commodities"].assign(loss_per_month=0.0),
        "supply_lines": pd.concat([known[known["line"] != CANAL], *new], ignore_index=True),
        "routes": pd.concat([route.assign(route=name, chokepoint=point) for name, point in passed], ignore_index=True),
        "chokepoints": pd.concat([straits.assign(chokepoint=name) for name in ("strait_of_hormuz", "canal")], ignore_index=True),
    }


def limits(case: Case, line: str) -> list[float]:
    """What the line can send in the three months of the horizon."""
    return figures(case.dispatches, "limit", line=line)[:3]


def test_a_closed_canal_sends_all_its_ships_round_the_cape(tmp_path: Path) -> None:
    case = disrupted(tmp_path, CLOSED % ("canal", "2026-03", 2, 1), **two_ways())
    assert limits(case, CANAL) == pytest.approx([0.0, 0.0, 5.0])
    assert limits(case, CAPE) == pytest.approx([10.0, 10.0, 5.0])
    audited(case)


def test_the_case_says_what_goes_round_by_which_line_and_how_much_longer_it_takes(tmp_path: Path) -> None:
    case = disrupted(tmp_path, CLOSED % ("canal", "2026-03", 2, 1), **two_ways())
    rows = [(CANAL, CAPE, "2026-03", 5.0, 30.0), (CANAL, CAPE, "2026-04", 5.0, 30.0)]
    assert list(case.detours.itertuples(index=False, name=None)) == rows
    assert tiny_case(tmp_path, **two_ways()).detours.empty
    without = replace(case, detours=case.detours.iloc[:0])
    assert without.sha256 == case.sha256  # the limits say it all


def test_it_only_delays_and_does_not_cut(tmp_path: Path) -> None:
    """Golden: a month of the canal comes a month later, with what goes round anyway; over the year nothing is missing."""
    usual, case = tiny_case(tmp_path, **two_ways()), disrupted(tmp_path, CLOSED % ("canal", "2026-03", 1, 1), **two_ways())
    whole = sum(np.array(arriving(usual, line)) for line in (CANAL, CAPE))
    assert whole.tolist() == [8.0] * len(usual.periods)
    sent = case.dispatches.set_index(["line", "period"])["limit"] / 1.25  # without the spare
    weights = case.arrivals[case.arrivals["sender"].isin([CANAL, CAPE])]
    come = (weights["weight"] * sent.loc[pd.MultiIndex.from_frame(weights[["sender", "sent"]])].to_numpy()).groupby(weights["period"]).sum()
    old = case.under_way[case.under_way["commodity"] == "liquid"].groupby("period")["quantity"].sum()
    total = come.add(old, fill_value=0.0)
    assert total.tolist()[:4] == pytest.approx([8.0, 4.0, 12.0, 8.0])


def test_half_a_closure_sends_half_round(tmp_path: Path) -> None:
    case = disrupted(tmp_path, CLOSED % ("canal", "2026-03", 1, 0.5), **two_ways())
    assert (limits(case, CANAL)[0], limits(case, CAPE)[0]) == pytest.approx((2.5, 7.5))


def test_a_strait_on_both_routes_stops_both(tmp_path: Path) -> None:
    case = disrupted(tmp_path, CLOSED % ("strait_of_hormuz", "2026-03", 6, 0.95), **two_ways())
    assert limits(case, CANAL) == limits(case, CAPE) == pytest.approx([0.25] * 3)


def test_what_leaves_the_strait_goes_round_the_canal(tmp_path: Path) -> None:
    texts = [CLOSED % ("strait_of_hormuz", "2026-03", 6, 0.9), CLOSED % ("canal", "2026-03", 6, 1)]
    case = disrupted(tmp_path, *texts, **two_ways())
    assert (limits(case, CANAL)[0], limits(case, CAPE)[0]) == pytest.approx((0.0, 1.0))
    assert disrupted(tmp_path, *reversed(texts), **two_ways()).sha256 == case.sha256


@pytest.mark.parametrize(
    ("text", "canal", "cape"),
    [
        ("kind: export_restriction, origin: QAT, commodities: all, start: 2026-03, months: 6, share: 0.4", 0.0, 6.0),
        ("kind: quota, origin: QAT, commodities: all, start: 2026-03, months: 6, share: 0.5", 0.0, 4.0),
        ("kind: supplier_outage, line: qat_nld_liquid, start: 2026-03, months: 6, share: 0.5", 0.0, 7.5),
        ("kind: supplier_outage, line: qat_nld_liquid_cape, start: 2026-03, months: 6, share: 0.5", 0.0, 5.0),
    ],
)
def test_every_other_disruption_still_bites(tmp_path: Path, text: str, canal: float, cape: float) -> None:
    case = disrupted(tmp_path, CLOSED % ("canal", "2026-03", 6, 1), text, **two_ways())
    assert (limits(case, CANAL)[0], limits(case, CAPE)[0]) == pytest.approx((canal, cape))


def test_nothing_goes_round_what_is_no_chokepoint(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: supplier_outage, line: qat_nld_liquid, start: 2026-03, months: 6, share: 1", **two_ways())
    assert (limits(case, CANAL)[0], limits(case, CAPE)[0]) == pytest.approx((0.0, 5.0))


def test_ships_that_went_round_before_the_start_are_under_way(tmp_path: Path) -> None:
    case = disrupted(tmp_path, CLOSED % ("canal", "2026-02", 1, 1), **two_ways())
    coming = case.under_way[case.under_way["commodity"] == "liquid"].set_index(["sender", "period"])["quantity"]
    assert coming.to_dict() == pytest.approx({(CAPE, "2026-03"): 4.0, (CAPE, "2026-04"): 8.0})
    audited(case)


def test_of_several_ways_the_shortest_open_one_is_taken_and_once(tmp_path: Path) -> None:
    land = ("qat_nld_liquid_land", "by_land", 1.0, 10.0)
    case = disrupted(tmp_path, CLOSED % ("canal", "2026-03", 6, 1), **two_ways(land))
    assert [limits(case, line)[0] for line in (CANAL, CAPE, land[0])] == pytest.approx([0.0, 5.0, 6.25])


def test_goods_of_another_origin_or_region_are_no_way_round(tmp_path: Path) -> None:
    tables = two_ways()
    lines = tables["supply_lines"]
    for column, other in (("origin", "AUS"), ("region", "POL"), ("commodity", "metal")):
        moved = {**tables, "supply_lines": lines.assign(**{column: lines[column].where(lines["line"] != CAPE, other)})}
        case = disrupted(tmp_path, CLOSED % ("canal", "2026-03", 6, 1), **moved)
        assert limits(case, CAPE) == limits(tiny_case(tmp_path, **moved), CAPE)


# ---- the law ---------------------------------------------------------------------------------------------------------------------------
LINES = pd.DataFrame(
    [("a", "by_canal", 30.0), ("b", "by_cape", 60.0), ("c", "by_land", 10.0), ("d", "by_cape", 45.0)],
    columns=["line", "route", "lead_days"],
).assign(commodity="liquid", origin="QAT", region="NLD", outside=False, spare_share=0.25, origin_exports=60.0)
ROUTES = two_ways()["routes"]
HORIZON = Horizon(start="2026-03", periods=4, period="month")
TROUBLES = st.one_of(
    st.builds(
        ChokepointClosure,
        chokepoint=st.sampled_from(["canal", "strait_of_hormuz"]),
        start=st.sampled_from(["2026-01", "2026-03", "2026-04"]),
        months=st.floats(0.5, 5),
        closed=st.floats(0, 1),
        recovery_months=st.floats(0, 3),
    ),
    st.builds(
        ExportRestriction,
        origin=st.just("QAT"),
        commodities=st.just("all"),
        start=st.just("2026-03"),
        months=st.just(2),
        share=st.floats(0, 1),
    ),
    st.builds(
        Quota, origin=st.just("QAT"), commodities=st.just("all"), start=st.just("2026-03"), months=st.just(2), share=st.floats(0, 1.0)
    ),
    st.builds(SupplierOutage, line=st.sampled_from(list("abcd")), start=st.just("2026-03"), months=st.just(2), share=st.floats(0, 1)),
)


@settings(max_examples=60, deadline=None)
@given(troubles=st.lists(TROUBLES, max_size=5), usual=st.lists(st.floats(0, 100), min_size=4, max_size=4))
def test_lines_of_the_same_goods_never_send_more_than_without_closures(troubles: list[Disruption], usual: list[float]) -> None:
    """In every period, spare included; and no line sends less than if no ship went round."""
    course = Course(make_calendar(HORIZON, 60.0, 60.0), tuple(troubles), pd.Series(dtype="float64"))
    most = course.under_ceilings(LINES, 1.0 + LINES["spare_share"].to_numpy())
    could = np.array(usual)[:, None] * most
    extra = going_round(course, LINES, ROUTES, could).on_top(len(LINES))
    assert (extra >= 0).all()
    own = course.supply_factors(4, lambda one: one.affects_lines(LINES, ROUTES))
    others = course.supply_factors(4, lambda one: one.affects_lines(LINES, ROUTES) & (not one.ships_go_round))
    sent, open_sea = could * own + extra, could * others
    assert (sent.sum(axis=0) <= open_sea.sum(axis=0) + 1e-9).all()
    assert (sent.sum(axis=0) <= 1.25 * sum(usual) + 1e-9).all()
    if not any(isinstance(one, ChokepointClosure) for one in troubles):
        assert not extra.any()
