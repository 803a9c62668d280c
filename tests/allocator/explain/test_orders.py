"""The plan of orders: whom a lever serves is what they lose without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.allocation import decode
from allocator.case import resolve_case
from allocator.compile import compile_instance
from allocator.deliveries import no_deliveries
from allocator.explain import orders
from allocator.explain.inquiry import Inquiry
from allocator.explain.orders import INSTEAD, ORDERS, WITHOUT, Orders, plan_of_orders
from allocator.explain.question import Question
from allocator.solve import Resolver
from allocator.solve.parts import Partition
from allocator_models import formulate, lower
from tests.policy.situations import Situation, written

PURCHASE = {"kind": "emergency_purchase", "commodity": "metal", "origin": "QAT", "lead_days": 0, "premium": 0.5, "authority": "agency"}
WORLD = {
    "crisis_level": 2,
    "periods": 2,
    "claims": {"NLD/a/metal": 10, "NLD/b/metal": 10},
    "supply": {"NLD/metal": 10},
    "disruptions": [{"kind": "demand_surge", "sector": "a", "start": "2026-04", "months": 1, "factor": 1.3}],
    "reserves": {"tank": {"region": "NLD", "commodity": "metal", "quantity": 2, "first_release_days": 30}},
    "levers": [
        {**PURCHASE, "monthly": 4, "rank": 2, "effect_days": 30, "fixed_cost_eur": 7},
        {"kind": "reserve_release", "owner": "NLD", "commodities": "all", "authority": "minister"},
        {"kind": "refill", "owner": "NLD", "commodities": "all", "monthly": 1, "authority": "minister"},
    ],
}
LAW = {
    "tiers": [{"sectors": ["a", "exports"]}, {"sectors": ["b"]}],
    "levels": {2: ["emergency_purchase", "refill", "reserve_release"]},
    "reserves": {"draw": {"default": 1}},
}


def question_of(tmp_path: Path) -> Question:
    baseline, scenario, law = written(Situation("", WORLD, LAW, {}), tmp_path)
    case = resolve_case(baseline, scenario, law)
    instance = compile_instance(case)
    resolver = Resolver(Partition(lower(formulate(instance)), instance))
    allocation = decode(case, instance, resolver.solution)
    return Question(baseline, scenario, law, no_deliveries(), case, allocation, Inquiry(instance, resolver))


@pytest.fixture
def found(tmp_path: Path) -> Orders:
    told: list[tuple[int, int]] = []
    plan = plan_of_orders(question_of(tmp_path), lambda done, of: told.append((done, of)))
    assert told
    assert all(1 <= done <= of for done, of in told)
    return plan


def test_orders_say_who_signs_when_and_whom_it_serves(found: Orders) -> None:
    """In April the first tier lacks 3: the reserve, which is for it alone, has 2 of them; the purchase brings 4, for all."""
    assert tuple(found.orders.columns) == ORDERS
    rows = found.orders.set_index("lever")
    assert list(rows.index) == ["emergency_purchase_metal_QAT", "reserve_release_NLD"]
    assert rows["tier"].tolist() == [1, 2]  # without the reserve more is bought for a, and b has less
    release, purchase = rows.loc["reserve_release_NLD"], rows.loc["emergency_purchase_metal_QAT"]
    assert release[["authority", "from", "quantity", "unit", "cost_eur"]].tolist() == ["minister", "2026-04", 2, "t", 0]
    assert release["sign_by"] == "2026-03-02"  # thirty days before April
    assert (purchase["quantity"], purchase["cost_eur"], purchase["sign_by"]) == (4, 2 + 7, "2026-03-02")
    assert (purchase["serves"], release["serves"]) == ("a; b", "b")


def test_without_a_signature_claims_have_less(found: Orders) -> None:
    assert tuple(found.without.columns) == WITHOUT
    lost = found.without.set_index(["authority", "sector"])
    assert set(lost.index.get_level_values("authority")) <= {"agency", "minister"}
    assert (lost["coverage_without"] < lost["coverage"]).all()
    assert lost.loc[("agency", "b"), "coverage_without"] == pytest.approx(0.0)


def test_the_plan_without_a_signature_says_what_others_then_order(found: Orders) -> None:
    """Without the reserve the purchase brings what it brought; without the purchase the reserve does; neither can bring more."""
    assert tuple(found.instead.columns) == INSTEAD
    assert found.instead.empty
    assert found.unasked == 0


def test_others_order_more_where_they_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With six to buy, two are bought instead of what the minister does not release, at half a euro each."""
    more = [{**lever, "monthly": 6, "rank": 1} if lever["kind"] == "emergency_purchase" else lever for lever in WORLD["levers"]]
    monkeypatch.setitem(WORLD, "levers", more)
    found = plan_of_orders(question_of(tmp_path), lambda _done, _of: None)
    row = found.instead.set_index("authority").loc["minister"]
    assert row[["lever", "commodity", "unit"]].tolist() == ["emergency_purchase_metal_QAT", "metal", "t"]
    assert row[["quantity", "quantity_without", "cost_eur", "cost_eur_without"]].tolist() == [1, 3, 7.5, 8.5]


def test_no_more_is_asked_than_may_be_solved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "MOST_COLUMNS", 0)
    found = plan_of_orders(question_of(tmp_path), lambda _done, _of: None)
    assert len(found.orders) == 2
    assert found.unasked > 0
    assert found.orders["coverage_per_week"].tolist() == [0.0, 0.0]
