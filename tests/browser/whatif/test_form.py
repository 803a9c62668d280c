"""Two languages, without a mouse, on any screen and on paper."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.browser.whatif.conftest import Service, Visit
from tests.browser.whatif.hands import CLOSED, axe, drawn, enter, slide


def test_both_languages(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.click("[data-to=nl]")
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert page.locator("#heat-title").inner_text() == "Dekkingsgraad per sector en maand"
    assert page.locator("h1").inner_text() == "Straat van Hormuz zes maanden gesloten"
    slide(page, 0.7)
    drawn(page, 1)
    assert "mrt" in page.locator("#heat thead").inner_text()
    assert "tekort" in page.locator("#tiers-title").inner_text().lower()
    english = page.evaluate(
        """() => [...document.querySelectorAll('main :not(script)')].flatMap((one) => [...one.childNodes])
            .filter((node) => node.nodeType === 3).map((node) => node.textContent.trim())
            .filter((text) => /\\b(the|and|with|material|class|shortage|coverage)\\b/i.test(text))"""
    )
    assert english == []
    page.reload()
    page.wait_for_selector("body[data-drawn]")
    assert page.evaluate("document.documentElement.lang") == "nl"


@pytest.mark.parametrize(("code", "scheme", "width"), [("en", "light", 1280), ("nl", "dark", 834)])
def test_axe_finds_nothing(visit: Visit, service: Service, code: str, scheme: str, width: int) -> None:
    opened = visit(width, color_scheme=scheme, bypass_csp=True)
    page = opened.page
    page.click(f"[data-to={code}]")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert not (found := axe(page)), found
    enter(opened, service)
    slide(page, 0.7)
    drawn(page, 1)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert not (found := axe(page)), found
    page.click("#compare")
    assert not (found := axe(page)), found


@pytest.mark.parametrize("width", [834, 1280, 1920, 320])
def test_the_page_never_scrolls_sideways(visit: Visit, service: Service, width: int) -> None:
    page = enter(visit(width), service)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_twelve_months_and_low_tiles_fit_on_tablets(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    for code in ("en", "nl"):
        page.click(f"[data-to={code}]")
        for width in (768, 834, 1001, 1024, 1180, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            heat = page.locator("#heat").evaluate("(one) => one.scrollWidth - one.clientWidth")
            tile = page.locator(".tile").first.evaluate("(one) => one.offsetHeight")
            assert (heat, tile < 200) == (0, True), (code, width, heat, tile)


def test_the_first_screen_shows_key_figures_and_where_it_hurts(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    for place in ("#figures", "#heat-title", CLOSED):
        box = page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_all_controls_are_reached_by_keyboard_and_seen(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
        outline = page.evaluate("document.activeElement === document.body ? 'end' : getComputedStyle(document.activeElement).outlineStyle")
        assert outline in ("solid", "end"), reached
    for wanted in ("reset", "pin", "compare", "share", "export", CLOSED[1:], "c-crisis_level", "c-levers-0-on"):
        assert wanted in reached


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_readers_who_asked_for_rest(visit: Visit, service: Service, wish: str, moves: bool) -> None:
    page = enter(visit(reduced_motion=wish), service)
    seconds = page.evaluate("getComputedStyle(document.querySelector('.cover')).transitionDuration")
    assert (seconds != "0s") is moves


def test_on_paper_the_controls_are_gone_and_what_was_set_is_there(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.5)
    drawn(page, 1)
    page.locator("#state-of-solve", has_text="Audited").wait_for()  # its flows are there by then
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for chart in ("tiers", "reserves", "flows"):
        assert page.locator(f"#{chart} svg.main-svg").first.is_visible()
    for hidden in (".controls", "#tools"):
        assert not page.locator(hidden).is_visible()
    for shown in ("#exercise", "#changes", "#figures", "#heat", "#cuts"):
        assert page.locator(shown).is_visible()


def test_the_policy_lets_nothing_else_in(visit: Visit, service: Service) -> None:
    opened = visit()
    answer = opened.page.request.get(service.page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert opened.page.request.get(service.page + "..%2f..%2fapp.py").status == 404
    with suppress(Exception):
        opened.page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = `in`' }))"
        )
    assert opened.page.title() != "in"
