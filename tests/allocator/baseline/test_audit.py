"""Every figure of the built tables follows from its note and its facts, done again without the code that built it."""

from dataclasses import replace

import allocator_scenarios
import pytest

from tests.allocator.baseline.audit import _NAME, STRATA, Follower, arithmetic, formula, sample
from tests.allocator.baseline.books import Books


@pytest.fixture(scope="module")
def books():
    return Books(allocator_scenarios.ROOT)


@pytest.fixture(scope="module")
def follower(books):
    return Follower(books)


@pytest.mark.parametrize("table", STRATA)
def test_every_row_follows_from_its_facts(books, follower, table):
    followed = [follower.follow(table, row) for row in books.package[table]]
    assert followed
    assert [(one.key, one.value, one.again, one.unlike) for one in followed if not one.agrees] == []


def test_the_sample_is_forty_rows_and_always_the_same(books):
    first = sample(books)
    assert len(first) == 40
    assert [one.key for _, one in first] == [one.key for _, one in sample(books)]


#: Derived facts whose note gives its reason in words: what another fact says, rounded; shares of sums that stand in the source only.
IN_WORDS = {"phosphate_rock_use", "tantalum_use"}
SHARES_OF_SUMS = {"region_figures", "sector_keys"}
SHARES_IN_WORDS = {"route_shares"}
#: The column that holds the figure of a table of facts.
FIGURE = ("value", "quantity", "annual_runs", "share", "content", "lead_days")


def test_every_derived_fact_follows_from_the_arithmetic_at_the_start_of_its_note(books):
    """Figures of use are rounded to two digits, days to whole ones."""
    done = set()
    for table, rows in books.facts.items():
        for row in rows:
            name = next(iter(row.values()))
            if row.get("basis") != "derived" or name in IN_WORDS or table in SHARES_OF_SUMS | SHARES_IN_WORDS:
                continue
            value = float(next(row[column] for column in FIGURE if row.get(column)))
            again = arithmetic(_NAME.sub("", formula(row["note"])))
            slack = 0.5 if table == "freight" else 0.0
            assert again == pytest.approx(value, rel=0.015, abs=slack), (table, row)
            done.add(table)
    assert {"contents", "figures", "freight", "key_counts", "origins", "plants"} <= done


def test_outputs_of_one_a_run_are_derived_by_definition(books):
    ones = [row for row in books.package["technology_flows"] if row["note"] == "1 by definition of a run"]
    assert len(ones) > 60
    assert {(row["basis"], row["source"], row["quantity_per_run"]) for row in ones} == {("derived", "definition", "1")}


def test_a_wrong_figure_and_a_wrong_fact_are_found(books, follower):
    row = next(row for row in books.package["demands"] if float(row["annual_quantity"]) > 1000)
    assert follower.follow("demands", row).agrees
    assert not follower.follow("demands", row | {"annual_quantity": str(float(row["annual_quantity"]) * 1.01)}).agrees
    one = follower.follow("demands", row)
    shown, name, _, place = one.facts[0]
    assert replace(one, facts=((shown, name, str(float(shown) * 1.01), place),)).unlike == [name]
    assert replace(one, facts=((shown, name, "", "no such fact"),)).unlike == [name]


def test_arithmetic_of_notes():
    assert arithmetic("(1 - 0.25) x 8 / 3 + 2^3") == 10
    assert formula("3 [a; b] x 2; assumed: a") == "3 [a; b] x 2"
    with pytest.raises(SyntaxError):
        arithmetic("three days")
