"""The report as readers get it: by sight, by keyboard, by screen reader, on a phone, on paper, and without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open

CODES = ("en", "nl")
#: Width of A4 between the margins of the print style, and its height, in CSS pixels.
PAPER_WIDTH, PAPER_HEIGHT = 703, 1031


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("code", CODES)
def test_axe_finds_nothing(open_page: Open, report: Path, code: str, width: int) -> None:
    opened = open_page(report, width)
    opened.switch(code)
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(opened.page).response
    assert found["passes"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == []


def test_the_file_is_light_enough_to_mail(report: Path) -> None:
    """Plotly's script is nine tenths of it."""
    assert report.stat().st_size < 8_000_000


def test_nothing_is_asked_for_from_outside(open_page: Open, report: Path) -> None:
    opened = open_page(report)
    for code in CODES:
        opened.switch(code)
        opened.page.mouse.move(700, 450)
        opened.page.emulate_media(media="print")
        opened.page.pdf()
        opened.page.emulate_media(media="screen")
    assert [url for url in opened.requests if not url.startswith(("data:", "blob:"))] == [report.as_uri()]
    assert opened.complaints == []


def test_without_a_network_every_chart_is_drawn(open_page: Open, report: Path) -> None:
    opened = open_page(report, offline=True)
    for code in CODES:
        opened.switch(code)
        charts = opened.page.locator(f".body[lang={code}] .chart")
        assert charts.count() >= 8
        for number in range(charts.count()):
            assert charts.nth(number).locator("svg.main-svg").first.is_visible()
    assert opened.complaints == []


def test_no_chart_has_a_button(open_page: Open, report: Path) -> None:
    opened = open_page(report)
    opened.page.locator(".body[lang=en] .chart").first.hover()
    assert opened.page.locator(".modebar-btn, form, input, [data-title*=cloud i], [data-title*=share i]").count() == 0
    assert opened.page.locator("button").count() == len(CODES)


def test_the_language_is_switched_by_keyboard(open_page: Open, report: Path) -> None:
    page = open_page(report).page
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.to") == "nl"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"  # the reader sees where she is
    page.keyboard.press("Enter")
    assert page.locator(".body[lang=nl] h1").is_visible()
    assert not page.locator(".body[lang=en] h1").is_visible()
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert page.title() == "Straat van Hormuz zes maanden gesloten"
    assert page.locator(".switch button[aria-pressed=true]").inner_text() == "Nederlands"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert page.title() == "Strait of Hormuz closed for six months"


@pytest.mark.parametrize("code", CODES)
def test_the_page_never_scrolls_sideways(open_page: Open, report: Path, code: str) -> None:
    opened = open_page(report, 320)
    opened.switch(code)
    for width in (320, 390, 820, 1440):
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("code", CODES)
def test_who_decides_needs_one_screen_and_one_sheet(open_page: Open, report: Path, code: str) -> None:
    opened = open_page(report)
    opened.switch(code)
    first = opened.page.locator(f".body[lang={code}] .screen")
    box = first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    opened.page.set_viewport_size({"width": PAPER_WIDTH, "height": PAPER_HEIGHT})
    opened.page.emulate_media(media="print")
    box = first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PAPER_HEIGHT


@pytest.mark.parametrize("code", CODES)
def test_paper_has_every_section_open_and_nothing_wider_than_the_sheet(open_page: Open, report: Path, code: str) -> None:
    opened = open_page(report)
    opened.switch(code)
    page = opened.page
    page.set_viewport_size({"width": PAPER_WIDTH, "height": PAPER_HEIGHT})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sections = page.locator(f".body[lang={code}] .part")
    assert sections.count() >= 12
    for number in range(sections.count()):
        assert sections.nth(number).is_visible()
    assert page.locator(f".body[lang={code}] details:not([open])").count() == 0
    assert not page.locator(".switch").is_visible()
    wide = page.evaluate(
        """([code, most]) => [...document.querySelectorAll(`.body[lang=${code}] table, .body[lang=${code}] svg.main-svg`)]
            .filter(one => one.getBoundingClientRect().right > most + 1).map(one => one.outerHTML.slice(0, 200))""",
        [code, PAPER_WIDTH],
    )
    assert wide == []
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(f".body[lang={code}] details.figures[open]").count() == 0


def test_without_script_every_figure_is_there_as_a_table(open_page: Open, report: Path) -> None:
    page = open_page(report, java_script_enabled=False).page
    assert page.locator(".body[lang=en] h1").is_visible()
    tables = page.locator(".body[lang=en] table.under")
    assert tables.count() >= 8
    for number in range(tables.count()):
        assert tables.nth(number).is_visible()
    assert not page.locator(".switch").is_visible()


@pytest.mark.parametrize(("wish", "behaviour"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_nothing_moves_for_readers_who_asked_for_rest(open_page: Open, report: Path, wish: str, behaviour: str) -> None:
    page = open_page(report, reduced_motion=wish).page
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour


def test_figures_and_dates_are_in_the_readers_form(open_page: Open, report: Path) -> None:
    opened = open_page(report)
    assert re.search(r"\b\d\.\d\d pieces", opened.page.locator(".body[lang=en] .screen").inner_text())
    opened.switch("nl")
    assert re.search(r"\b\d,\d\d stuks", opened.page.locator(".body[lang=nl] .screen").inner_text())
    ticks = opened.page.locator(".body[lang=nl] .chart .xtick").all_text_contents()
    assert any("mrt" in tick for tick in ticks)
    assert not any("Mar" in tick for tick in ticks)
