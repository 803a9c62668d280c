"""Numbers that others published for the same rules."""

from __future__ import annotations

import numpy as np
import pytest

from allocator.divide import Terms, divide, gini, settle
from allocator.divide.rules.treaty import allocation_rights

RULES = ("proportional", "equal_awards", "equal_losses", "talmud", "random_arrival")
#: Estates from the Talmud (Ketubot 93a) and beyond, claims 100, 200, 300: Aumann and Maschler (1985), O'Neill (1982), Thomson (2003).
TALMUD = {
    100: ("16.667/33.333/50", "33.333/33.333/33.333", "0/0/100", "33.333/33.333/33.333", "33.333/33.333/33.333"),
    200: ("33.333/66.667/100", "66.667/66.667/66.667", "0/50/150", "50/75/75", "33.333/83.333/83.333"),
    300: ("50/100/150", "100/100/100", "0/100/200", "50/100/150", "50/100/150"),
    400: ("66.667/133.333/200", "100/150/150", "33.333/133.333/233.333", "50/125/225", "66.667/116.667/216.667"),
    500: ("83.333/166.667/250", "100/200/200", "66.667/166.667/266.667", "66.667/166.667/266.667", "66.667/166.667/266.667"),
}
#: Estate 10, claims 2, 4, 7, 8: the example of the R package ClaimsProblems, with the Gini coefficient of the awards where it gives one.
CLAIMS_PROBLEMS = {
    "proportional": ("0.9524/1.9048/3.3333/3.8095", 0.25),
    "equal_awards": ("2/2.6667/2.6667/2.6667", 0.05),
    "equal_losses": ("0/1/4/5", 0.45),
    "talmud": ("1/2/3.5/3.5", 0.225),
    "random_arrival": ("1/1.8333/3.3333/3.8333", None),
}
#: Release of stocks agreed by the members of the IEA in March 2022, million barrels.
RELEASE = """
AU 1.692 AT .387 BE .258 EE .036 FI .377 FR 1.5 DE 3.215 GR .303 HU .266 IE .222 IT 2.041 JP 7.5 KR 4.42 LT .115 LU .109 NL .823 NZ .384
NO .409 PL 1.052 ES 2 SE .551 CH .35 TR 1.5 UK 2.2 US 30
"""
#: The example of a group of four under the treaty: base-period consumption, production, normal net imports, loss.
GROUP = np.array([[10.0, 4.0, 2.0, 1.0], [6.0, 0.2, 2.5, 0.0], [4.0, 3.8, -0.5, 1.0], [0.4, 0.9, 0.0, 0.2]])


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split("/")]


@pytest.mark.parametrize("estate", TALMUD)
@pytest.mark.parametrize("rule", RULES)
def test_three_creditors(rule: str, estate: int) -> None:
    expected = TALMUD[estate][RULES.index(rule)]
    assert divide(rule, np.array([100.0, 200.0, 300.0]), float(estate)) == pytest.approx(numbers(expected), abs=5e-4)


@pytest.mark.parametrize("rule", RULES)
def test_four_claimants_and_their_gini(rule: str) -> None:
    awards, coefficient = CLAIMS_PROBLEMS[rule]
    found = divide(rule, np.array([2.0, 4.0, 7.0, 8.0]), 10.0)
    assert found == pytest.approx(numbers(awards), abs=5e-5)
    assert coefficient is None or gini(found) == pytest.approx(coefficient, abs=1e-12)


@pytest.mark.parametrize("estate", [10.0, 1.0, 15.0, 20.5])
def test_equal_losses_divide_what_is_missing_as_equal_awards(estate: float) -> None:
    claims = np.array([2.0, 4.0, 7.0, 8.0])
    assert divide("equal_losses", claims, estate) == pytest.approx(claims - divide("equal_awards", claims, 21.0 - estate), abs=1e-12)


def test_max_min_sharing() -> None:
    """Keshav (1997), An engineering approach to computer networking, the examples on max-min fair shares."""
    assert divide("equal_awards", np.array([2.0, 2.6, 4.0, 5.0]), 10.0) == pytest.approx([2.0, 2.6, 2.7, 2.7], abs=1e-12)
    weighted = divide("weighted_max_min", np.array([4.0, 2.0, 10.0, 4.0]), 16.0, weight=np.array([2.5, 4.0, 0.5, 1.0]))
    assert weighted == pytest.approx([4.0, 2.0, 6.0, 4.0], abs=1e-12)


@pytest.mark.parametrize("decimals", range(4))
def test_shares_of_the_release_of_2022_add_up_however_they_are_rounded(decimals: int) -> None:
    words = RELEASE.split()
    names, shares = words[::2], np.array([float(share) for share in words[1::2]])
    assert float(shares.sum()) == pytest.approx(61.71)
    done = settle(names, shares, {}, Terms("proportional", 61.71, decimals=decimals))
    assert round(float(done.awards.sum()), 9) == done.awarded == round(61.71, decimals)
    assert np.abs(done.awards - shares).max() < 10.0**-decimals
    assert [len(f"{award!r}".partition(".")[2]) <= max(decimals, 1) for award in done.awards.tolist()] == [True] * 25
    if decimals == 3:
        assert done.awards.tolist() == shares.tolist()


def test_shares_of_the_release_divided_anew_add_up() -> None:
    """A tenth less than agreed, in whole thousand barrels: plain rounding gives 55.540 where 55.539 is there."""
    words = RELEASE.split()
    names, shares = words[::2], np.array([float(share) for share in words[1::2]])
    done = settle(names, shares, {}, Terms("proportional", 55.539, decimals=3))
    assert done.awarded == 55.539
    assert round(float(done.awards.sum()), 9) == 55.539
    assert (done.awards <= shares).all()


@pytest.mark.parametrize(
    ("losses", "rights"),
    [
        (8.8235294117647, (9.1591, 3.5861, 1.86, 0.8948)),
        (11.94, (8.918, 3.357, 1.86, 0.835)),
        (12.0, (8.845, 3.453, 1.80, 0.861)),
    ],
)
def test_supply_rights_under_the_treaty(losses: float, rights: tuple[float, ...]) -> None:
    """Agreement on an International Energy Program, articles 7, 13 and 14, worked out for four members."""
    claims, _, imports, _ = GROUP
    tolerance = 5e-5 if losses < 10.0 else 6e-4
    assert divide("treaty", claims, 17.0 * (1.0 - losses / 100.0), net_imports=imports) == pytest.approx(rights, abs=tolerance)


def test_allocation_rights_are_what_others_owe_and_add_up_to_nothing() -> None:
    claims, production, imports, loss = GROUP
    own = production + imports - loss
    rights = allocation_rights(divide("treaty", claims, float(own.sum()), net_imports=imports), own)
    assert rights == pytest.approx([-0.4409, 0.4861, -0.14, 0.0948], abs=5e-5)
    assert float(rights.sum()) == pytest.approx(0.0, abs=1e-12)


def test_two_members_gain_from_a_worse_crisis_under_the_treaty_and_under_no_other_rule() -> None:
    claims, _, imports, _ = GROUP
    before, after = 17.0 * (1.0 - 0.1194), 17.0 * 0.88
    gained = divide("treaty", claims, after, net_imports=imports) > divide("treaty", claims, before, net_imports=imports)
    assert gained.tolist() == [False, True, False, True]
    for rule in RULES:
        assert (divide(rule, claims, after) <= divide(rule, claims, before)).all()


@pytest.mark.parametrize(
    ("priority", "supply", "awards"),
    [((10.0, 1.0, 0.0), 15.0, (6, 3, 3)), ((10.0, 1.0, 0.0), 5.0, (5, 0, 0)), ((10.0, 5.0, 0.0), 7.5, (6, 1.5, 0))],
)
def test_soft_priorities(priority: tuple[float, ...], supply: float, awards: tuple[float, ...]) -> None:
    """ALLOCATE BY PRIORITY of Vensim, requests 6, 3, 3 and width 3, with the numbers that PySD is tested against."""
    found = divide("soft_priority", np.array([6.0, 3.0, 3.0]), supply, priority=np.array(priority), width=3.0)
    assert found == pytest.approx(awards, abs=1e-12)


def test_close_priorities_are_served_together() -> None:
    """By hand: both begin a third of a width apart; at x = -0.75 the first is full for 0.75, the second for 0.417 (width 3)."""
    found = divide("soft_priority", np.array([6.0, 3.0]), 5.75, priority=np.array([1.5, 0.5]), width=3.0)
    assert found == pytest.approx([6 * 0.75, 3 * (0.75 - 1 / 3)], abs=1e-12)
