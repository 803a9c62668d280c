"""What the page's modules say of a screen, fed to them at the door."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from allocator.solve.solution import STAGES
from tests.browser.whatif.conftest import Visit

WORLD: dict[str, Any] = {
    "sectors": {"health": ["Health care", "Zorg"]},
    "goods": {"helium": ["Helium", "Helium"]},
    "units": {"helium": "t"},
    "regions": {"NL": ["Netherlands", "Nederland"]},
    "reserves": {"nl_helium": {"region": "NL", "owner": "NL", "good": "helium"}},
    "kinds": {"demand_surge": ["Surge or fall of demand", "Stijging of daling van de vraag"]},
    "additions": [
        {
            "values": {"kind": "demand_surge"},
            "key": "sector",
            "options": [["health", ["Health care", "Zorg"]], ["energy", ["Energy", "Energie"]]],
        }
    ],
}
QUARTERS = [f"{year}-Q{quarter}" for year in (2026, 2027) for quarter in (1, 2, 3, 4)]
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]


def _screen(periods: list[str], coverage: float) -> dict[str, Any]:
    figures = {"goods_short": 1, "goods": 9, "claims_cut": len(periods), "claims": 99, "first_tier_cut": 1, "lowest": coverage}
    cut = {"region": "NL", "sector": "health", "commodity": "helium", "tier": 1, "deciding_tier": 1, "coverage": coverage}
    return {
        "periods": periods,
        "sectors": [["health", 1]],
        "heat": {"helium": {"health": [coverage] * len(periods)}},
        "figures": {**figures, "lowest_claim": None, "periods_short": len(periods), "reserve_left": coverage},
        "reserves": [{"id": "nl_helium", "floor": 1, "stock": [10 - number / 2 for number in range(len(periods) + 1)]}],
        "covered": {"NL/health/helium": coverage},
        "cuts": [{**cut, "lowest": coverage, "shortfall": 1.0}],
        "rules": [],
    }


def _draw(page: Page, screen: dict[str, Any], pinned: dict[str, Any], code: str = "en") -> None:
    page.evaluate(
        """async ([screen, pinned, world, code]) => {
            const [charts, results, texts] = await Promise.all(["charts", "results", "texts"].map((name) => import(`/whatif/${name}.js`)));
            texts.setLanguage(code);
            results.drawFigures(screen, pinned, world);
            new results.Heat().draw(screen, pinned, world, "", "");
            results.drawCuts(screen, pinned, world);
            charts.drawReserves(screen, pinned, world);
            charts.drawAll();
        }""",
        [screen, pinned, WORLD, code],
    )


def _texts(page: Page, place: str) -> list[str]:
    return page.locator(place).all_text_contents()


@pytest.mark.parametrize(
    ("code", "title", "heads", "tile", "worst"),
    [
        ("en", "Coverage by sector and quarter", ["Q1 2026", "Q2"], "quarters with a shortage", "Worst quarter"),
        ("nl", "Dekkingsgraad per sector en kwartaal", ["K1 2026", "K2"], "kwartalen met tekort", "Slechtste kwartaal"),
    ],
)
def test_quarters_are_called_quarters(visit: Visit, code: str, title: str, heads: list[str], tile: str, worst: str) -> None:
    page = visit().page
    _draw(page, _screen(QUARTERS, 0.5), _screen(QUARTERS, 0.6), code)
    assert _texts(page, "#heat-title") == [title]
    assert _texts(page, "#heat thead th")[1:3] == heads
    assert tile in _texts(page, "#figures dt")
    assert worst in _texts(page, "#cuts thead th")
    assert not re.search(r"month|maand", " ".join(_texts(page, ".results")))


def test_another_horizon_is_compared_where_both_have_periods(visit: Visit) -> None:
    page = visit().page
    _draw(page, _screen(MONTHS, 0.5), _screen(MONTHS[:6], 0.6))
    assert page.locator(".better, .worse").count() == 0
    assert len(_texts(page, "#figures .change")) == 6
    assert len({len(row.locator("th, td").all()) for row in page.locator("#reserves-table tr").all()}) == 1
    assert [text.count("▼") for text in _texts(page, "#heat td")] == [1] * 6 + [0] * 6
    (line,) = page.evaluate("document.getElementById('reserves').data.filter((one) => one.name === 'Comparison').map((one) => one.y)")
    assert line == [1 - number / 20 for number in range(7)] + [None] * 6
    _draw(page, _screen(MONTHS, 0.5), _screen(MONTHS, 0.6))
    assert page.locator(".tile .worse").count() == 2


def test_no_open_reserve_is_told_in_short_lines(visit: Visit) -> None:
    page = visit().page
    _draw(page, {**_screen(MONTHS, 0.5), "reserves": []}, _screen(MONTHS, 0.5), "nl")
    told = page.evaluate("document.getElementById('reserves').layout.annotations[0].text")
    assert max(map(len, told.split("<br>"))) < 40


@pytest.mark.parametrize("at", [0, 1])
def test_stages_are_told_in_words(visit: Visit, at: int) -> None:
    page = visit().page
    page.click(f"[data-to={('en', 'nl')[at]}]")
    names = [*STAGES, "all tiers", "what is open", "integers"]
    told = page.evaluate(
        "async (names) => { const { stageText } = await import('/whatif/texts.js'); return names.map((one) => stageText(one)); }",
        [*names, "part 11 of 217, tier 1, rule"],
    )
    assert not set(told) & set(names)
    assert told[-1] == ("part 11 of 217, class 1, sharing within the class", "deel 11 van 217, klasse 1, verdelen binnen de klasse")[at]


def _surge(number: int, sector: str) -> dict[str, Any]:
    path = f"disruptions.{number}"
    options = WORLD["additions"][0]["options"]
    choice = {"path": f"{path}.sector", "form": "choice", "label": ["Sector", "Sector"], "value": sector, "options": options}
    slider = {"path": f"{path}.factor", "form": "slider", "label": ["Demand", "Vraag"], "value": 1.2, "scale": {"unit": "times"}}
    title, about = WORLD["kinds"]["demand_surge"], dict(options)[sector]
    return {
        "path": path,
        "on": True,
        "kind": "demand_surge",
        "title": title,
        "name": [f"{title[0]} ({about[0]})", f"{title[1]} ({about[1]})"],
        "about": ["", ""],
        "controls": [choice, slider],
    }


@pytest.mark.parametrize(
    ("cards", "before", "told"),
    [
        ({1: "energy"}, {}, ["Stijging of daling van de vraag (Energie)", "aan", "niet aanwezig"]),
        ({2: "energy"}, {1: "health", 2: "energy"}, ["Stijging of daling van de vraag (Zorg)", "niet aanwezig", "aan"]),
        ({1: "energy"}, {1: "health"}, ["Stijging of daling van de vraag (Energie): Sector", "Energie", "Zorg"]),
    ],
)
def test_a_card_that_came_or_went_is_one_change(visit: Visit, cards: dict[int, str], before: dict[int, str], told: list[str]) -> None:
    page = visit().page
    page.click("[data-to=nl]")
    law = {"path": "framework", "form": "choice", "label": ["Framework", "Kader"], "value": "draft", "options": []}
    panel = {
        "crisis": {"whole": [], "cards": [_surge(at, sector) for at, sector in enumerate(cards.values())], "guarantees": []},
        "decisions": {"whole": [law], "cards": [], "guarantees": []},
    }
    state, pinned = (
        {"whole": {"framework": "draft"}, "disruptions": [_item(*one) for one in items.items()], "levers": []} for items in (cards, before)
    )
    rows = page.evaluate(
        "async (given) => (await import('/whatif/compare.js')).settingsOf(...given).filter(([, now, before]) => now !== before)",
        [panel, {"state": state, "pinned": {"state": pinned}}, WORLD],
    )
    assert rows == [told]


def _item(number: int, sector: str) -> dict[str, Any]:
    return {"number": number, "on": True, "values": {"kind": "demand_surge", "sector": sector, "factor": 1.2}}
