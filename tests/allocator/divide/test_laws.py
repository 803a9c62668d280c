"""What every division keeps to, on claims by chance: nothing is lost, nobody gets too much, row order and unit change nothing."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocator.divide import RULES, RuleDoesNotApplyError, Terms, divide, needs, settle
from allocator.divide.sums import exact_sum

CLAIM = st.one_of(st.integers(0, 20).map(float), st.floats(1e-6, 1e9))
MANY = 200_000
QUICK = settings(max_examples=60)


@st.composite
def problems(draw: Any, rule: str) -> tuple[np.ndarray, float, dict[str, Any]]:
    """Claims, estate and what the rule needs; the treaty only where it applies."""
    count = draw(st.integers(1, 12))

    def numbers(one: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(one, min_size=count, max_size=count)))

    claims = numbers(CLAIM)
    columns = {"weight": st.floats(0.01, 100.0), "priority": st.floats(-20.0, 20.0), "net_imports": st.floats(0.0, 10.0)}
    needed = {name: numbers(columns[name]) if name in columns else draw(st.floats(0.1, 30.0)) for name in needs(rule)}
    if rule == "treaty":
        needed["net_imports"] = needed["net_imports"] * claims
    share = draw(st.floats(0.6, 0.93)) if rule == "treaty" else draw(st.floats(0.0, 1.2))
    return claims, fsum(claims.tolist()) * share, needed


def awards_of(rule: str, claims: np.ndarray, estate: float, needed: dict[str, Any]) -> np.ndarray:
    try:
        return divide(rule, claims, estate, **needed)
    except RuleDoesNotApplyError:
        assume(False)
        raise


@pytest.mark.parametrize("rule", RULES)
@QUICK
@given(data=st.data())
def test_awards_add_up_and_lie_between_nothing_and_the_claim(rule: str, data: Any) -> None:
    claims, estate, needed = data.draw(problems(rule))
    awards = awards_of(rule, claims, estate, needed)
    assert fsum(awards.tolist()) == pytest.approx(min(estate, fsum(claims.tolist())), rel=1e-12, abs=1e-300)
    assert (awards >= 0.0).all()
    assert (awards <= claims).all()


@pytest.mark.parametrize("rule", RULES)
@QUICK
@given(data=st.data())
def test_the_order_of_rows_changes_nothing(rule: str, data: Any) -> None:
    claims, estate, needed = data.draw(problems(rule))
    order = np.array(data.draw(st.permutations(range(len(claims)))), dtype=int)
    moved = {name: value[order] if isinstance(value, np.ndarray) else value for name, value in needed.items()}
    assert awards_of(rule, claims[order], estate, moved).tolist() == awards_of(rule, claims, estate, needed)[order].tolist()


@pytest.mark.parametrize("rule", RULES)
@QUICK
@given(data=st.data(), factor=st.sampled_from([1e-6, 1e-3, 0.7, 3.0, 1e6]))
def test_the_unit_changes_nothing(rule: str, data: Any, factor: float) -> None:
    claims, estate, needed = data.draw(problems(rule))
    assume(abs(fsum(claims.tolist()) - estate) > 1e-9 * estate)
    if rule == "treaty":
        assume(abs(estate - 0.88 * fsum(claims.tolist())) > 1e-6 * estate)
    scaled = awards_of(rule, claims * factor, estate * factor, needed)
    assert scaled == pytest.approx(awards_of(rule, claims, estate, needed) * factor, rel=1e-9, abs=1e-9 * factor * max(estate, 1e-9))


@pytest.mark.parametrize("rule", sorted(set(RULES) - {"random_arrival"}))
@pytest.mark.parametrize("share", [1e-9, 0.3, 0.5, 0.7, 1.0 - 1e-9])
def test_many_claims_of_all_sizes_add_up_to_the_last_digits(rule: str, share: float) -> None:
    random = np.random.default_rng(3)
    claims = random.lognormal(0.0, 4.0, MANY)
    columns = {"weight": random.uniform(0.1, 9.0, MANY), "priority": random.normal(0.0, 5.0, MANY), "net_imports": claims, "width": 1.0}
    estate = fsum(claims.tolist()) * (min(max(share, 0.6), 0.9) if rule == "treaty" else share)
    awards = divide(rule, claims, estate, **{name: columns[name] for name in needs(rule)})
    assert fsum(awards.tolist()) == pytest.approx(estate, rel=1e-12)
    assert (awards <= claims).all()


def test_equal_losses_keep_their_digits_where_little_is_left() -> None:
    """Two billion claimed, a millionth there: awards are no difference of large numbers."""
    assert divide("equal_losses", np.array([1e9, 1e9, 5.0]), 1e-6).tolist() == [5e-7, 5e-7, 0.0]


@given(st.lists(st.floats(-1e12, 1e12), max_size=50), st.integers(0, 40))
def test_sums_are_those_of_fsum(values: list[float], repeats: int) -> None:
    many = np.array(values * (1 + repeats * 10))
    assert exact_sum(many) == fsum(many.tolist())


def test_a_rule_names_what_it_needs() -> None:
    assert {rule: needs(rule) for rule in RULES if needs(rule)} == {
        "soft_priority": ("priority", "width"),
        "treaty": ("net_imports",),
        "weighted_max_min": ("weight",),
    }


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=12), st.floats(0.0, 1.0), st.integers(0, 4))
def test_rounded_awards_add_up_and_stay_within_a_step(claims: list[float], share: float, decimals: int) -> None:
    names = [f"firm_{place}" for place in range(len(claims))]
    estate = fsum(claims) * share
    exact = settle(names, np.array(claims), {}, Terms("proportional", estate))
    done = settle(names, np.array(claims), {}, Terms("proportional", estate, decimals=decimals))
    step = 10.0**-decimals
    assert fsum(done.awards.tolist()) == pytest.approx(done.awarded, abs=1e-3 * step)
    assert abs(done.awarded - estate) <= step * 0.501
    assert np.abs(done.awards - exact.awards).max() <= step * 1.001
    assert all(round(award, decimals) == award for award in done.awards.tolist())
