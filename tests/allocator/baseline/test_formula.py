"""Formulas of the facts: what they give, what they remember, and what is said of those that cannot be computed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from allocator.baseline.build.__main__ import main
from allocator.baseline.build.facts import Facts, load_facts
from allocator.baseline.build.figure import Figure
from allocator.baseline.build.formula import evaluate, names_in
from allocator.baseline.build.rows import published_rows
from allocator.errors import InvalidInput
from tests.allocator.baseline.conftest import FACTS

FIGURES = """figure,value,formula,low,high,unit,source,year,basis,note
imports,100,,90,120,t/y,trade,2024,reported,
exports,20,,,,t/y,trade,2023,reported,
part,0.5,,0.4,0.6,1,project_assumption,2026,assumed,half
net,,imports - exports,,,t/y,,,derived,imports less exports
use,,net * part,30,(net + 10 * part) * part,t/y,,,derived,
taken,,net,,,t/y,project_assumption,2026,assumed,as if it were use
nothing,0,,,,1,trade,2024,reported,
"""


def facts_of(folder: Path, *rows: str) -> Facts:
    (folder / "figures.csv").write_text(FIGURES + "".join(f"{row},1,,,derived,\n" for row in rows), encoding="utf-8")
    (folder / "regions.csv").write_text("region,name_en,name_nl\nAUT,Austria,Oostenrijk\n", encoding="utf-8")
    (folder / "published.csv").write_text(
        "commodity,figure,place,stage,share,source,year,basis,note\n"
        "ore,union_sourcing,AUT,,0.2,study,2023,reported,\nore,union_sourcing,CHN,,0.3,study,2023,reported,\n",
        encoding="utf-8",
    )
    return load_facts(folder)


def test_a_formula_remembers_the_facts_in_it(tmp_path):
    net = facts_of(tmp_path).figure("net")
    assert (net.value, net.low, net.high, net.basis) == (80, 70, 100, "derived")
    assert net.cite() == {
        "source": "trade",
        "year": "2023; 2024",
        "basis": "derived",
        "note": "100 [imports] - 20 [exports]; imports less exports",
    }


def test_an_assumption_in_a_formula_or_of_its_own_is_named(tmp_path):
    facts = facts_of(tmp_path)
    assert (facts.figure("use").basis, facts.figure("use").assumed) == ("assumed", {"part"})
    assert (facts.figure("taken").basis, facts.figure("taken").assumed) == ("assumed", {"taken"})
    assert facts.figure("taken").sources == {"trade", "project_assumption"}


def test_a_range_beside_a_formula_stands_and_may_be_one_itself(tmp_path):
    facts = facts_of(tmp_path, "bound,,imports / 2,,imports - exports")
    assert (facts.figure("use").value, facts.figure("use").low) == (40, 30)
    assert (facts.figure("bound").low, facts.figure("bound").high) == (45, 80)


def test_a_formula_of_one_name_is_that_fact(tmp_path):
    same = facts_of(tmp_path, "same,,imports,,").figure("same")
    assert (same.basis, same.words, same.low) == ("reported", "100 [imports]", 90)


def test_published_shares_and_their_sums_have_names(tmp_path):
    facts = facts_of(
        tmp_path,
        "share,,[union_sourcing ore AUT] / [all union_sourcing ore],,",
        "reliance,,1 - [states union_sourcing ore] / [all union_sourcing ore],,",
    )
    assert (facts.figure("share").value, facts.figure("reliance").value) == pytest.approx((0.4, 0.6))
    assert facts.figure("share").words == "0.2 [union_sourcing ore AUT] / 0.5 [all union_sourcing ore]"
    assert facts.figure("reliance").words == "1 - 0.2 [states union_sourcing ore] / 0.5 [all union_sourcing ore]"
    assert (facts.figure("reliance").sources, facts.figure("reliance").years) == ({"study"}, {"2023"})


def test_a_published_figure_may_be_computed_from_others(tmp_path):
    facts = facts_of(tmp_path)
    row = {
        "figure": "import_reliance",
        "commodity": "ore",
        "place": "EU",
        "stage": "",
        "share": "",
        "basis": "derived",
        "note": "of sourcing",
    }
    row |= {"source": "", "year": "", "formula": "1 - [union_sourcing ore AUT] / [all union_sourcing ore]"}
    computed = list(published_rows(Facts({**facts.tables, "published": (row,)}, facts.named)))
    assert computed[0]["share"] == pytest.approx(0.6)
    assert (computed[0]["source"], computed[0]["basis"]) == ("study", "derived")
    assert computed[0]["note"] == "1 - 0.2 [union_sourcing ore AUT] / 0.5 [all union_sourcing ore]; of sourcing"


def test_names_and_order_of_operations():
    known = {"a": 2.0, "b c": 3.0, "d": 4.0}
    figures = {name: Figure(value, value, value, f"{value:g} [{name}]") for name, value in known.items()}
    assert names_in("a * ([b c] - d) / 2") == ["a", "b c", "d"]
    assert evaluate("a + [b c] * d / 2 - 1", figures.__getitem__).value == 7
    assert evaluate("a / ([b c] - a) / d", figures.__getitem__).words == "2 [a] / (3 [b c] - 2 [a]) / 4 [d]"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("wrong,,imorts - exports,,", "figures.csv:9: formula: no fact 'imorts'; did you mean 'imports'?  [A111]"),
        (
            "wrong,,imports / nothing,,",
            "figures.csv:9: formula: 'nothing' can be 0 and nothing is divided by 0: correct the fact or its range  [A115]",
        ),
        (
            "wrong,,imports * wrong,,",
            "figures.csv:9: formula: a fact cannot rest on itself (wrong -> wrong): give one of them a number with its source  [A115]",
        ),
        (
            "wrong,,imports * 0.65,,",
            "figures.csv:9: formula: 0.65 is no count and no unit: give it a row of its own in figures.csv and write its name  [A115]",
        ),
        (
            "wrong,,imports exports,,",
            "figures.csv:9: formula: 'imports exports' is no arithmetic: write names of facts joined by + - * / and round brackets  [A115]",
        ),
        (
            "wrong,,imports ** 2,,",
            "figures.csv:9: formula: 'imports ** 2' is no arithmetic: write names of facts joined by + - * / and round brackets  [A115]",
        ),
        ("wrong,,imports,imprts,", "figures.csv:9: low: no fact 'imprts'; did you mean 'imports'?  [A111]"),
    ],
)
def test_what_cannot_be_computed_is_said_once(tmp_path, row, says):
    with pytest.raises(InvalidInput) as error:
        facts_of(tmp_path, row).figure("wrong")
    assert str(error.value) == says


def test_a_circle_over_several_facts_is_named_where_it_closes(tmp_path):
    with pytest.raises(InvalidInput) as error:
        facts_of(tmp_path, "one,,two,,", "two,,one + imports,,").figure("one")
    assert str(error.value).startswith("figures.csv:10: formula: a fact cannot rest on itself (one -> two -> one)")


def test_the_build_as_a_command_says_so_without_a_traceback(tmp_path, monkeypatch, capsys):
    facts = tmp_path / "facts"
    facts.mkdir()
    for path in FACTS.glob("*.csv"):
        (facts / path.name).write_bytes(path.read_bytes())
    with (facts / "figures.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    line = next(number for number, row in enumerate(rows, start=2) if row["figure"] == "antimony_use")
    rows[line - 2]["formula"] = "antimony_imports - antimony_export"
    with (facts / "figures.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setattr("allocator_scenarios.ROOT", tmp_path)
    assert main([str(tmp_path / "built")]) == 1
    assert capsys.readouterr().err == f"figures.csv:{line}: formula: no fact 'antimony_export'; did you mean 'antimony_exports'?  [A111]\n"
