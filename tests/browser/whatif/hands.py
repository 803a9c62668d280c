"""What a reader of the what-if page does: come in, move a slider, look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Opened

if TYPE_CHECKING:
    from tests.browser.whatif.conftest import Service

#: Milliseconds in which a redraw must come about, on a machine that does much else.
PATIENCE = 20_000
CLOSED = "#c-disruptions-0-closed"


def enter(opened: Opened, service: Service, name: str = "crisis team") -> Page:
    """Open a session with the key and wait for its first screen."""
    page = opened.page
    page.fill("#open [name=name]", name)
    page.fill("#open [name=key]", service.key)
    page.click("#open button")
    drawn(page, 0)
    return page


def drawn(page: Page, moves: int) -> None:
    """Wait until the answer to so many moves is drawn."""
    page.wait_for_selector(f"body[data-drawn='{moves}']")


def slide(page: Page, value: float, control: str = CLOSED) -> None:
    """Move a slider and let it go."""
    page.locator(control).fill(str(value))


def drag(page: Page, value: float) -> None:
    """Move the slider and hold it."""
    page.locator(CLOSED).evaluate("(one, value) => { one.value = value; one.dispatchEvent(new Event('input')); }", value)


def figure(page: Page, name: str) -> str:
    return page.locator(".tile", has_text=name).locator("b").inner_text()


def codes(page: Page) -> tuple[str, str]:
    team, observer = re.findall(r"\b[A-Z2-9]{8}\b", page.locator("#codes").inner_text())
    return team, observer


def join(opened: Opened, code: str, name: str) -> Page:
    page = opened.page
    page.fill("#join [name=name]", name)
    page.fill("#join [name=code]", code)
    page.click("#join button")
    page.wait_for_selector("body[data-drawn]")
    return page


def axe(page: Page) -> list[Any]:
    found = Axe().run(page).response
    assert found["passes"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]]
