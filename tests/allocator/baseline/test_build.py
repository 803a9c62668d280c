"""The build: the committed package, byte for byte, and figures that explain themselves."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN

import frictionless
import pytest

from allocator.baseline.build import EDITION, build_edition
from allocator.baseline.build.__main__ import main
from allocator.baseline.build.facts import load_facts
from allocator.baseline.build.figure import Figure, as_figure, four_digits, twelve_digits
from allocator.baseline.build.keys import keys_by_name
from allocator.baseline.build.origins import Freight, Imports
from allocator.baseline.build.package import six_digits
from tests.allocator.baseline.conftest import FACTS, FOLDER


def test_build_gives_the_committed_package_byte_for_byte():
    built = build_edition(FACTS)
    assert sorted(built) == sorted(path.name for path in FOLDER.iterdir())
    for name, content in built.items():
        assert content == (FOLDER / name).read_bytes(), f"{name} differs: run python -m allocator.baseline.build"


def test_build_as_a_command(tmp_path):
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / EDITION / "demands.csv").read_bytes() == (FOLDER / "demands.csv").read_bytes()


def test_frictionless_finds_the_package_valid():
    report = frictionless.Package(str(FOLDER / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]


def test_a_figure_writes_its_own_arithmetic():
    use = Figure(8.0, 6.0, 9.0, "8 [use]", sources=frozenset({"a"}), years=frozenset({"2020"}))
    recycled = Figure(0.2, 0.1, 0.4, "0.2 [recycled]", sources=frozenset({"b"}), basis="assumed", assumed=frozenset({"recycled"}))
    total = use / (as_figure(1) - recycled)
    assert (total.value, total.low, total.high) == pytest.approx((10.0, 6 / 0.9, 9 / 0.6))
    assert total.cite() == {
        "source": "a; b",
        "year": "2020",
        "basis": "assumed",
        "note": "8 [use] / (1 - 0.2 [recycled]); assumed: recycled",
    }
    assert ((use + recycled) * 2).words == "(8 [use] + 0.2 [recycled]) x 2"


def test_a_single_fact_keeps_its_own_note():
    fact = Figure(1.0, 1.0, 1.0, "1 [fact]", sources=frozenset({"a"}), years=frozenset({"2020"}), note="read on page 3")
    assert fact.cite() == {"source": "a", "year": "2020", "basis": "reported", "note": "read on page 3"}


def test_digits_in_files():
    assert twelve_digits(1234567.89123456) == 1234567.89123
    assert four_digits(0.7587301) == 0.7587


def test_a_low_is_rounded_down_and_a_high_up():
    assert six_digits(1234567.8, ROUND_FLOOR) == 1234560
    assert six_digits(1234567.8, ROUND_CEILING) == 1234570
    assert six_digits(0.00123456789, ROUND_HALF_EVEN) == 0.00123457
    assert six_digits(0.0, ROUND_FLOOR) == 0


def test_a_fact_lies_between_its_low_and_its_high_and_names_a_document():
    facts = load_facts(FACTS)
    for table, rows in facts.tables.items():
        for row in rows:
            column = next((name for name in ("value", "quantity", "annual_runs", "share", "content") if name in row), "")
            if column and (row[column] or row.get("formula")) and "listed" not in row.get("formula", ""):
                number = facts.number(row, "", column)
                assert number.low <= number.value <= number.high, (table, row)
    for row in facts["sources"]:
        assert row["producer"], row
        assert row["title"], row
        assert row["citation"], row
        assert row["licence"], row
        assert row["url"].startswith("http") or row["source"] in ("definition", "project_assumption"), row


def test_every_key_and_every_set_of_origins_adds_up():
    facts = load_facts(FACTS)
    for name, key in keys_by_name(facts).items():
        assert sum(share.value for share in key.values()) == pytest.approx(1, abs=1e-12), name
    imports = Imports(facts)
    for commodity, region in imports:
        shares = imports.shares(commodity, region)
        assert sum(share.value for share in shares.values()) == pytest.approx(1, abs=1e-12), (commodity, region)


def test_the_ways_of_every_origin_carry_all_it_sends():
    for ways in Freight(load_facts(FACTS)):
        assert sum(way.share.value for way in ways) == pytest.approx(1, abs=1e-12), ways
        assert ways[0].name == ""
        assert len({way.name for way in ways}) == len({way.route for way in ways}) == len(ways)


def test_a_way_has_a_distance_or_a_lead_and_not_both():
    for row in load_facts(FACTS)["freight"]:
        assert bool(row["nautical_miles"]) != bool(row["lead_days"]), row


def test_facts_say_where_they_come_from():
    facts = load_facts(FACTS)
    sources = {row["source"] for row in facts["sources"]}
    for table, rows in facts.tables.items():
        for row in rows:
            assert not {None} & {*row, *row.values()}, (table, row)  # a comma too many or too few
            text = " ".join(str(cell) for cell in row.values()).lower()
            assert "recalled" not in text, (table, row)
            assert "researcher" not in text, (table, row)
            if table != "sources" and row.get("basis") and row["basis"] != "derived":
                assert set(row["source"].split("; ")) <= sources, (table, row)
                assert (row["basis"] == "assumed") >= (row["source"] == "project_assumption"), (table, row)
                assert row["basis"] == "reported" or row["note"], (table, row)


def test_every_citation_is_used():
    facts = load_facts(FACTS)
    cells = [str(cell) for table, rows in facts.tables.items() if table != "sources" for row in rows for cell in row.values()]
    text = " ".join(cells)
    assert not [row["source"] for row in facts["sources"] if row["source"] not in text]
