"""Tables in the pages are those of the data; ``pytest tests/allocator/baseline/test_pages.py --write-golden`` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

import allocator_scenarios
import pytest

from allocator.baseline.checks.import_reliance import compare_reliance
from allocator.baseline.checks.origin_shares import compare_origins
from allocator.baseline.dependency import BENCHMARK, annual_totals, compared_sets, origin_shares, strategic_goods
from allocator.baseline.grades import GRADES, count_grades
from allocator.baseline.layout import REST_OF_WORLD
from tests.allocator.baseline.audit import page
from tests.allocator.baseline.books import Books

DOCS = Path(__file__).parents[3] / "docs"


def markdown(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |\n" for line in lines)


def grades(baseline):
    rows = []
    for name, frame in baseline.tables.items():
        if "basis" in frame:
            rows.append((name, len(frame), *count_grades(frame, baseline.sources)))
    total = ("all that cite", *(sum(row[place] for row in rows) for place in range(1, 6)))
    return markdown(["table", "rows", *(f"{grade}: {english}" for grade, (english, _) in GRADES.items())], [*rows, total])


def deviations(baseline):
    reasons = baseline.deviations.set_index(["commodity", "figure", "place"])
    rows = []
    for one in sorted(compare_reliance(baseline) + compare_origins(baseline), key=lambda one: one.key):
        if one.deviates:
            reason = reasons.loc[one.key]
            what = one.figure.replace("_", " ")
            rows.append(
                (one.commodity, f"{what}, {one.place}", f"{one.ours:.0%}", f"{one.published:.0%}", reason["reason"], reason["source"])
            )
    return markdown(["good", "figure", "ours", "published", "reason", "source"], rows)


def benchmark(baseline):
    shares = origin_shares(baseline, annual_totals(baseline))
    outside = ~shares["origin"].isin([REST_OF_WORLD, *baseline.regions["region"]])
    largest = shares[outside].drop_duplicates("commodity").set_index("commodity")
    sets = compared_sets(baseline)
    rows = []
    for commodity in sorted(strategic_goods(baseline)):
        ours = (largest.loc[commodity, "origin"], largest.loc[commodity, "use"]) if commodity in largest.index else ("-", 0.0)
        theirs, published = ("-", 0.0), "none published"
        if commodity in sets:
            third = sets[commodity][~sets[commodity]["place"].isin([REST_OF_WORLD, *baseline.regions["region"]])]
            top = third.sort_values(["share", "place"], ascending=[False, True]).iloc[0]
            theirs, published = (top["place"], top["share"]), f"{top['place']} {top['share']:.0%} of {top['figure'].replace('_', ' ')}"
        if max(ours[1], theirs[1]) > BENCHMARK:
            agree = "-" if theirs[0] == "-" else "yes" if (ours[1] > BENCHMARK) == (theirs[1] > BENCHMARK) else "no"
            rows.append((commodity, f"{ours[0]} {ours[1]:.0%}", published, agree))
    return markdown(["good", "ours, of use", "published", "same side of 65%"], rows)


def formulas(_):
    shown = ("antimony_use", "lithium_in_carbonate", "tungsten_primary_use")
    rows = {row["figure"]: row["formula"] for row in Books(allocator_scenarios.ROOT).facts["figures"]}
    return markdown(["derived fact", "formula"], [(name, f"`{rows[name]}`") for name in shown])


BLOCKS = {
    ("data.md", "formulas"): formulas,
    ("data.md", "grades"): grades,
    ("data.md", "deviations"): deviations,
    ("data.md", "benchmark"): benchmark,
    ("data-audit.md", "sample"): lambda _: page(Books(allocator_scenarios.ROOT)),
}


@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_tables_of_the_pages_are_those_of_the_data(shipped, request, name, block):
    file = DOCS / name
    pattern = re.compile(rf"(<!-- {block} -->\n).*?(<!-- end -->)", re.DOTALL)
    text, table = file.read_text(encoding="utf-8"), BLOCKS[name, block](shipped)
    written = pattern.sub(lambda found: found[1] + table + found[2], text)
    if request.config.getoption("--write-golden"):
        file.write_text(written, encoding="utf-8")
    assert f"<!-- {block} -->" in text
    assert request.config.getoption("--write-golden") or text == written, "write it anew with --write-golden, and read the difference"


def test_the_page_names_every_listed_material_without_goods(shipped):
    text = (DOCS / "data.md").read_text(encoding="utf-8")
    goods, materials = re.search(r"^(\d+) goods of (\d+) materials", text, re.MULTILINE).groups()
    assert (int(goods), int(materials)) == (len(shipped.commodities), shipped.commodities["material"].nunique())
    absent = sorted(set(shipped.lists["material"]) - set(shipped.commodities["material"]) - {""})
    assert not absent or f"({', '.join(absent)})" in text
