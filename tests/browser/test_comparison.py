"""The page of a comparison as readers get it."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open

CODES = ("en", "nl")


@pytest.mark.parametrize("code", CODES)
def test_axe_finds_nothing_and_nothing_is_asked_for(open_page: Open, comparison: Path, code: str) -> None:
    opened = open_page(comparison, offline=True)
    opened.switch(code)
    found = Axe().run(opened.page).response
    assert found["passes"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == []
    assert opened.requests == [comparison.as_uri()]
    assert opened.complaints == []


@pytest.mark.parametrize("code", CODES)
def test_the_page_never_scrolls_sideways(open_page: Open, comparison: Path, code: str) -> None:
    opened = open_page(comparison, 320)
    opened.switch(code)
    for width in (320, 390, 820, 1440):
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
