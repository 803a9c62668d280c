"""The service on this machine, and a browser at the door of its what-if page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser

from allocator_api.app import create_app
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client
from allocator_api.sessions.service import Sessions
from allocator_api.settings import Settings
from tests.browser.conftest import Opened
from tests.browser.whatif.hands import PATIENCE


class Service:
    """The service on this machine; it can fall and come back on the same port with what it kept."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, 0
        self.bench: Any = None
        self.start()
        client = add_client(self.app.state.database, new_client("crisis team", Role.CRISIS_TEAM))
        self.key = self.app.state.issuer.sign(client.id, 3600)

    def start(self) -> None:
        self.app = create_app(Settings(home=self.home))
        self.app.state.sessions = Sessions(self.home)
        self.bench = self.app.state.sessions.bench = self.bench or self.app.state.sessions.bench
        self.server = uvicorn.Server(uvicorn.Config(self.app, port=self.port, log_level="error", timeout_graceful_shutdown=1))
        self.thread = Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            sleep(0.02)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.app.state.sessions.close()
        self.app.state.database.close()

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}/whatif/"


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("service"))
    yield made
    made.stop()


Visit = Callable[..., Opened]


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Visit]:
    """Open the page at a width, with further settings of the browser's context."""
    contexts = []

    def opened(width: int = 1280, hash_: str = "", **settings: Any) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        contexts.append(context)
        result = Opened(context.new_page())
        result.page.set_default_timeout(PATIENCE)
        context.on("request", lambda request: result.requests.append(request.url))
        result.page.on("console", lambda said: result.complaints.append(said.text))
        result.page.on("pageerror", lambda error: result.complaints.append(str(error)))
        result.page.goto(service.page + hash_)
        return result

    yield opened
    for context in contexts:
        context.close()
