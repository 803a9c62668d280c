"""Prices, sales and the cost of holding stock are told with their sources, in both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from allocator.report.language import Language
from allocator.report.sections._prices import prices_told
from allocator.report.sections.scenario import ScenarioTold
from allocator.report.view import View
from allocator.run import Run
from tests.tiny import tiny_inputs

PRICES = """\
prices: [{line: nor_nld_metal, premium_eur: {2026-03: 90, 2026-05: 120}, source: a broker}]
sales: [{region: NLD, commodity: metal, monthly: 5, value_eur: {2026-03: 310}, source: a buyer}]
holding: [{commodities: [metal], regions: [NLD], cost_eur: {2026-03: 4}, source: assumed}]
"""


def test_prices_are_told_with_their_sources(finished: Run, tmp_path: Path) -> None:
    scenario, _ = tiny_inputs(tmp_path, PRICES)
    run = replace(finished, scenario=scenario)
    told = {code: list(prices_told(View(run, Language(code)))) for code in ("en", "nl")}
    assert told["en"] == [
        "Line nor_nld_metal costs above the baseline, in EUR a unit: 90.0 from Mar 2026 and 120 from May 2026 (a broker)",
        "What is left of metal in NLD may be sold, 5.00 t in 30 days at most, for EUR a unit: 310 from Mar 2026 (a buyer)",
        "Holding stock of metal in NLD costs, in EUR a unit and period: 4.00 from Mar 2026 (assumed)",
    ]
    sale = "Wat van metal in NLD overblijft, mag worden verkocht, hoogstens 5,00 t per 30 dagen, voor EUR per eenheid: 310 vanaf mrt 2026"
    assert told["nl"][1] == f"{sale} (a buyer)"
    assert ScenarioTold().content(View(run, Language("en")))["prices"] == told["en"]


def test_nothing_is_told_where_the_scenario_says_nothing(finished: Run) -> None:
    assert list(prices_told(View(finished, Language("en")))) == []
