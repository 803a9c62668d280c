"""The plan of orders: whom a lever serves is what they lose without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.allocation import decode
from allocator.case import resolve_case
from allocator.compile import compile_instance
from allocator.deliveries import no_deliveries
from allocator.explain.inquiry import Inquiry
from allocator.explain.orders import ORDERS, WITHOUT, Orders, plan_of_orders
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


@pytest.fixture
def found(tmp_path: Path) -> Orders:
    baseline, scenario, law = written(Situation("", WORLD, LAW, {}), tmp_path)
    case = resolve_case(baseline, scenario, law)
    instance = compile_instance(case)
    resolver = Resolver(Partition(lower(formulate(instance)), instance))
    allocation = decode(case, instance, resolver.solution)
    question = Question(baseline, scenario, law, no_deliveries(), case, allocation, Inquiry(instance, resolver))
    told: list[tuple[int, int]] = []
    orders = plan_of_orders(question, lambda done, of: told.append((done, of)))
    assert told
    assert all(1 <= done <= of for done, of in told)
    return orders


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
