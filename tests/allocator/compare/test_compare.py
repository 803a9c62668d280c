"""Two runs beside each other: figures by hand, differences only, both languages, the same bytes."""

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from allocator.compare import compare, read_side
from allocator.errors import InvalidInput
from allocator.output import choose_target, write_run
from allocator.output.comparison import write_comparison
from allocator.report.compare_view import CompareView, Table
from allocator.report.comparison import render_comparison
from allocator.report.language import Language
from allocator.run import run_scenario
from tests.program import call
from tests.tiny import FRAMEWORK

#: Defence comes after packaging: whoever was first is last.
REVERSED = (
    FRAMEWORK.replace("framework: tiny", "framework: reversed")
    .replace("[defence, health]", "[health]")
    .replace("[packaging]", "[packaging, defence]")
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def folders(crisis, finished, tmp_path_factory):
    """The run of the small crisis, and the same with the strait nearly open."""
    place = tmp_path_factory.mktemp("runs")
    open_strait = run_scenario(crisis, overrides=["disruptions.0.closed=0.2"])
    return [
        write_run(run, choose_target(place / name, overwrite=False)).folder for name, run in (("shut", finished), ("open", open_strait))
    ]


@pytest.fixture(scope="module")
def sides(folders):
    return [read_side(folder) for folder in folders]


@pytest.fixture(scope="module")
def found(sides):
    return compare(*sides)


def cells_by_hand(folders):
    """Coverage, demand and shortfall of every claim, added up without the code under test."""
    sums = []
    for folder in folders:
        claims = {}
        for row in csv.DictReader((folder / "allocation.csv").read_text(encoding="utf-8").splitlines()):
            own = claims.setdefault((row["region"], row["sector"], row["commodity"]), [])
            own.append((float(row["demand"]), float(row["shortfall"]), float(row["coverage"])))
        sums.append(claims)
    return sums


def test_claims_are_those_that_differ_with_their_figures(folders, found):
    shut, opened = cells_by_hand(folders)
    differing = {claim for claim in shut if any(abs(a[2] - b[2]) > 1e-6 for a, b in zip(shut[claim], opened[claim], strict=True))}
    listed = found.claims[found.claims["verdict"] != "restraint"]
    assert set(listed[["region", "sector", "commodity"]].itertuples(index=False, name=None)) == differing
    assert 0 < len(differing) < len(shut) == found.compared
    for row in found.claims.to_dict("records"):
        a, b = (claims[row["region"], row["sector"], row["commodity"]] for claims in (shut, opened))
        assert row["shortfall_change"] == pytest.approx(sum(cell[1] for cell in b) - sum(cell[1] for cell in a), abs=1e-9)
        assert row["coverage_a"] == pytest.approx(1 - sum(cell[1] for cell in a) / sum(cell[0] for cell in a))
        assert row["lowest_b"] == pytest.approx(min(cell[2] for cell in b))
        ups, downs = (any(sign * (y[2] - x[2]) > 1e-6 for x, y in zip(a, b, strict=True)) for sign in (1, -1))
        assert row["verdict"] == ("shifts" if ups and downs else "gains" if ups else "loses" if downs else "restraint")


def test_sectors_and_classes_are_means_over_their_cells(folders, found):
    shut, opened = cells_by_hand(folders)
    for row in found.sectors.to_dict("records"):
        for side, claims in (("a", shut), ("b", opened)):
            coverages = [cell[2] for claim, cells in claims.items() if claim[1] == row["sector"] for cell in cells]
            assert row[f"coverage_{side}"] == pytest.approx(sum(coverages) / len(coverages))
    assert found.sectors["coverage_change"].is_monotonic_increasing
    for row in found.tiers.to_dict("records"):
        (own,) = [tier for tier in found.a.summary["tiers"] if tier["rank"] == row["rank"]]
        assert row["coverage_a"] == pytest.approx(own["coverage"])


def test_reserves_differ_by_what_was_released_and_is_left(folders, found):
    (row,) = found.reserves.to_dict("records")
    for side, folder in zip("ab", folders, strict=True):
        rows = [
            r for r in csv.DictReader((folder / "reserves.csv").read_text(encoding="utf-8").splitlines()) if r["reserve"] == row["reserve"]
        ]
        assert row[f"released_{side}"] == pytest.approx(sum(float(r["released"]) for r in rows))
        assert row[f"closing_{side}"] == pytest.approx(float(max(rows, key=lambda r: r["period"])["closing"]))


def test_a_run_compared_with_itself_has_no_differences(sides):
    itself = compare(sides[0], sides[0])
    assert itself.same
    for table in ("question", "tiers", "sectors", "goods", "claims", "months", "reserves"):
        assert getattr(itself, table).empty, table


def test_changing_sides_changes_signs_only(sides, found):
    back = compare(*sides[::-1])
    order = ["region", "sector", "commodity"]
    one, other = (c.claims.sort_values(order, ignore_index=True) for c in (found, back))
    pd.testing.assert_series_equal(one["coverage_change"], -other["coverage_change"])
    turned = {"gains": "loses", "loses": "gains"}
    assert [turned.get(verdict, verdict) for verdict in one["verdict"]] == list(other["verdict"])


def test_only_what_both_have_is_compared(sides):
    a, b = sides
    fewer = replace(b, allocation=b.allocation[b.allocation["sector"] != "defence"])
    one = compare(a, fewer)
    assert "defence" not in set(one.claims["sector"])
    assert (one.only_a, one.only_b) == (1, 0)
    assert "1 claims that only A has" in CompareView(one, None, Language("en")).scope
    with pytest.raises(InvalidInput, match="A706"):
        compare(a, replace(b, allocation=b.allocation.assign(period="2030-01")))


def test_a_change_of_restraint_alone_is_told(sides):
    a, _ = sides
    moved = a.allocation.copy()
    row = moved.index[moved["restrained"] > 0][0]
    moved.loc[row, "restrained"] += 0.01
    one = compare(a, replace(a, allocation=moved))
    assert list(one.claims["verdict"]) == ["restraint"]
    assert not one.same
    assert "1 only give up another part" in CompareView(one, None, Language("en")).sentences[0]


def test_the_command_takes_folders_and_writes_the_same_bytes_twice(folders):
    pages = []
    for name in ("one", "two"):
        result = call("compare", *folders, "--out", name)
        assert (result.exit_code, result.stderr) == (0, "")
        pages.append({path.name: path.read_bytes() for path in sorted(Path(name).iterdir())})
    assert list(pages[0]) == ["comparison.csv", "comparison.html"]
    assert pages[0] == pages[1]
    assert "Who gains, who loses" in result.stdout
    assert f"Page: {Path('two/comparison.html')}" in result.stdout
    assert call("compare", *folders, "--out", "one").exit_code == 1  # it is not empty
    Path("one/mine.txt").write_text("", encoding="utf-8")
    assert call("compare", *folders, "--out", "one", "--overwrite", "--lang", "nl").exit_code == 0
    assert sorted(path.name for path in Path("one").iterdir()) == ["comparison.csv", "comparison.html", "mine.txt"]


def test_the_csv_has_every_claim_that_differs(folders, found):
    call("compare", *folders, "--out", "out")
    rows = list(csv.DictReader(Path("out/comparison.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(found.claims)
    assert {row["verdict"] for row in rows} == set(found.claims["verdict"])
    assert rows == sorted(rows, key=lambda row: (row["region"], row["sector"], row["commodity"]))


def test_json_has_all_and_nothing_else(folders, found):
    written = json.loads(call("compare", *folders, "--json").stdout)
    assert written["claims_compared"] == found.compared
    assert len(written["claims"]) == len(found.claims)
    assert written["same"] is False
    assert [row["name"] for row in written["question"]] == ["settings", "case"]
    assert {row["sector"] for row in written["months"]} == {row["sector"] for row in written["sectors"]}


def test_frameworks_are_run_on_a_scenario_and_told_apart(crisis):
    law = Path("reversed.yaml")
    law.write_text(REVERSED, encoding="utf-8")
    result = call("compare", crisis.parent / "frameworks" / "tiny.yaml", law, "--scenario", crisis, "--json")
    assert result.exit_code == 0, result.stderr
    written = json.loads(result.stdout)
    assert (written["a"]["framework"], written["b"]["framework"]) == ("tiny", "reversed")
    defence = next(row for row in written["sectors"] if row["sector"] == "defence")
    assert defence["coverage_change"] < 0 < defence["loses"]
    assert (defence["tier_a"], defence["tier_b"]) == (1, 2)
    assert all(row["sectors_differ"] for row in written["tiers"])
    assert len(list(Path("runs").iterdir())) == 2  # each side has its report


def test_scenarios_are_run(crisis):
    other = crisis.parent / "other.yaml"
    other.write_text(
        crisis.read_text(encoding="utf-8").replace("scenario: tiny", "scenario: other").replace("closed: 0.9", "closed: 0.2"),
        encoding="utf-8",
    )
    result = call("compare", crisis, other, "--lang", "nl")
    assert result.exit_code == 0, result.stderr
    for word in ("A  Kleine crisis", "Concept, geen rechtskracht", "Wie wint, wie verliest", "Wint het meest in B", "Voorraden"):
        assert word in result.stdout
    assert result.stdout.count("other") == 2  # the run's name and what was asked differently


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (("nl_draft", "equal_cut"), 2, "name the scenario on which to compare"),
        (("empty", "empty"), 1, "no finished run is here: summary.json is missing"),
        (("nl_drift", "nope"), 1, "there is no such run, scenario or framework; did you mean 'nl_draft'? [A706]"),
        (("hormuz_closure", "nope.yaml"), 1, "nope.yaml: there is no such file"),
        (("nl_draft", "equal_cut", "--scenario", "hormuz_closur"), 1, "did you mean 'hormuz_closure'?"),
    ],
)
def test_what_cannot_be_compared_is_told_before_anything_runs(arguments, exit_code, says, monkeypatch):
    monkeypatch.setattr("allocator.cli.compare.run_scenario", lambda *_: pytest.fail("something was run"))
    Path("empty").mkdir()
    result = call("compare", *arguments)
    assert result.exit_code == exit_code
    assert says in " ".join(result.stderr.replace("│", "").split())


@pytest.mark.parametrize("damage", ["{", "{}", "[]"])
def test_a_damaged_run_is_one_line(damage, folders, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in folders[0].iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "summary.json").write_text(damage, encoding="utf-8")
    result = call("compare", folders[0], broken)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "this is not what a run writes" in result.stderr


class Words(HTMLParser):
    """Tags, and text by language."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.language, self.hidden = [], {"en": "", "nl": ""}, "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.language = given["lang"] if given.get("class") == "body" else self.language
        self.hidden = tag in ("script", "style")

    def handle_data(self, data):
        if self.language and not self.hidden:
            self.texts[self.language] += f" {data.strip()}"


def test_the_page_is_self_contained_in_two_languages(found, finished):
    html = render_comparison(found, finished.baseline, "nl")
    page = Words(html)
    assert '<html lang="nl" data-lang="nl">' in html
    assert not re.search(r"https?:|//[a-z]|@import|url\(", html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"link", "img", "iframe", "form"})
    assert "Plotly.newPlot" in html  # the switch of the report's own page, without a chart to draw
    assert len(html) < 500_000
    assert "Tiny crisis" in page.texts["en"]
    assert "Kleine crisis" in page.texts["nl"]
    for english, dutch in (
        ("Who gains, who loses", "Wie wint, wie verliest"),
        ("Concept, no legal force", "Concept, geen rechtskracht"),
        ("When", "Wanneer"),
    ):
        assert english in page.texts["en"]
        assert english not in page.texts["nl"]
        assert dutch in page.texts["nl"]
    assert not re.search(r"\d\.\d", page.texts["nl"].partition("Wat anders is gevraagd")[0])  # decimal commas
    assert len([1 for tag, given in page.tags if tag == "span" and given.get("class") in ("more", "less")]) == 2 * (
        len(found.sectors) + len(found.tiers)
    )
    # no colour alone: every bar and shade has its figure with its sign
    assert re.search(r"[+−]\d", page.texts["en"])  # noqa: RUF001 - a minus sign


def test_the_page_of_equal_runs_says_so(sides, finished):
    texts = Words(render_comparison(compare(sides[0], sides[0]), finished.baseline)).texts
    assert "the two runs do not differ" in texts["en"]
    assert "de twee berekeningen verschillen niet" in texts["nl"]
    assert "Who gains" not in texts["en"]


def test_names_are_ids_where_the_baseline_is_not_here(found):
    view = CompareView(found, None, Language("en"))
    assert view.sector("climate_goods") == "climate goods"
    assert view.sector("exports") == "Use outside these countries"


def test_long_tables_show_both_ends():
    rows = [[str(number), ""] for number in range(10)]
    ends = Table("", ["", ""], rows).ends(5)
    assert [row[0] for row in ends] == ["0", "1", "2", "…", "8", "9"]
    assert Table("", ["", ""], rows).ends(10) == rows


@pytest.mark.parametrize(
    ("change", "english", "dutch"),
    [(0.0123, "+1.2", "+1,2"), (-0.25, "−25.0", "−25,0"), (-0.0001, "−<0.1", "−<0,1"), (1e-7, "0", "0"), (float("nan"), "", "")],  # noqa: RUF001 - a minus sign
)
def test_points_have_a_sign_and_never_round_to_nothing(change, english, dutch, found):
    for code, written in (("en", english), ("nl", dutch)):
        assert CompareView(found, None, Language(code)).points(change) == written


def test_a_classification_marks_every_output(sides, finished):
    marked = replace(sides[0], manifest={**sides[0].manifest, "classification": "Departementaal <vertrouwelijk>"})
    write_comparison(compare(marked, sides[1]), finished.baseline, Path("marked"))
    assert Path("marked/classification.txt").read_text(encoding="utf-8") == "Departementaal <vertrouwelijk>\n"
    html = render_comparison(compare(marked, sides[1]), finished.baseline)
    assert html.count("Departementaal &lt;vertrouwelijk&gt;</p>") == 2
    assert "<vertrouwelijk>" not in html
