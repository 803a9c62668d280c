"""Every figure of the built tables follows from its note and its facts, done again without the code that built it."""

import re
from dataclasses import replace

import allocator_scenarios
import pytest

from allocator.baseline.build.facts import load_facts
from allocator.baseline.build.figure import as_figure
from tests.allocator.baseline.audit import _NAME, STRATA, Follower, formula, sample
from tests.allocator.baseline.books import NAMED, Books, arithmetic


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


#: The column that holds the number of a table of facts; a table without formulas holds none that is derived.
NUMBER = {
    "contents": "content",
    "figures": "value",
    "origins": "quantity",
    "plants": "annual_runs",
    "published": "share",
    "route_shares": "share",
}


def test_no_fact_that_is_derived_is_typed(books):
    """It has a formula and neither a number nor a source of its own: these are those of the facts in it."""
    for table, rows in books.facts.items():
        for row in rows:
            if row.get("basis") == "derived":
                assert table in NUMBER, (table, row)
                assert (row[NUMBER[table]], row["source"], row["year"]) == ("", "", ""), (table, row)
                assert row["formula"], (table, row)
            elif table in NUMBER and row.get("formula"):
                assert (row[NUMBER[table]], row["basis"]) == ("", "assumed"), (table, row)


#: Two numbers and what is done with them: `2 x 3`, `1 - 0.4`, `5 per cent of 7400`; a range of years or a dash in a word is none.
DONE = re.compile(r"[\d)%] ?(?:[x*/+^]|- )\s?[(]?\d|\d per cent of (?:a |the )?\d|\d x |x \d|\d (?:times|plus|minus|divided by) ")


def test_no_note_of_a_fact_does_arithmetic(books):
    """What a note reckoned nobody would compute again: it belongs into a formula."""
    for table in set(books.facts) - {"sources", "choices"}:
        for row in books.facts[table]:
            assert not DONE.search(row.get("note", "")), (table, row)
    assert all(
        DONE.search(note) for note in ("1640 / (14 x 24) + 5", "29300 / 2000", "1 - 0.5", "5 per cent of 7400 t", "7 t x 21 per cent")
    )


@pytest.mark.parametrize("table", sorted(set(NUMBER) - {"published"}))
def test_the_audit_computes_every_formula_as_the_build_does(books, table):
    """Two programs: neither shares code with the other."""
    facts = load_facts(allocator_scenarios.ROOT / "facts")
    computed = [row for row in facts[table] if row["formula"]]
    assert computed
    for row in computed:
        listed = books.named.get(f"listed {row.get('origin_set')}", ("0", ""))[0]
        name = {"listed": as_figure(float(listed))} if table == "origins" else {}
        again = books.computed(row["formula"], {"listed": float(listed)})
        assert facts.number(row, "", NUMBER[table], name).value == pytest.approx(again, rel=1e-9), row


def test_a_lead_by_distance_follows_from_its_note(books):
    found = set()
    for row in books.package["supply_lines"]:
        words = re.search(r"lead: ([^;]*), in whole days", row["note"])
        if words:
            assert round(arithmetic(_NAME.sub("", words[1]))) == float(row["lead_days"]), row
            found.add(words[1])
    assert len(found) > 30
    for words in found:
        assert all(float(shown) == float(books.named[name][0]) for shown, name in NAMED.findall(words)), words


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
