"""The built documentation as readers get it: the home page, a guide, formulas, long tables, a page with code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open

ROOT = Path(__file__).parents[2]
PAGES = (
    *("index", "first-ten-minutes", "eerste-tien-minuten", "formulation", "families", "glossary", "errors", "data"),
    *("how-to/scenario-file", "scenarios/hormuz-closure", "decisions/0016-what-the-proof-of-rank-judges"),
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_and_nothing_is_asked_for(open_page: Open, site: Path, page: str) -> None:
    opened = open_page(site / f"{page}.html")
    found = Axe().run(opened.page).response
    assert found["passes"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == []
    assert [url for url in opened.requests if not url.startswith(site.as_uri())] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_scrolls_sideways(open_page: Open, site: Path, page: str) -> None:
    opened = open_page(site / f"{page}.html", 390)
    for width in (390, 820, 1440):
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
