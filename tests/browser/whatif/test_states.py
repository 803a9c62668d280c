"""States that are kept, compared and shared, and several people at one table."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Download, expect

from tests.browser.whatif.conftest import Service, Visit
from tests.browser.whatif.hands import CLOSED, PATIENCE, codes, drawn, enter, join, slide


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


def test_what_was_taken_away_is_named_and_the_log_stays_true(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.6)
    drawn(page, 1)
    page.get_by_role("button", name="Remove: Closure of a chokepoint").click()
    drawn(page, 2)
    first = page.locator("#log li").last
    expect(first).to_contain_text("Closure of a chokepoint (Strait of Hormuz): Traffic stopped → 60%")
    expect(page.locator("#log li").first).to_contain_text("removed: Closure of a chokepoint (Strait of Hormuz)")
    changes = page.locator("#changes li").all_inner_texts()
    assert len(changes) == 1
    assert changes[0].lower().startswith(("closure of a chokepoint", "chokepoint closure"))


def test_a_state_gets_a_name_and_is_shown_again(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    slide(page, 0.5)
    drawn(page, 1)
    page.click("#states")
    assert page.evaluate("document.activeElement.id") == "state-name"
    page.keyboard.type("half open")
    page.keyboard.press("Enter")
    slide(page, 0.9)
    drawn(page, 3)
    page.click("#states")
    page.get_by_role("button", name="Show: half open").click()
    drawn(page, 4)
    assert page.locator(CLOSED).input_value() == "0.5"


def test_a_long_name_breaks(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.click("#states")
    page.fill("#state-name", "W" * 60)
    page.keyboard.press("Enter")
    expect(page.locator("#log li")).to_have_count(1)
    page.click("#states")
    assert page.locator("#dialog").evaluate("(one) => one.scrollWidth <= one.clientWidth")
    page.get_by_role("button", name="Compare with it").click()
    expect(page.locator("#against")).to_contain_text("WWW")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


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
    slide(copy, 0.4)
    drawn(copy, 1)
    copy.reload()
    drawn(copy, 1)
    assert copy.locator(CLOSED).input_value() == "0.4"
    copy.goto("about:blank")
    copy.goto(link)  # a link goes before the seat of the session that was here
    expect(copy.locator("#linked")).to_be_visible()


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
    downloads: list[Download] = []
    page.on("download", lambda saved: downloads.append(saved))
    statuses = [404, 502]
    page.route("**/scenario?*", lambda route: route.fulfill(status=statuses.pop(0), body="no file"))
    for told in ("your place in this session has ended", "the service does not answer"):
        page.click("#export")
        expect(page.locator("#fault")).to_have_text(f"The scenario file could not be saved: {told}")
    assert downloads == []


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
    watcher.keyboard.press("Control+z")
    assert "watch" in watcher.locator("#sub").inner_text()
    assert watcher.locator("#fault").inner_text() == ""
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
    page.click("#export")
    expect(page.locator("#fault")).to_have_text("The scenario file could not be saved: the service does not answer")
    page.click("[data-to=nl]")
    expect(page.locator("#connection")).to_contain_text("weg")
    expect(page.locator("#fault")).to_contain_text("kon niet worden opgeslagen")
    page.click("[data-to=en]")
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
