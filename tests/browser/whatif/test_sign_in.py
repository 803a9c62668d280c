"""Signing in on the what-if page, with an identity provider on this machine: there, back, and at the table."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from allocator_api.app import create_app
from allocator_api.sessions.service import Sessions
from tests.api.sign_in.provider import LocalProvider
from tests.browser.whatif.hands import CLOSED, PATIENCE, axe, drawn, slide


@pytest.fixture
def provider() -> Iterator[LocalProvider]:
    started = LocalProvider()
    yield started
    started.stop()


@pytest.fixture
def address(provider: LocalProvider, tmp_path: Path) -> Iterator[str]:
    """A service whose people sign in at the provider."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(provider.settings(tmp_path, address))
        app.state.sessions = Sessions(tmp_path)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.02)
        yield address
        server.should_exit = True
        thread.join()
    app.state.sessions.close()
    app.state.database.close()


@pytest.fixture(params=[False])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The door; complaints fail the test, that of a refused request excepted. Where axe writes into the page, its policy is off."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=request.param)
    opened, complaints = context.new_page(), []
    opened.set_default_timeout(PATIENCE)
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{address}/whatif/")
    yield opened
    context.close()
    assert [said for said in complaints if "401" not in said] == []


for_axe = pytest.mark.parametrize("page", [True], indirect=True, ids=["axe"])


def test_who_signs_in_opens_the_session_of_a_link(page: Page, provider: LocalProvider, address: str) -> None:
    host = provider.issuer.removeprefix("http://")
    expect(page.get_by_role("link", name=f"Sign in with {host}")).to_be_visible()
    page.click("#sign-in")
    page.click("#yes")
    expect(page.locator("#guest")).to_have_text("Signed in as Exercise leader (exercise leader).")
    assert page.evaluate("document.activeElement.name") == "name"
    assert not page.locator("#open [name=key]").is_visible()
    page.keyboard.press("Enter")
    drawn(page, 0)
    slide(page, 0.5)
    drawn(page, 1)
    page.click("#share")
    link = page.locator("#link").input_value()

    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#sign-in")).to_be_visible()
    page.focus(".skip")
    page.keyboard.press("Enter")
    page.focus("#sign-in")
    page.keyboard.press("Enter")
    page.click("#yes")
    expect(page.locator("#linked")).to_be_visible()
    assert page.url == link
    page.click("#open button")
    drawn(page, 0)
    assert page.locator(CLOSED).input_value() == "0.5"
    kept = page.evaluate("JSON.stringify([localStorage, document.cookie, location.href])")
    assert "signed-in" not in kept
    assert "code=" not in kept
    assert {cookie["name"] for cookie in page.context.cookies(address)} == set()


@for_axe
@pytest.mark.parametrize(("code", "scheme"), [("en", "light"), ("nl", "dark")])
def test_what_went_wrong_is_told_in_both_languages(page: Page, provider: LocalProvider, address: str, code: str, scheme: str) -> None:
    said = {"en": ("broke off", "opens no sessions", "cannot sign in now"), "nl": ("afgebroken", "opent geen sessies", "kan nu niet")}[code]
    page.emulate_media(color_scheme=scheme)
    page.reload()
    page.click(f"[data-to={code}]")
    expect(page.locator("#sign-in")).to_be_visible()
    assert not (found := axe(page)), found
    page.click("#sign-in")
    page.click("#no")
    expect(page.locator("#sign-in-fault")).to_contain_text(said[0])
    assert page.url == f"{address}/whatif/"
    assert not (found := axe(page)), found
    provider.access["allocator_role"] = "observer"
    page.click("#sign-in")
    page.click("#yes")
    expect(page.locator("#guest")).to_contain_text(said[1])
    assert page.locator("#open [name=key]").is_visible()
    assert not (found := axe(page)), found
    provider.access["allocator_role"] = "crisis_team"
    page.click("#sign-in")
    page.click("#yes")
    expect(page.locator("#guest")).to_contain_text({"en": "(crisis team)", "nl": "(crisisteam)"}[code])
    assert not (found := axe(page)), found
    provider.failing = {"/token": 500}
    page.click("#sign-in")
    page.click("#yes")
    expect(page.locator("#sign-in-fault")).to_contain_text(said[2])


def test_a_sign_in_that_ended_is_told_and_the_key_comes_back(page: Page) -> None:
    page.click("#sign-in")
    page.click("#yes")
    expect(page.locator("#guest")).not_to_be_empty()
    page.context.clear_cookies()
    page.click("#open button")
    expect(page.locator("#sign-in-fault")).to_contain_text("took too long")
    expect(page.locator("#open [name=key]")).to_be_visible()
