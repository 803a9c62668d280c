"""The shipped Hormuz scenario on the real baseline: what must hold of it whatever figure is mended next."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import allocator_scenarios
import pytest

from allocator.output import choose_target, write_run
from allocator.run import Run, run_scenario
from tests.golden.evidence import figures, page_of
from tests.golden.pages import block, result

SHIPPED = Path(allocator_scenarios.ROOT)
SCENARIO = SHIPPED / "hormuz-closure.yaml"
TABLES = ("allocation", "reserves", "supply", "cuts")


@pytest.fixture(scope="module")
def run() -> Run:
    return run_scenario(SCENARIO)


def test_helium_is_short_and_hospitals_are_served(run: Run) -> None:
    rows = run.allocation.allocation
    short = rows.groupby("commodity")["shortfall"].sum() / rows.groupby("commodity")["demand"].sum()
    assert short["helium_gas"] > 0.1
    helium = rows[rows["commodity"].isin(["helium_liquid", "helium_gas"]) & rows["sector"].isin(["health", "defence", "naval_ships"])]
    assert (helium["coverage"] > 1 - 1e-9).all()
    assert short["aluminium_semi_finished"] < 1e-9  # docs/scenarios/hormuz-closure.md says why, and what would change it


def test_its_page_shows_what_comes_out(run: Run) -> None:
    """When the baseline moves this page on purpose: `make evidence NAMES=hormuz_closure`."""
    assert block(page_of("hormuz_closure").read_text(encoding="utf-8"), "result") == result(figures(run), SCENARIO.name)


def test_the_page_of_the_national_run_shows_what_comes_out() -> None:
    """When the baseline moves this page on purpose: `make evidence NAMES=hormuz_closure_national`."""
    file = SHIPPED / "hormuz-closure-national.yaml"
    page = page_of("hormuz_closure_national").read_text(encoding="utf-8")
    assert block(page, "result") == result(figures(run_scenario(file)), file.name)


def test_shuffled_rows_of_the_baseline_change_no_figure(run: Run, tmp_path: Path) -> None:
    """The same scenario beside a baseline whose tables have all their rows in another order."""
    scenario = tmp_path / SCENARIO.name
    shutil.copy(SCENARIO, scenario)
    package = tmp_path / "baseline" / "eu_crm_2026"
    shutil.copytree(SHIPPED / "baseline" / "eu_crm_2026", package)
    for table in package.glob("*.csv"):
        header, *lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(7).shuffle(lines)
        table.write_text("".join([header, *lines]), encoding="utf-8")
    shuffled = run_scenario(scenario)
    first, second = (
        write_run(done, choose_target(tmp_path / name, overwrite=False)).folder for name, done in (("a", run), ("b", shuffled))
    )
    for table in TABLES:
        assert (first / f"{table}.csv").read_bytes() == (second / f"{table}.csv").read_bytes(), table


def test_without_a_disruption_every_claim_is_covered_in_every_period(tmp_path: Path) -> None:
    scenario = tmp_path / "calm.yaml"
    scenario.write_text(
        "scenario: calm\nbaseline: eu_crm_2026\nframework: nl_draft\n"
        "horizon: {start: 2026-03, periods: 3, period: month}\nscope: {regions: all, commodities: all}\n",
        encoding="utf-8",
    )
    rows = run_scenario(scenario).allocation.allocation
    assert rows["region"].nunique() == 27
    assert rows["coverage"].min() == pytest.approx(1.0, abs=1e-9)
    assert rows["restrained"].max() == 0.0
