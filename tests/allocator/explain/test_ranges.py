"""What could have been otherwise, and what settled it, in small cases and beside a plain program."""

from __future__ import annotations

import pytest

from allocator.explain.ranges import RANGES, Range, range_table, ranges
from tests.allocator.explain.forced import checks
from tests.allocator.explain.independent import TOLERANCE, asked
from tests.instances.builder import InstanceBuilder


@pytest.mark.parametrize("seed", range(1000, 1004))
def test_every_range_is_confirmed_by_a_plain_program(seed: int) -> None:
    wrong = [check for check in checks(seed) if not check.apart <= TOLERANCE]
    assert wrong == []


def by_name(case: InstanceBuilder) -> dict[str, Range]:
    inquiry = asked(case)
    found = ranges(inquiry)
    names = range_table(inquiry, found, dict.fromkeys(inquiry.instance.commodities["name"], "t"))
    assert list(names.columns) == list(RANGES)
    return dict(zip(names["kind"] + " " + names["name"], [*found.claims, *found.flows], strict=True))


def test_two_equal_lines_are_open_and_a_dear_one_is_settled_by_cost() -> None:
    case = InstanceBuilder().periods(1)
    for name, premium in (("east", 0.0), ("west", 0.0), ("dear", 1.0)):
        case.line(name, "NLD", "helium", limit=4.0, premium=premium)
    case.claim("NLD", "toys", "helium", tier=1, demand=6.0)
    found = by_name(case)
    assert [(found[f"line {name}"].low, found[f"line {name}"].high) for name in ("east", "west", "dear")] == [
        pytest.approx((2.0, 4.0)),
        pytest.approx((2.0, 4.0)),
        pytest.approx((0.0, 0.0)),
    ]
    assert [found[f"line {name}"].settled_by for name in ("east", "west", "dear")] == ["tie_break", "tie_break", "cost"]


def test_what_a_short_claim_gets_is_the_most_it_can_get() -> None:
    case = InstanceBuilder().periods(1)
    case.line("port", "NLD", "helium", limit=3.0)
    case.claim("NLD", "toys", "helium", tier=1, demand=6.0)
    found = by_name(case)
    toys = found["claim NLD/toys/helium"]
    assert (toys.low, toys.high) == pytest.approx((0.5, 0.5))
    assert found["line port"].settled_by == "rank"
