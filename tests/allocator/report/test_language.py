"""Numbers and periods as the reader writes them."""

import pytest

from allocator.report.language import Language

ENGLISH, DUTCH = Language("en"), Language("nl")


def test_marks_of_thousands_and_decimals():
    assert ENGLISH.number(1234.5, 1) == "1,234.5"
    assert DUTCH.number(1234.5, 1) == "1.234,5"
    assert DUTCH.number(-0.04, 1) == "0,0"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (123456.7, "123.457"), (12.345, "12,3"), (1.0, "1,00"), (0.0123456, "0,0123"), (-2.5, "-2,50")]
)
def test_an_amount_has_three_digits_or_all_before_the_mark(value, text):
    assert DUTCH.amount(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (-1e-12, "0%"),
        (1e-4, "<0.1%"),
        (0.99999, ">99.9%"),
        (0.034, "3.4%"),
        (0.274, "27%"),
        (0.995, "99.5%"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share, text):
    assert ENGLISH.percent(share) == text


def test_dutch_shares():
    assert DUTCH.percent(0.995) == "99,5%"
    assert DUTCH.percent(1e-4) == "<0,1%"


def test_periods_and_spans():
    assert ENGLISH.period("2026-03") == "Mar 2026"
    assert DUTCH.period("2026-03") == "mrt 2026"
    assert DUTCH.period("2026-W09") == "week 9 2026"
    assert DUTCH.period("2026-Q1") == "kwartaal 1 2026"
    assert ENGLISH.period("2026-Q1") == "quarter 1 2026"
    assert ENGLISH.span(["2026-03", "2026-04", "2026-05"]) == "Mar 2026 to May 2026"
    assert DUTCH.span(["2026-03"]) == "mrt 2026"


def test_small_numbers_units_and_lists():
    assert (ENGLISH.exponent(1.5e-13), DUTCH.exponent(1.5e-13), DUTCH.exponent(0.0)) == ("1.5e-13", "1,5e-13", "0")
    assert (ENGLISH.unit("piece"), DUTCH.unit("piece"), DUTCH.unit("t")) == ("pieces", "stuks", "t")
    assert ENGLISH.listing(["a"]) == "a"
    assert DUTCH.listing(["a", "b", "c"]) == "a, b en c"
