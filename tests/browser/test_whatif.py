"""The what-if page as a crisis team gets it: at the door, at the table, two at a time, without a line, by keyboard, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from allocator_api.app import create_app
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client
from allocator_api.sessions.service import Sessions
from allocator_api.settings import Settings
from tests.browser.conftest import Opened

#: Milliseconds in which a redraw must come about, on a machine that does much else.
PATIENCE = 20_000
CLOSED = "#c-disruptions-0-closed"


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


@pytest.fixture(scope="module")
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


# ---- first visit -----------------------------------------------------------------------------------------------------------------
def test_a_first_visit_needs_a_code_or_a_key(visit: Visit, service: Service) -> None:
    page = visit().page
    page.fill("#join [name=name]", "ministry")
    page.fill("#join [name=code]", "AAAAAAAA")
    page.click("#join button")
    expect(page.locator("#door-fault")).to_contain_text("ask for the code again")
    page.fill("#open [name=name]", "ministry")
    page.fill("#open [name=key]", "no key")
    page.click("#open button")
    expect(page.locator("#door-fault")).to_contain_text("no access token")
    page.goto(service.page.replace("whatif/", ""))
    assert page.url == service.page


def test_everything_is_drawn_and_nothing_is_asked_for_from_outside(visit: Visit, service: Service) -> None:
    opened = visit()
    page = enter(opened, service)
    slide(page, 0.7)
    drawn(page, 1)
    for chart in ("tiers", "reserves", "flows"):
        page.locator(f"#{chart}").scroll_into_view_if_needed()
        expect(page.locator(f"#{chart} svg.main-svg").first).to_be_visible()
        page.click(f"section.{chart} summary")
        assert page.locator(f"#{chart}-table td").count() > 3
    assert page.locator("#heat td").count() > 12
    assert page.locator("#cuts tbody tr").count() > 3
    assert page.locator(".tile .change").count() == 6
    assert page.locator(".modebar-btn, [data-title*=cloud i]").count() == 0
    host = service.page.split("/")[2]
    assert {url.split("/")[2] for url in opened.requests if not url.startswith(("data:", "blob:"))} == {host}
    assert opened.complaints == []


# ---- moves -----------------------------------------------------------------------------------------------------------------------
def test_a_slider_redraws_the_page_without_a_run_button(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    before = figure(page, "claims cut")
    slide(page, 0.2)
    drawn(page, 1)
    assert int(figure(page, "claims cut")) < int(before)
    assert "better" in page.locator(".tile", has_text="claims cut").locator(".change").inner_text()
    assert (
        page.locator("#changes").inner_text().replace("\n", " ") == "Closure of a chokepoint (Strait of Hormuz): Traffic stopped: 95% → 20%"
    )
    assert page.get_by_role("button", name=re.compile("run|solve|calculate", re.IGNORECASE)).count() == 0
    expect(page.locator("#state-of-solve")).to_contain_text("Certified")
    expect(page.locator("#state-of-solve")).to_contain_text("Audited.")


def test_a_hand_that_keeps_moving_gets_the_last_answer(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    for value in (0.9, 0.85, 0.8, 0.75):
        drag(page, value)
        page.wait_for_timeout(80)
    slide(page, 0.33)
    page.wait_for_function("() => document.getElementById('changes').textContent.includes('33%')")
    moves = page.evaluate("document.querySelector('#log li').value")
    drawn(page, moves)
    page.click("#undo")
    drawn(page, moves + 1)
    assert page.locator(CLOSED).input_value() == "0.95"  # one slide is one step


def test_moves_are_undone_by_keyboard_and_reset(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.focus(CLOSED)
    page.keyboard.press("ArrowLeft")
    drawn(page, 1)
    assert page.locator(f"{CLOSED}-said").inner_text() == "94%"
    assert page.locator(CLOSED).get_attribute("aria-valuetext") == "94%"
    assert page.evaluate("document.activeElement.id") == CLOSED[1:]
    page.keyboard.press("Control+z")
    drawn(page, 2)
    assert page.locator(CLOSED).input_value() == "0.95"
    page.keyboard.press("Control+Shift+z")
    drawn(page, 3)
    page.click("#reset")
    drawn(page, 4)
    assert page.locator("#changes").inner_text() == "Nothing was moved yet."


def test_measures_and_disruptions_are_taken_off_and_added(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.uncheck("#c-levers-0-on")
    drawn(page, 1)
    page.locator("#reserves").scroll_into_view_if_needed()
    expect(page.locator("#reserves")).to_contain_text("No reserve is open")
    page.click(".crisis .adding summary")
    page.select_option("#add-disruptions-kind", label="Surge or fall of demand")
    page.select_option("#add-disruptions-which", label="Health care")
    page.click(".crisis .adding button")
    drawn(page, 2)
    assert page.locator("#c-disruptions-2").is_visible()
    assert page.locator("#c-disruptions-2-sector").input_value() == "health"


def test_guarantees_are_moved(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.click("#guarantees summary")
    slide(page, 0.3, "#c-guarantees-0")
    drawn(page, 1)
    expect(page.locator("#changes")).to_contain_text("Guaranteed: Health care, Liquid helium: 80% → 30%")


def test_what_needs_a_rebuild_says_so(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    assert "built anew" in page.locator("#c-framework-note").inner_text()
    page.select_option("#c-framework", "equal_cut")
    drawn(page, 1)
    assert "Equal" in page.locator("#sub").inner_text() or "equal" in page.locator("#sub").inner_text()


def test_settings_without_an_answer_keep_the_last_screen(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.select_option("#c-disruptions-0-start", "2027-02")
    drawn(page, 1)
    slide(page, 3, "#c-horizon-periods")
    expect(page.locator("#fault")).to_contain_text("A323", timeout=PATIENCE)
    assert page.locator("#heat td").count() > 0


# ---- states ----------------------------------------------------------------------------------------------------------------------
def test_a_state_is_pinned_and_compared(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.5)
    drawn(page, 1)
    page.click("#pin")
    expect(page.locator("#against")).to_have_text("Compared with: #2")
    slide(page, 0.9)
    drawn(page, 3)
    page.click("#compare")
    differing = page.locator("#dialog tbody tr")
    assert "Traffic stopped" in differing.first.inner_text()
    few = differing.count()
    page.uncheck("#only")
    assert page.locator("#dialog tbody tr").count() > few
    cells = [row.split("\t") for row in page.locator("#dialog tbody").inner_text().splitlines()]
    assert any(row[-1] == row[-2] for row in cells)
    page.keyboard.press("Escape")
    assert not page.locator("#dialog").is_visible()


def test_a_state_gets_a_name_and_is_shown_again(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.5)
    drawn(page, 1)
    page.click("#states")
    page.fill("#state-name", "half open")
    page.keyboard.press("Enter")
    slide(page, 0.9)
    drawn(page, 3)
    page.click("#states")
    page.get_by_role("button", name="Show: half open").click()
    drawn(page, 4)
    assert page.locator(CLOSED).input_value() == "0.5"


def test_a_link_holds_ids_only_and_opens_the_state(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.5)
    drawn(page, 1)
    page.click("#share")
    link = page.locator("#link").input_value()
    assert re.fullmatch(re.escape(service.page) + r"#from=[A-Za-z0-9_-]{22}\.1", link)
    other = visit(hash_=link.removeprefix(service.page))
    expect(other.page.locator("#linked")).to_be_visible()
    copy = enter(other, service)
    assert copy.locator(CLOSED).input_value() == "0.5"


def test_the_state_is_saved_as_a_scenario_file(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.5)
    drawn(page, 1)
    with page.expect_download() as saved:
        page.click("#export")
    assert saved.value.suggested_filename == "exercise-oefening-hormuz-closure-what-if.yaml"
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "EXERCISE / OEFENING" in text
    assert '"closed": 0.5' in text


# ---- several people --------------------------------------------------------------------------------------------------------------
def test_two_browsers_follow_each_other(visit: Visit, service: Service) -> None:
    lead = enter(visit(), service)
    team, observer = codes(lead)
    other = join(visit(), team, "ministry")
    watcher = join(visit(), observer, "press")
    slide(other, 0.4)
    for page in (lead, watcher):
        drawn(page, 1)
        assert page.locator(CLOSED).input_value() == "0.4"
        assert page.locator("#log li").first.inner_text().startswith("ministry")
    assert watcher.locator(CLOSED).is_disabled()
    assert watcher.locator("#undo").is_disabled()
    assert "watch" in watcher.locator("#sub").inner_text()
    assert sorted(lead.locator("#people li").all_inner_texts()) == ["crisis team (leads, you)", "ministry (team)", "press (watches)"]


def test_a_page_that_is_loaded_again_is_where_it_was(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.4)
    drawn(page, 1)
    page.reload()
    drawn(page, 1)
    assert page.locator(CLOSED).input_value() == "0.4"
    assert page.locator("#log li").count() == 1


def test_a_lost_service_is_told_and_what_was_moved_meanwhile_is_not_lost(visit: Visit, service: Service) -> None:
    opened = visit()
    page = enter(opened, service)
    service.stop()
    expect(page.locator("#connection")).to_contain_text("lost", timeout=PATIENCE)
    slide(page, 0.4)
    service.start()
    drawn(page, 1)
    assert page.locator("#connection").inner_text() == ""
    assert page.locator(CLOSED).input_value() == "0.4"
    assert page.locator("#log li").count() == 1


def test_every_screen_of_an_exercise_is_marked_and_of_others_none(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    assert page.locator("#exercise").is_visible()
    assert "EXERCISE / OEFENING" in page.title()
    opened = visit()
    opened.page.uncheck("#open [name=exercise]")
    real = enter(opened, service)
    assert not real.locator("#exercise").is_visible()
    assert "EXERCISE" not in real.title()


# ---- form ------------------------------------------------------------------------------------------------------------------------
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
    page.wait_for_selector("#flows-table td", state="attached")
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
