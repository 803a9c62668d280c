"""Grades: what is assumed in part is not what has no source at all, and what was read second hand is not what its publisher says."""

import json
import re
import shutil

import pandas as pd
import pytest

from allocator.baseline import load_baseline
from allocator.baseline.grades import CARRIED, GRADES, count_grades, grades_of
from allocator.baseline.layout import CARRIER_KINDS
from tests.allocator.baseline.conftest import FOLDER

SOURCES = pd.DataFrame(
    [("a", ""), ("b", ""), ("packaged", "data_package"), ("copied", "repository"), ("told", "press"), ("project_assumption", "")],
    columns=["source", "carrier_kind"],
)
#: What a citation says when the publisher's own was not read.
SECOND_HAND = re.compile(r"\bas (archived|carried|compiled|quoted|shipped|tabulated|transcribed) (by|in|on)\b|\bvia github\.com")


def graded(*rows):
    return "".join(grades_of(pd.DataFrame(rows, columns=["source", "basis"]), SOURCES))


def test_a_source_beside_an_assumption_is_c_and_none_is_d():
    rows = [("a", "reported"), ("a; b", "derived"), ("a", "assumed"), ("a; project_assumption", "assumed")]
    assert graded(*rows, ("project_assumption", "assumed"), ("", "assumed")) == "ABCCDD"


@pytest.mark.parametrize(("source", "grades"), [("a", "ABC"), ("packaged", "BBC"), ("copied", "CCC"), ("told", "CCC")])
def test_a_figure_is_no_better_than_the_reading_of_its_source(source, grades):
    assert graded((source, "reported"), (source, "derived"), (source, "assumed")) == grades
    assert graded((f"a; {source}", "reported"), (f"{source}; packaged", "derived")) == max(grades[0], "A") + max(grades[1], "B")


def test_a_table_without_rows_has_none_of_each():
    assert count_grades(pd.DataFrame(columns=["source", "basis"]), SOURCES).to_dict() == {"A": 0, "B": 0, "C": 0, "D": 0}


def test_every_kind_of_carrier_has_a_grade_below_the_best():
    assert sorted(CARRIED) == sorted(CARRIER_KINDS)
    assert set(CARRIED.values()) <= set(GRADES) - {"A"}


def test_no_shipped_figure_of_a_source_read_second_hand_has_the_best_grade(shipped):
    sources = shipped.sources
    second_hand = set(sources.loc[sources["carrier"] != "", "source"])
    seen = 0
    for name, frame in shipped.tables.items():
        if "basis" in frame:
            cited = frame["source"].map(lambda cell: bool(second_hand & set(cell.split("; "))))
            assert "A" not in set(grades_of(frame[cited], sources)), name
            seen += int(cited.sum())
    assert seen > 1000


def test_every_carrier_is_named_where_its_source_is_cited(shipped):
    for row in shipped.sources.to_dict("records"):
        assert bool(row["carrier"]) == bool(row["carrier_kind"]), row
        assert row["carrier"].partition(",")[0].lower() in row["citation"].lower(), row
        assert not SECOND_HAND.search(row["citation"]) or row["carrier"], row


@pytest.mark.parametrize("described", [True, False])
def test_a_list_of_sources_without_carriers_is_read_as_read_at_the_publishers(tmp_path, described):
    """Packages and own figures from before the columns came do without them."""
    mine = shutil.copytree(FOLDER, tmp_path / "mine")
    sources = pd.read_csv(mine / "sources.csv", dtype=str, keep_default_na=False)
    sources.drop(columns=["carrier", "carrier_kind"]).to_csv(mine / "sources.csv", index=False)
    if not described:
        package = json.loads((mine / "datapackage.json").read_text(encoding="utf-8"))
        (fields,) = (one["schema"]["fields"] for one in package["resources"] if one["name"] == "sources")
        del fields[-2:]
        (mine / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    read = load_baseline(mine)
    assert set(read.sources["carrier_kind"]) == {""}
    assert count_grades(read.published, read.sources)["A"] == (read.published["basis"] == "reported").sum()
