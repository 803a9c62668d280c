"""Published cases that what is built can reproduce. Objectives and coverage are compared, not vertices."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.allocation import decode
from allocator.audit import audit_allocation
from allocator.compile import compile_instance
from allocator.solve import solve_stages
from allocator_models import formulate, lower
from tests.answers import answer
from tests.instances import InstanceBuilder
from tests.policy.situations import Situation, case_of


def test_transport_as_a_cost_stage() -> None:
    """Dantzig's transport problem (Linear Programming and Extensions, 1963, chapter 3.3): 153.675.

    Demands are claims that are met in full before cost is looked at; distances in 1000 miles, 90 a case and 1000 miles.
    """
    distances = {
        "seattle": {"new_york": 2.5, "chicago": 1.7, "topeka": 1.8},
        "san_diego": {"new_york": 2.5, "chicago": 1.8, "topeka": 1.4},
    }
    case = InstanceBuilder().periods(1)
    for market, demand in {"new_york": 325.0, "chicago": 300.0, "topeka": 275.0}.items():
        case.claim(market, "shops", "cases", tier=1, demand=demand)
    for plant, capacity in {"seattle": 350.0, "san_diego": 600.0}.items():
        case.line(f"plant_{plant}", plant, "cases", limit=capacity)
        for market, distance in distances[plant].items():
            case.lane(plant, market, "cases", limit=1000.0, cost=90.0 * distance / 1000.0)
    result = answer(case)
    assert result.coverages().min() == pytest.approx(1.0)
    assert {stage.name: stage.value for stage in result.stages}["cost"] == pytest.approx(153.675, abs=1e-9)


def test_weights_are_not_ranks() -> None:
    """Supply 100; the first tier needs 2 a unit served, the second 1, both want 100: strict rank gives 50 and 0.

    What weights give is in tests/regressions/test_traps_rank.py.
    """
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "first", "heavy", tier=1, demand=100.0)
    case.claim("NLD", "second", "light", tier=2, demand=100.0)
    case.line("market", "NLD", "metal", limit=100.0)
    case.process("heavy", "NLD", {"metal": 2.0}, {"heavy": 1.0}, limit=100.0)
    case.process("light", "NLD", {"metal": 1.0}, {"light": 1.0}, limit=100.0)
    result = answer(case)
    assert result.path("allocate", "NLD/first/heavy") == pytest.approx([50.0])
    assert result.path("allocate", "NLD/second/light") == pytest.approx([0.0], abs=1e-9)


def test_stock_over_time(tmp_path: Path) -> None:
    """Buying and selling at 10, 12, 8 and 9 from a stock of 50, with room for 100 and 1 to pay for a unit held: a cost of -600.

    The warehouse problem (Cahn, Bulletin of the American Mathematical Society 54, 1948, 1073) with the figures of the GAMS model `whouse`.
    """
    prices = dict(zip(("2026-03", "2026-04", "2026-05", "2026-06"), (10, 12, 8, 9), strict=True))
    world = {
        "periods": 4,
        "claims": {"NLD/a/other": 1},
        "supply": {"NLD/other": 1, "NLD/goods": 1000},
        "stores": {"NLD/goods": 50},
        "room": {"NLD/goods": 100},
        "prices": [{"line": "nld_goods", "premium_eur": prices}],
        "sales": [{"region": "NLD", "commodity": "goods", "monthly": 1000, "value_eur": prices}],
        "holding": [{"commodities": ["goods"], "cost_eur": {"2026-03": 1}}],
    }
    case, _ = case_of(Situation("warehouse", world, {"tiers": [{"sectors": ["a", "exports"]}]}, {}), tmp_path)
    instance = compile_instance(case)
    solution = solve_stages(lower(formulate(instance)), instance)
    allocation = decode(case, instance, solution)
    assert audit_allocation(case, allocation).faults == ()
    assert {stage.name: stage.value for stage in solution.stages}["cost"] == pytest.approx(-600.0, abs=1e-6)
    sold = allocation.supply.query("channel == 'sale'").set_index("period")["quantity"]
    assert sold["2026-04"] == pytest.approx(100.0)  # what is bought at 8 and held for 1 may be sold at 9, or not bought: that is as good
