"""From moving a slider to the redrawn page, in Chromium: one browser, and ten that follow one session.

It needs Chromium and the packages of `make browser`; without them a run of the benchmarks says that it was not measured.

python -m benchmarks.session slider 20   # prints seconds
python -m benchmarks.again slider 20     # measures, and puts its rows in the place of those of the last run
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import Any

import numpy as np

SLIDER = "#c-disruptions-0-closed"
#: Seconds after which the first answer has been audited.
AUDIT = 5.0
#: Browsers that follow one session.
MANY = 10
#: Moves the slider and waits until the answer to that many moves is drawn; returns milliseconds.
MOVE = """([slider, value, moves]) => new Promise((done) => {
    const began = performance.now();
    const seen = new MutationObserver(() => {
        if (Number(document.body.dataset.drawn) >= moves) { seen.disconnect(); done(performance.now() - began); }
    });
    seen.observe(document.body, { attributes: true, attributeFilter: ["data-drawn"] });
    const range = document.querySelector(slider);
    range.value = value;
    for (const event of ["input", "change"]) range.dispatchEvent(new Event(event));
})"""


def measure(positions: int) -> dict[str, list[float]]:
    """Return seconds to the redrawn page by position of the slider, none visited before: in one browser, and in the last of ten."""
    from playwright.sync_api import sync_playwright

    shares = np.random.default_rng(1).permutation(np.round(np.linspace(0.05, 0.93, 2 * positions), 3)).tolist()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address, key = _serve(home)
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        code = _open(page, address, key)
        sleep(AUDIT)
        one, many = [], []
        for number, share in enumerate(shares[:positions], 1):
            one.append(page.evaluate(MOVE, [SLIDER, share, number]) / 1000.0)
        others = [_follow(browser, address, code, number) for number in range(MANY - 1)]
        for number, share in enumerate(shares[positions:], positions + 1):
            began = perf_counter()
            page.evaluate(MOVE, [SLIDER, share, number])
            for other in others:
                other.wait_for_selector(f"body[data-drawn='{number}']")
            many.append(perf_counter() - began)
    return {"one": one, "many": many}


def _serve(home: Path) -> tuple[str, str]:
    """Start the service in a thread; return its address and a key."""
    import uvicorn

    from allocator_api.app import create_app
    from allocator_api.identity import Role
    from allocator_api.identity.clients import add_client, new_client
    from allocator_api.settings import settings_from

    app = create_app(settings_from({"ALLOCATOR_HOME": str(home)}))
    client = add_client(app.state.database, new_client("benchmark", Role.FACILITATOR))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    Thread(target=server.run, daemon=True).start()
    while not server.started:
        sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}/whatif/", app.state.issuer.sign(client.id, 3600)


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def _open(page: Any, address: str, key: str) -> str:
    """Open a session and wait for its first screen; return the join code."""
    page.set_default_timeout(120_000)
    page.goto(address)
    page.fill("#open [name=name]", "lead")
    page.fill("#open [name=key]", key)
    page.click("#open button")
    page.wait_for_selector("body[data-drawn='0']")
    return str(page.locator("#codes").inner_text()).split("team ")[1][:8]


def _follow(browser: Any, address: str, code: str, number: int) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.fill("#join [name=name]", f"team {number}")
    page.fill("#join [name=code]", code)
    page.click("#join button")
    page.wait_for_selector("body[data-drawn]")
    return page
