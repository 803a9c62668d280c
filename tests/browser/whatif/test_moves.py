"""At the door and at the table: what a first visit shows, and what moves do."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.whatif.conftest import Service, Visit
from tests.browser.whatif.hands import CLOSED, PATIENCE, axe, codes, drag, drawn, enter, figure, hold, join, press, slide


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


def test_what_was_filled_in_wrongly_at_the_door_is_told_in_both_languages(visit: Visit) -> None:
    page = visit().page
    for form, field, value, english, dutch in (
        ("join", "name", "\u200b", "write a name of 1 to 40 characters", "schrijf een naam"),
        ("join", "code", "AAAAAAAA", "ask for the code again", "vraag de code nog eens"),
        ("open", "key", "no key", "no access token", "geen geldige toegangssleutel"),
    ):
        page.fill(f"#{form} [name=name]", "ministry")
        page.fill(f"#{form} [name={'code' if form == 'join' else 'key'}]", "AAAAAAAA")
        page.fill(f"#{form} [name={field}]", value)
        page.click(f"#{form} button")
        expect(page.locator("#door-fault")).to_have_text(re.compile(f"^That did not work: .*{english}"))
        page.click("[data-to=nl]")
        expect(page.locator("#door-fault")).to_have_text(re.compile(f"^Dat lukte niet: .*{dutch}"))
        page.click("[data-to=en]")


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


def test_a_slider_dragged_back_to_where_it_began_is_let_go(visit: Visit, service: Service) -> None:
    lead = enter(visit(), service)
    other = join(visit(), codes(lead)[0], "ministry")
    drag_to = press(lead)
    for value in (0.8, 0.6, 0.95):
        drag_to(value)
        lead.wait_for_timeout(80)
    lead.mouse.up()
    expect(lead.locator("#log li").first).to_contain_text("95%")
    lead.wait_for_function("document.querySelector('#log li').value > 1")
    slide(other, 0.5)
    expect(lead.locator(CLOSED)).to_have_value("0.5")


def test_a_slider_is_not_torn_from_a_hand(visit: Visit, service: Service) -> None:
    lead = enter(visit(), service)
    other = join(visit(), codes(lead)[0], "ministry")
    drag_to = press(lead)
    drag_to(0.8)
    other.click(".crisis .adding summary")
    other.click(".crisis .adding button")
    expect(other.locator("#c-disruptions-2")).to_be_visible()
    lead.wait_for_function("[...document.querySelectorAll('#log b')].some((one) => one.textContent === 'ministry')")
    drag_to(0.4)
    lead.mouse.up()
    expect(other.locator(CLOSED)).to_have_value(re.compile(r"0\.(39|4|41)"))
    expect(lead.locator("#c-disruptions-2")).to_be_visible()
    drag_to = press(lead)
    drag_to(0.7)
    expect(other.locator(CLOSED)).to_have_value(re.compile(r"0\.(69|7|71)"))
    other.click("#c-disruptions-0-remove")
    expect(lead.locator(CLOSED)).to_have_count(0)  # what was held is gone
    lead.mouse.up()
    expect(lead.locator("#fault")).to_have_text("")


def test_a_drag_is_one_line_of_the_log(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    for value in (0.9, 0.85, 0.8, 0.75):
        drag(page, value)
        page.wait_for_timeout(80)
    slide(page, 0.33)
    expect(page.locator("#log li")).to_have_count(1)
    expect(page.locator("#log li")).to_contain_text("33%")
    assert page.evaluate("document.querySelector('#log li').value") > 2


def test_who_removes_or_adds_by_keyboard_goes_on_beside_it(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    for left, focused in ((1, "c-disruptions-0-on"), (0, "crisis-title")):
        page.focus("#c-disruptions-0-remove")
        page.keyboard.press("Enter")
        expect(page.locator(".crisis .item")).to_have_count(left)
        assert page.evaluate("document.activeElement.id") == focused
    page.click(".crisis .adding summary")
    page.focus("#add-disruptions-do")
    page.keyboard.press("Enter")
    expect(page.locator(".crisis .item")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "add-disruptions-do"


def test_an_answer_that_is_not_there_yet_is_not_called_certified(visit: Visit, service: Service) -> None:
    opened = visit()
    held = hold(opened)
    page = enter(opened, service)
    expect(page.locator("#state-of-solve")).to_contain_text("Certified")
    held.kinds = {"screen", "solving", "progress"}
    for value in (0.9, 0.85, 0.8, 0.75, 0.7, 0.65):
        drag(page, value)
        page.wait_for_timeout(100)
    expect(page.locator("#state-of-solve")).to_have_text("Solving…")  # while the hand still moves
    slide(page, 0.5)
    held.release()
    expect(page.locator("#state-of-solve")).to_contain_text("Certified")
    page.click("#pin")
    expect(page.locator("#against")).to_contain_text("#")
    page.wait_for_timeout(400)
    expect(page.locator("#state-of-solve")).to_contain_text("Certified")


def test_while_another_scenario_opens_nothing_of_the_old_one_stands_under_its_title(visit: Visit, service: Service) -> None:
    opened = visit(bypass_csp=True)
    held = hold(opened)
    page = enter(opened, service)
    assert "a minute or more" in page.locator("#preset-note").inner_text()
    held.kinds = {"screen", "pinned", "solving", "progress"}
    page.select_option("#preset", "hormuz_closure_national")
    expect(page.locator("#state-of-solve")).to_contain_text("being opened")
    expect(page.locator("#figures")).not_to_be_visible()
    expect(page.locator("#cuts")).not_to_be_visible()
    expect(page.locator("#compare")).to_be_disabled()
    page.click("[data-to=nl]")
    expect(page.locator("#state-of-solve")).to_contain_text("wordt geopend")
    assert not (found := axe(page)), found
    held.release()
    page.click("#undo")
    drawn(page, 2)
    expect(page.locator("#figures")).to_be_visible()
    expect(page.locator("#compare")).to_be_enabled()
    expect(page.locator("#state-of-solve")).to_contain_text("Gecertificeerd")


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
    page.get_by_role("button", name="Remove: Release of reserves").click()
    told = ["Surge or fall of demand (Health care): not there → on", "Release of reserves (Netherlands): on → not there"]
    expect(page.locator("#changes li")).to_have_text(told)


def test_lists_on_cards_are_changed(visit: Visit, service: Service) -> None:
    page = enter(visit(), service)
    page.click("#c-levers-1-sectors summary")
    expect(page.locator("#c-levers-1-sectors-said")).to_have_text("Construction, Packaging")
    page.uncheck("#c-levers-1-sectors-packaging")
    drawn(page, 1)
    expect(page.locator("#changes")).to_contain_text("Sectors: Construction, Packaging → Construction")
    page.locator("#c-levers-1-sectors-construction").click()  # the last one stays
    assert page.locator("#c-levers-1-sectors-construction").is_checked()
    assert page.locator("#log li").count() == 1
    page.click("#c-levers-0-commodities summary")
    page.check("#c-levers-0-commodities-all")
    drawn(page, 2)
    expect(page.locator("#c-levers-0-commodities-said")).to_have_text("all materials")
    page.keyboard.press("Control+z")
    drawn(page, 3)
    assert not page.locator("#c-levers-0-commodities-all").is_checked()


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
    expect(page.locator("#fault")).to_contain_text("shown is the last answer")
    expect(page.locator("#fault")).to_contain_text("A323", timeout=PATIENCE)
    assert page.locator("#heat td").count() > 0
    expect(page.locator("#state-of-solve")).to_have_text("")
    page.click("[data-to=nl]")
    expect(page.locator("#fault")).to_contain_text("Geen antwoord")
    page.click("[data-to=en]")
    page.reload()
    expect(page.locator("#fault")).to_contain_text("nothing is shown yet", timeout=PATIENCE)
    expect(page.locator("#compare")).to_be_disabled()
