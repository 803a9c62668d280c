"""The Netherlands: its use by the keys of its sectors held against its own imports, as `docs/data-netherlands.md` shows it."""

from pathlib import Path

import pytest

from allocator.baseline.build.claims import claims_by_key
from allocator.baseline.build.facts import load_facts
from allocator.baseline.build.keys import keys_by_name
from tests.allocator.baseline.conftest import FACTS

PAGE = Path(__file__).parents[3] / "docs" / "data-netherlands.md"
HEAD = "| commodity | use by keys, t | use in the baseline, t | bought outside the EU in the baseline, t | imports reported, t | heading |"


@pytest.fixture(scope="module")
def facts():
    return load_facts(FACTS)


def inputs(shipped, commodity):
    """What processes of the Netherlands take in a year."""
    flows = shipped.technology_flows
    flows = flows[(flows["commodity"] == commodity) & (flows["direction"] == "input")]
    runs = shipped.processes[shipped.processes["region"] == "NLD"].merge(flows[["technology", "quantity_per_run"]], on="technology")
    return 12 * (runs["runs_per_month"] * runs["quantity_per_run"]).sum()


@pytest.fixture(scope="module")
def compared(shipped, facts):
    """By commodity: use by keys, use and imports of the baseline, imports reported, in t, and the heading."""
    by_key = claims_by_key(facts, keys_by_name(facts))
    claims = shipped.demands[(shipped.demands["region"] == "NLD") & (shipped.demands["sector"] != "exports")]
    lines = shipped.supply_lines[shipped.supply_lines["region"] == "NLD"]
    rows = {}
    for row in facts["trade_checks"]:
        good = row["commodity"]
        made = inputs(shipped, good)
        rows[good] = (
            made + sum(figure.value for (region, _, commodity), figure in by_key.items() if (region, commodity) == ("NLD", good)),
            made + claims.loc[claims["commodity"] == good, "annual_quantity"].sum(),
            lines.loc[lines["commodity"] == good, "annual_quantity"].sum(),
            float(row["gross"]) * float(row["content"]),
            row["heading"],
        )
    return rows


def rounded(quantity):
    """Three digits, without a part below a hundredth."""
    return f"{float(f'{quantity:.3g}'):,.2f}".rstrip("0").rstrip(".") if quantity >= 0.005 else "0"


def test_the_page_shows_the_table_as_it_is(shipped, compared):
    names = shipped.commodities.set_index("commodity")["name_en"]
    table = ["| " + " | ".join([names[good], *map(rounded, figures[:4]), figures[4]]) + " |" for good, figures in sorted(compared.items())]
    wanted = "\n".join([HEAD, "|---|---:|---:|---:|---:|---|", *table])
    assert wanted in PAGE.read_text(encoding="utf-8"), f"put this table in {PAGE.name}:\n{wanted}"


#: Headings that hold a part of the good only, or metal that is refined and sold by other states.
PARTS = {"natural_graphite", "palladium", "platinum", "tantalum", "tungsten"}


def test_the_netherlands_buys_outside_no_more_than_enters(compared):
    """What is reported holds transit, so it is an upper bound where the heading is the good."""
    above = {good for good, (_, _, bought, reported, _) in compared.items() if bought > reported * 1.001}
    assert above == PARTS


def test_known_use_takes_the_place_of_the_key_and_leaves_the_union_as_it_is(shipped, facts, compared):
    for row in facts["known_use"]:
        good = row["commodity"]
        by_keys, used, _, reported, _ = compared[good]
        assert used == pytest.approx(float(row["quantity"]), rel=1e-3)
        assert used <= reported * 1.001 < by_keys
    union = shipped.demands.groupby("commodity")["annual_quantity"].sum()
    assert union["feldspar"] == pytest.approx(facts.figure("feldspar_use").value, rel=1e-4)
    assert union["manganese_ore"] == pytest.approx(facts.figure("manganese_use").value, rel=1e-4)


def test_aluminium_of_the_netherlands_comes_from_its_own_origins(shipped):
    lines = shipped.supply_lines[shipped.supply_lines["commodity"] == "aluminium_primary"]
    gulf = lines["origin"].isin(["ARE", "BHR", "OMN", "QAT", "SAU"])
    share = lines[gulf].groupby("region")["annual_quantity"].sum() / lines.groupby("region")["annual_quantity"].sum()
    assert share["NLD"] == pytest.approx(0.188 * 0.6322, abs=1e-4)
    assert share["DEU"] == pytest.approx(0.188, abs=1e-4)
