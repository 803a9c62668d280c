"""What counts of a claim, minimum parcels, rounding: worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.divide import Terms, divide, settle

CLAIMS = np.array([10.0, 20.0, 30.0])
NAMES = ["alpha", "bravo", "charlie"]


def test_a_claim_counts_up_to_its_base_period_times_the_factor() -> None:
    base = np.array([10.0, 5.0, 30.0])
    done = settle(NAMES, CLAIMS, {"base": base}, Terms("proportional", 25.0, factor=1.0))
    assert done.recognised.tolist() == [10.0, 5.0, 30.0]
    assert done.awards == pytest.approx([25 * 10 / 45, 25 * 5 / 45, 25 * 30 / 45])
    assert settle(NAMES, CLAIMS, {"base": base}, Terms("proportional", 25.0, factor=2.0)).recognised.tolist() == [10.0, 10.0, 30.0]
    assert settle(NAMES, CLAIMS, {"base": base}, Terms("proportional", 60.0, factor=1.0)).left == 15.0


def test_a_claim_counts_up_to_the_estate() -> None:
    done = settle(NAMES, CLAIMS, {}, Terms("proportional", 15.0, up_to_estate=True))
    assert done.recognised.tolist() == [10.0, 15.0, 15.0]
    assert done.awards == pytest.approx([3.75, 5.625, 5.625])


def test_more_than_is_claimed_is_left() -> None:
    done = settle(NAMES, CLAIMS, {}, Terms("equal_losses", 100.0))
    assert (done.awards.tolist(), done.awarded, done.left) == (CLAIMS.tolist(), 60.0, 40.0)


def test_an_award_below_the_parcel_goes_to_the_others() -> None:
    """In proportion 4, 8, 12: with parcels of 5 the first steps back, and 24 go to the others as 20 to 30."""
    done = settle(NAMES, CLAIMS, {"parcel": np.full(3, 5.0)}, Terms("proportional", 24.0))
    assert done.left_out.tolist() == [True, False, False]
    assert done.awards == pytest.approx([0.0, 9.6, 14.4])


def test_of_equals_the_last_by_name_steps_back() -> None:
    done = settle(["b", "c", "a"], np.full(3, 9.0), {"parcel": np.full(3, 5.0)}, Terms("equal_awards", 12.0))
    assert done.awards.tolist() == [6.0, 0.0, 6.0]


def test_no_more_step_back_than_must() -> None:
    done = settle(list("abcd"), np.full(4, 4.0), {"parcel": np.full(4, 3.0)}, Terms("proportional", 9.0))
    assert done.awards.tolist() == [3.0, 3.0, 3.0, 0.0]


def test_where_nobody_can_have_a_parcel_all_is_left() -> None:
    done = settle(NAMES, CLAIMS, {"parcel": np.full(3, 9.0)}, Terms("talmud", 8.0))
    assert (done.awards.tolist(), done.left, done.left_out.all()) == ([0.0, 0.0, 0.0], 8.0, True)


def test_a_claim_smaller_than_its_parcel_gets_nothing_and_a_parcel_of_nothing_is_none() -> None:
    done = settle(NAMES, CLAIMS, {"parcel": np.array([11.0, 0.0, 0.0])}, Terms("proportional", 25.0))
    assert done.awards == pytest.approx([0.0, 10.0, 15.0])


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 8)), min_size=1, max_size=7),
    st.integers(1, 40),
    st.sampled_from(["proportional", "equal_awards", "equal_losses", "talmud", "random_arrival"]),
)
def test_parcels_are_kept_and_one_fewer_stepping_back_would_not_keep_them(rows: list[tuple[int, int]], estate: int, rule: str) -> None:
    claims, parcels = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    names = [f"firm_{place}" for place in range(len(rows))]
    done = settle(names, claims, {"parcel": parcels}, Terms(rule, float(estate)))
    assert ((done.awards >= parcels - 1e-9) | (done.awards == 0.0)).all()
    assert (done.awards[~done.left_out] == divide(rule, claims[~done.left_out], float(estate))).all()
    assert float(done.awards.sum()) == pytest.approx(done.awarded)
    turned = np.arange(len(rows))[::-1]
    again = settle([names[place] for place in turned], claims[turned], {"parcel": parcels[turned]}, Terms(rule, float(estate)))
    assert again.awards.tolist() == done.awards[turned].tolist()


@pytest.mark.parametrize(
    ("claims", "estate", "decimals", "awards"),
    [
        ([1.0, 1.0, 1.0], 1.0, 2, [0.34, 0.33, 0.33]),  # equal remainders: the first by name
        ([1.0, 1.0, 1.0], 2.0, 0, [1.0, 1.0, 0.0]),
        ([0.5, 3.0, 3.0], 4.0, 0, [0.0, 2.0, 2.0]),  # a whole one would be above the first one's claim
        ([0.4, 0.4, 0.4], 1.2, 0, [1.0, 0.0, 0.0]),  # where all would be, one is
        ([100.0, 200.0, 300.0], 200.0, 0, [33.0, 67.0, 100.0]),
    ],
)
def test_rounding_by_largest_remainder(claims: list[float], estate: float, decimals: int, awards: list[float]) -> None:
    assert settle(list("abc"), np.array(claims), {}, Terms("proportional", estate, decimals=decimals)).awards.tolist() == awards
