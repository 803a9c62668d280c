"""Published cases that what is built can reproduce. Objectives and coverage are compared, not vertices."""

from __future__ import annotations

import pytest

from tests.answers import answer
from tests.instances import InstanceBuilder


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
