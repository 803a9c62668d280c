"""What a reader of the what-if page does: come in, move a slider, look."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, WebSocketRoute

from tests.browser.conftest import Opened

if TYPE_CHECKING:
    from tests.browser.whatif.conftest import Service

#: Milliseconds in which a redraw must come about, on a machine that does much else.
PATIENCE = 60_000
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


def press(page: Page, control: str = CLOSED) -> Callable[[float], None]:
    """Take the thumb of a slider with the mouse; return what drags it to a value."""
    thumb = page.locator(control)
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    assert box is not None
    low, high = (float(thumb.get_attribute(end) or 0) for end in ("min", "max"))

    def drag_to(value: float) -> None:
        page.mouse.move(box["x"] + 8 + (box["width"] - 16) * (value - low) / (high - low), box["y"] + box["height"] / 2)

    drag_to(float(thumb.input_value()))
    page.mouse.down()
    return drag_to


@dataclass
class Held:
    """What the service says to a browser, and which kinds of it are held back."""

    kinds: set[str] = field(default_factory=set)
    messages: list[tuple[WebSocketRoute, str]] = field(default_factory=list)

    def hear(self, line: WebSocketRoute) -> None:
        service = line.connect_to_server()
        service.on_message(lambda said: self.messages.append((line, said)) if json.loads(said)["kind"] in self.kinds else line.send(said))

    def release(self) -> None:
        self.kinds = set()
        for line, said in self.messages:
            line.send(said)


def hold(opened: Opened) -> Held:
    """Stand between the service and a page that is at the door."""
    held = Held()
    opened.page.route_web_socket("**/line", held.hear)
    opened.page.reload()
    return held


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
