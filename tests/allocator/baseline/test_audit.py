"""Every figure of the built tables follows from its note and its facts, done again without the code that built it."""

from dataclasses import replace

import allocator_scenarios
import pytest

from tests.allocator.baseline.audit import STRATA, Books, arithmetic, formula, sample


@pytest.fixture(scope="module")
def books():
    return Books(allocator_scenarios.ROOT)


@pytest.mark.parametrize("table", STRATA)
def test_every_row_follows_from_its_facts(books, table):
    followed = [books.follow(table, row) for row in books.package[table]]
    assert followed
    assert [(one.key, one.value, one.again, one.unlike) for one in followed if not one.agrees] == []


def test_the_sample_is_forty_rows_and_always_the_same(books):
    first = sample(books)
    assert len(first) == 40
    assert [one.key for _, one in first] == [one.key for _, one in sample(books)]


def test_a_wrong_figure_and_a_wrong_fact_are_found(books):
    row = next(row for row in books.package["demands"] if float(row["annual_quantity"]) > 1000)
    assert books.follow("demands", row).agrees
    assert not books.follow("demands", row | {"annual_quantity": str(float(row["annual_quantity"]) * 1.01)}).agrees
    one = books.follow("demands", row)
    shown, name, _, place = one.facts[0]
    assert replace(one, facts=((shown, name, str(float(shown) * 1.01), place),)).unlike == [name]
    assert replace(one, facts=((shown, name, "", "no such fact"),)).unlike == [name]


def test_arithmetic_of_notes():
    assert arithmetic("(1 - 0.25) x 8 / 3 + 2^3") == 10
    assert formula("3 [a; b] x 2; assumed: a") == "3 [a; b] x 2"
    with pytest.raises(SyntaxError):
        arithmetic("three days")
