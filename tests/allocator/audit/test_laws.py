"""Plans that add up but break one law: only the check of that law fails; and sound plans pass, whatever the case."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.audit import audit_allocation
from tests.allocator.audit.books import Books, solved
from tests.instances import InstanceBuilder, builders

NLD = {"region": "NLD", "commodity": "helium"}
JANUARY = {"period": "2026-01"}


def short_of_helium(periods: int = 1, tail: int = 0) -> InstanceBuilder:
    """Health first, balloons last, one unit a period for two."""
    case = InstanceBuilder().periods(periods, tail=tail)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=1.0)
    return case


def passed(case: InstanceBuilder) -> Books:
    books = solved(case)
    assert books.failing() == set()
    return books


def test_a_lower_tier_is_served_before_a_higher_one() -> None:
    books = passed(short_of_helium())
    assert books.give("NLD/health/helium", -0.5).give("NLD/balloons/helium", 0.5).published().failing() == {"rank"}


def test_a_lower_tier_keeps_its_guarantee_but_no_more() -> None:
    case = short_of_helium()
    case.claims["NLD/balloons/helium"].guarantee = 0.5
    books = passed(case)
    assert books.give("NLD/health/helium", -0.1).give("NLD/balloons/helium", 0.1).published().failing() == {"rank"}
    assert books.give("NLD/health/helium", 0.1).give("NLD/balloons/helium", -0.1).published().failing() == {"guarantees"}


def test_a_guarantee_inside_the_tier_does_not_bind_higher_tiers() -> None:
    case = short_of_helium()
    case.claims["NLD/balloons/helium"].guarantee = 0.5
    case.claims["NLD/balloons/helium"].guarantee_first = False
    books = passed(case)
    assert books.give("NLD/health/helium", -0.5).give("NLD/balloons/helium", 0.5).published().failing() == {"rank"}


def test_a_guarantee_inside_the_tier_comes_before_its_other_claims() -> None:
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "chips", "helium", tier=1, demand=1.0, guarantee=0.9, guarantee_first=False)
    case.claim("NLD", "labs", "helium", tier=1, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=1.0)
    books = passed(case)
    assert books.give("NLD/chips/helium", -0.2).give("NLD/labs/helium", 0.2).published().failing() == {"guarantees"}


def test_a_hospital_is_restrained_so_that_packaging_gets_more() -> None:
    case = short_of_helium()
    case.claims["NLD/health/helium"].restraint.append((0.3, 0.0))
    health = {"region": "NLD", "sector": "health", "commodity": "helium", **JANUARY}
    wrong = passed(case).change("claims", "restrained", 0.3, **health).change("blocks", "restrained", 0.3, **health)
    wrong = wrong.change("claims", "allocated", -0.3, **health).give("NLD/balloons/helium", 0.3).published()
    assert wrong.failing() == {"rank"}


def test_a_lower_tier_is_served_abroad_while_a_lane_has_room() -> None:
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("DEU", "balloons", "helium", tier=2, demand=1.0)
    case.line("USA", "DEU", "helium", limit=1.0)
    case.lane("DEU", "NLD", "helium", limit=2.0)
    books = passed(case).change("transfers", "quantity", -0.5, **JANUARY)
    assert books.give("NLD/health/helium", -0.5).give("DEU/balloons/helium", 0.5).published().failing() == {"rank"}


def test_a_lower_tier_is_served_now_although_stock_could_be_kept() -> None:
    case = short_of_helium(periods=3)
    case.claims["NLD/health/helium"].demand = [0.0, 1.0, 1.0]
    case.lines["QAT"].limit = [1.0, 0.0, 1.0]
    case.inventory("NLD", "helium", opening=0.0, maximum=1.0)
    books = passed(case).change("inventories", "stock", -0.5, **NLD, **JANUARY).give("NLD/balloons/helium", 0.5)
    assert books.give("NLD/health/helium", -0.5, "2026-02").published().failing() == {"rank", "levelling"}  # balloons fly in January only


@pytest.mark.parametrize(("tail", "broken"), [(0, {"levelling"}), (1, {"levelling", "rank"})])
def test_stock_is_kept_for_later_although_it_is_worth_more_now(tail: int, broken: set[str]) -> None:
    """Within one tier the later month takes from the worse covered one; the tail always comes after the horizon."""
    case = InstanceBuilder().periods(3 - tail, tail=tail)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.inventory("NLD", "helium", opening=1.5)
    case.claims["NLD/health/helium"].demand = [0.5, 1.0, 1.0]
    books = passed(case)
    month, later = ("2026-02", "2026-03")
    wrong = books.change("inventories", "stock", 0.2, **NLD, period=month)
    wrong = wrong.give("NLD/health/helium", -0.2, month).give("NLD/health/helium", 0.2, later).published()
    assert wrong.failing() == broken


def test_the_better_covered_of_one_tier_gets_more() -> None:
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "chips", "helium", tier=1, demand=1.0)
    case.claim("NLD", "labs", "helium", tier=1, demand=3.0, cap=0.9)
    case.line("QAT", "NLD", "helium", limit=2.0)
    books = passed(case).give("NLD/chips/helium", 0.1).give("NLD/labs/helium", -0.1).published()
    assert books.failing() == {"levelling"}


def test_equals_are_treated_differently() -> None:
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "chips", "helium", tier=1, demand=1.0)
    case.claim("NLD", "labs", "helium", tier=1, demand=3.0)
    case.line("QAT", "NLD", "helium", limit=2.0)
    books = passed(case).give("NLD/chips/helium", 0.1).give("NLD/labs/helium", -0.1).published()
    assert books.failing() == {"levelling", "equal_treatment"}


def test_goods_lie_idle_while_a_claim_is_short() -> None:
    books = passed(short_of_helium())
    unsent = books.change("dispatches", "quantity", -0.5, **JANUARY).give("NLD/health/helium", -0.5)
    thrown_away = books.change("surplus", "quantity", 0.5, **NLD, **JANUARY).give("NLD/health/helium", -0.5)
    assert unsent.published().failing() == thrown_away.published().failing() == {"idle_supply"}


def test_a_claim_is_short_that_could_be_restrained() -> None:
    case = short_of_helium()
    case.claims["NLD/balloons/helium"].restraint.append((0.3, 0.0))
    balloons = {"region": "NLD", "sector": "balloons", "commodity": "helium", **JANUARY}
    wrong = passed(case).change("claims", "restrained", -0.2, **balloons).change("blocks", "restrained", -0.2, **balloons)
    assert wrong.change("claims", "shortfall", 0.2, **balloons).published().failing() == {"own_restraint"}


def cavern(rank: int) -> InstanceBuilder:
    case = short_of_helium()
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=rank)
    return case


def test_a_reserve_is_kept_from_those_who_may_draw_on_it() -> None:
    wrong = passed(cavern(rank=2)).change("stocks", "released", -0.5).change("stocks", "stock", 0.5)
    assert wrong.give("NLD/balloons/helium", -0.5).published().failing() == {"idle_reserves"}


def test_a_reserve_kept_for_tier_1_is_emptied_because_market_volume_flows_down() -> None:
    wrong = passed(cavern(rank=1)).change("stocks", "released", 0.5).change("stocks", "stock", -0.5)
    assert wrong.give("NLD/balloons/helium", 0.5).published().failing() == {"means_last"}


def test_a_reserve_is_drawn_on_although_the_market_has_more() -> None:
    case = cavern(rank=2)
    case.lines["QAT"].limit = 3.0
    wrong = passed(case).change("dispatches", "quantity", -0.5).change("stocks", "released", 0.5).change("stocks", "stock", -0.5)
    assert wrong.published().failing() == {"means_last"}


def test_a_narrow_reserve_is_emptied_while_a_wide_one_is_drawn_on() -> None:
    case = cavern(rank=1)
    case.reserve("tank", "NLD", "helium", opening=0.25, rank=2)
    wrong = passed(case).change("stocks", "released", 0.5, reserve="cavern").change("stocks", "stock", -0.5, reserve="cavern")
    assert wrong.give("NLD/balloons/helium", 0.5).published().failing() == {"means_last"}


def test_a_plant_uses_its_input_in_months_in_which_nobody_asks_for_anything() -> None:
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "chips", "gas", tier=1, demand=(1.0, 0.0))
    case.process("refinery", "NLD", inputs={"ore": 0.5}, outputs={"gas": 1.0}, limit=1.0, before=1.0)
    case.reserve("heap", "NLD", "ore", opening=1.0)
    days = passed(case).allocation.reserves["days_of_cover"]
    assert days.notna().all()


@settings(max_examples=8, deadline=None)
@given(builders(tree=False), st.sampled_from((1e-3, 1.0, 1e3)))
def test_solved_cases_pass_in_any_unit(case: InstanceBuilder, size: float) -> None:
    books = solved(case, size)
    assert audit_allocation(books.case, books.allocation).faults == ()


#: Tables and their figures; a volume that would arrive after the last period leaves no trace and is not drawn.
FIGURES = (
    *(("claims", figure) for figure in ("demand", "restrained", "allocated", "shortfall")),
    *(("stocks", figure) for figure in ("released", "stock")),
    *((table, figure) for table, figure in (("blocks", "restrained"), ("dispatches", "quantity"), ("runs", "runs"))),
    *((table, figure) for table, figure in (("transfers", "quantity"), ("inventories", "stock"), ("surplus", "quantity"))),
    *(("allocation", figure) for figure in ("demand", "restrained", "allocated", "shortfall", "coverage")),
    *(("reserves", figure) for figure in ("opening", "released", "refilled", "lost", "closing", "days_of_cover")),
    ("supply", "quantity"),
)


@given(st.sampled_from(FIGURES), st.integers(min_value=0), st.sampled_from((-1.0, -1e-3, 1e-4, 0.5)))
@settings(max_examples=15, deadline=None)
def test_any_one_wrong_figure_is_caught(books: Books, place: tuple[str, str], row: int, by: float) -> None:
    table, figure = place
    rows = getattr(books.allocation, table) if hasattr(books.allocation, table) else books.allocation.plan[table]
    if table == "dispatches":
        rows = rows[rows["period"] < "2026-04"]
    chosen = rows.iloc[row % len(rows)]
    names = {name: chosen[name] for name in rows.columns if isinstance(chosen[name], str) or name == "block"}
    assert books.change(table, figure, by, **names).failing()
