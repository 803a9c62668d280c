"""Pages as readers get them, in headless Chromium; without it these tests fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from allocator.compare import compare, read_side
from allocator.output import choose_target, write_run
from allocator.output.comparison import write_comparison
from allocator.run import Run, run_scenario

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Opened:
    """A page, every address that it asked for, and everything that it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def switch(self, code: str) -> None:
        self.page.click(f".switch button[data-to={code}]")


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        # the sandbox of Chromium refuses to start for root, which is who runs this on most build machines
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield started
        started.close()


@pytest.fixture(scope="session")
def hormuz() -> Run:
    """The finished run of the Hormuz scenario."""
    return run_scenario("hormuz_closure")


@pytest.fixture(scope="session")
def report(hormuz: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its report."""
    target = choose_target(tmp_path_factory.mktemp("run") / "hormuz", overwrite=False)
    return write_run(hormuz, target).folder / "report.html"


@pytest.fixture(scope="session")
def comparison(hormuz: Run, report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that compares it with a closure of three months."""
    folder = tmp_path_factory.mktemp("compared")
    shorter = write_run(run_scenario("hormuz_closure", overrides=("disruptions.0.months=3",)), choose_target(folder / "b", overwrite=False))
    found = compare(read_side(report.parent), read_side(shorter.folder))
    write_comparison(found, hormuz.baseline, folder / "page")
    return folder / "page" / "comparison.html"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a file at a width in pixels, with further settings of the browser's context."""
    contexts = []

    def opened(file: Path, width: int = 1440, **settings: Any) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        result = Opened(context.new_page())
        context.on("request", lambda request: result.requests.append(request.url))
        result.page.on("console", lambda said: result.complaints.append(said.text) if said.type in {"error", "warning"} else None)
        result.page.on("pageerror", lambda error: result.complaints.append(str(error)))
        result.page.goto(file.as_uri())
        return result

    yield opened
    for context in contexts:
        context.close()
