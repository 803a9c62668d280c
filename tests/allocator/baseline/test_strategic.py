"""Strategic goods beside the benchmarks of the Critical Raw Materials Act."""

from __future__ import annotations

import csv

import pytest
from allocator_scenarios import ROOT

from allocator.baseline import load_baseline
from allocator.baseline.dependency import BENCHMARK, OWN_BENCHMARKS, strategic_position


@pytest.fixture(scope="module")
def baseline():
    return load_baseline(ROOT / "baseline" / "eu_crm_2026")


def test_the_share_of_the_largest_supplier_is_that_of_the_rows(baseline):
    """Gallium metal: what comes from China over what is asked for and put into processes, by the rows themselves."""
    table = strategic_position(baseline).set_index("commodity")
    lines, claims = baseline.supply_lines, baseline.demands
    china = lines[(lines["commodity"] == "gallium_metal") & (lines["origin"] == "CHN")]["annual_quantity"].sum()
    asked = claims[(claims["commodity"] == "gallium_metal") & (claims["sector"] != "exports")]["annual_quantity"].sum()
    inputs = baseline.technology_flows[
        (baseline.technology_flows["commodity"] == "gallium_metal") & (baseline.technology_flows["direction"] == "input")
    ]
    runs = baseline.processes.groupby("technology")["runs_per_month"].sum() * 12
    used = (inputs["quantity_per_run"] * inputs["technology"].map(runs)).sum()
    row = table.loc["gallium_metal"]
    assert row["origin"] == "CHN"
    assert row["share"] == pytest.approx(china / (asked + used))
    assert row["share"] > BENCHMARK


def test_the_most_dependent_good_comes_first_and_a_good_that_is_not_imported_has_no_supplier(baseline):
    table = strategic_position(baseline)
    assert table["share"].is_monotonic_decreasing
    assert set(table.loc[table["origin"] == "", "share"]) == {0.0}
    assert not table["commodity"].duplicated().any()


def test_the_benchmarks_are_those_of_the_article_that_is_listed():
    rows = list(csv.DictReader((ROOT / "legal.csv").read_text(encoding="utf-8").splitlines()))
    says = next(row["says"] for row in rows if row["id"] == "crma_5")
    for share in (BENCHMARK, *OWN_BENCHMARKS.values()):
        assert f"{share:.0%}".rstrip("%") in says
