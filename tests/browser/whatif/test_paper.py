"""What comes out of the printer."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from tests.browser.whatif.conftest import Service, Visit
from tests.browser.whatif.hands import drawn, enter, slide

CHARTS = ("tiers", "reserves", "flows")
#: Pixels between the margins of A4.
SHEET = 703
#: Ground of the mark of an exercise, #7a1512, and ink of dark screens, #e8eef3, as a PDF writes them.
MARK, PALE = rb"\.478\d* \.082\d* \.070\d* rg", rb"\.909\d* \.933\d* \.952\d* rg"


def _sheets(page: Page) -> list[bytes]:
    """Return what is painted on each sheet of A4."""
    streams = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", page.pdf(format="A4"), re.DOTALL):
        with suppress(zlib.error):
            streams.append(zlib.decompress(packed))
    return [stream for stream in streams if re.search(rb"^BT$", stream, re.MULTILINE)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_sheet_of_an_exercise_is_marked_and_light(visit: Visit, service: Service, scheme: str) -> None:
    page = enter(visit(color_scheme=scheme), service)
    sheets = _sheets(page)
    assert len(sheets) > 1
    for sheet in sheets:
        assert re.search(MARK, sheet)
        assert not re.search(PALE, sheet)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme


def test_charts_fill_their_cards_on_paper_and_on_the_screen_after_it(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.5)
    drawn(page, 1)
    page.locator("#state-of-solve", has_text="Audited").wait_for()  # its flows are there by then
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    cards = [page.locator(f"section.{chart}").bounding_box() for chart in CHARTS]
    for chart, card in zip(CHARTS, cards, strict=True):
        picture = page.locator(f"#{chart} svg.main-svg").first.bounding_box()
        assert card is not None
        assert picture is not None
        assert 0.9 * SHEET < picture["width"] < SHEET
        assert card["y"] < picture["y"]
        assert picture["y"] + picture["height"] <= card["y"] + card["height"]
    assert all(one and two and one["y"] + one["height"] < two["y"] for one, two in pairwise(cards))
    for hidden in ("#codes", "section.tiers details"):
        assert not page.locator(hidden).is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    for chart in CHARTS:
        page.locator(f"#{chart}").scroll_into_view_if_needed()
        page.wait_for_selector(f"#{chart} svg.main-svg")
        assert page.locator(f"#{chart}").evaluate("(one) => one.querySelector('.main-svg').clientWidth === one.clientWidth")
