"""By keyboard, by ear, on a phone, in the dark, without movement, and where the API is away."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.api.facts import IRAQ_STRIKES, TOWER_22
from tests.api.made_up import DISPUTED
from tests.browser.chromium import AXE
from tests.browser.conftest import Visit, Visiting

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults_by_axe(shown: Visit) -> list[dict[str, Any]]:
    """What axe finds at fault: the rule, and where."""
    shown.page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found = shown.page.evaluate(
        "async rules => (await axe.run({runOnly: rules})).violations"
        ".map(({id, nodes}) => ({id, nodes: nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary)}))",
        RULES,
    )
    return list(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("query", ["", f"?event={DISPUTED}", "?country=iraqi", "?killed_min=20"])
def test_the_page_when_checked_by_axe_has_no_fault(
    visit: Visiting, facts_server: str, query: str, width: int, scheme: str
) -> None:
    shown = visit(facts_server, viewport={"width": width, "height": 800}, color_scheme=scheme).open(query)

    assert faults_by_axe(shown) == []
    shown.watch.complaints = [text for text in shown.watch.complaints if "400 (Bad Request)" not in text]


def test_cells_and_families_when_checked_by_axe_have_no_fault(visit: Visiting, many_server: str) -> None:
    shown = visit(many_server).open()
    shown.page.get_by_text("The timeline as rows").click()

    assert faults_by_axe(shown) == []


@pytest.mark.parametrize("query", ["", f"?event={IRAQ_STRIKES}", "?country=iraqi"])
def test_the_page_on_a_phone_scrolls_in_one_direction(visit: Visiting, facts_server: str, query: str) -> None:
    shown = visit(facts_server, viewport={"width": 360, "height": 740}, has_touch=True).open(query)

    assert shown.page.evaluate("document.documentElement.scrollWidth") == 360
    assert shown.page.locator("#panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    shown.watch.complaints = [text for text in shown.watch.complaints if "400 (Bad Request)" not in text]


def test_many_rows_on_a_phone_fit(visit: Visiting, many_server: str) -> None:
    shown = visit(many_server, viewport={"width": 360, "height": 740}).open()

    assert shown.page.evaluate("document.documentElement.scrollWidth") == 360


def test_filters_on_a_phone_open_and_take_a_question(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server, viewport={"width": 360, "height": 740}).open()
    expect(shown.page.locator("#filters")).to_be_hidden()
    shown.page.get_by_role("button", name="Filters").click()
    shown.fill("country", "Jordan")

    assert shown.text("#matching") == "1 event"
    assert shown.text("#open-filters") == "Filters (1)"


def test_an_event_by_keyboard_alone_is_found_opened_read_and_closed(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1")
    keyboard = shown.page.keyboard
    keyboard.press("Tab")
    assert shown.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    for _ in range(12):
        keyboard.press("Tab")
        if shown.page.evaluate("document.activeElement.dataset.event") == IRAQ_STRIKES:
            break
    assert shown.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    keyboard.press("Enter")
    expect(shown.page.locator("#panel-title")).to_be_focused()
    keyboard.press("Escape")
    expect(shown.page.locator("#panel")).to_be_hidden()
    assert shown.page.evaluate("document.activeElement.dataset.event") == IRAQ_STRIKES


def test_the_panel_on_a_phone_keeps_the_keyboard_until_it_is_closed(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server, viewport={"width": 360, "height": 740}).open(f"?event={TOWER_22}")

    for _ in range(30):
        shown.page.keyboard.press("Tab")
        where = shown.page.evaluate(
            "document.activeElement.closest('#panel, body').id || document.activeElement.tagName"
        )
        assert where in ("panel", "BODY")
    shown.page.get_by_role("button", name="Close the event").click()
    expect(shown.page.locator("#main")).to_be_visible()
    assert shown.page.evaluate("document.querySelector('#main').inert") is False


def test_symbols_on_the_map_can_be_reached_and_opened_by_keyboard(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1&country=syria")
    symbol = shown.page.locator("#map .spot[aria-label*='Al-Mayadeen']")
    symbol.focus()
    symbol.press("Enter")
    expect(shown.page.locator("#panel-title")).to_have_text("U.S. airstrikes in Syria, 2 February 2024")


def test_a_symbol_of_several_events_when_pressed_lists_them_to_choose(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1")
    symbol = shown.page.locator("#map .spot[aria-label^='3 events. Iraq']")
    symbol.focus()
    symbol.press("Enter")
    listed = shown.page.locator(".leaflet-popup a[data-event]")
    expect(listed.first).to_be_focused()
    assert listed.count() == 3
    listed.first.press("Enter")
    expect(shown.page.locator("#panel-title")).to_be_focused()


def test_controls_have_names_for_those_who_listen(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open()
    heard = shown.page.locator("body").aria_snapshot()
    shown.page.get_by_role("link", name="Drone attack on Tower 22").last.click()
    expect(shown.page.locator("#panel-title")).to_be_focused()
    heard += shown.page.locator("body").aria_snapshot()

    for part in (
        'combobox "Country"',
        'searchbox "Words"',
        'region "Map of the events',
        'table "Events that match',
        'dialog "Drone attack on Tower 22',
    ):
        assert part in heard
    assert shown.page.locator("#announcer").text_content()


def test_without_movement_the_map_does_not_glide(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server, reduced_motion="reduce").open()
    before = shown.page.locator("#map .spot").first.bounding_box()
    shown.page.get_by_role("button", name="Zoom in").click()
    after = shown.page.locator("#map .spot").first.bounding_box()

    assert before != after, "it is there at once"
    assert shown.page.locator(".leaflet-zoom-anim").count() == 0


def test_nothing_found_when_asked_does_not_mean_that_nothing_happened(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?killed_min=20")

    assert "No events here match" in shown.text("#table")
    assert "does not mean that nothing happened" in shown.text("#table")
    assert "Events that are not here may have happened" in shown.text("#table")
    assert shown.text("#matching") == "0 events"


def _is_expected_of_a_break(text: str) -> bool:
    return "ERR_FAILED" in text or "503 (Service Unavailable)" in text or "ERR_INTERNET_DISCONNECTED" in text


def test_the_api_when_away_is_said_and_asked_again(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server)
    shown.page.route("**/events?*", lambda route: route.abort())
    shown.open()

    assert "The API does not answer" in shown.text("#table")
    shown.page.unroute("**/events?*")
    shown.page.locator("#table").get_by_role("button", name="Try again").click()
    shown.settle()
    assert shown.text("#matching") == "17 events"
    shown.watch.complaints = [text for text in shown.watch.complaints if not _is_expected_of_a_break(text)]


def test_the_database_when_away_is_said_in_the_apis_words(visit: Visiting, facts_server: str) -> None:
    body = {
        "type": "/problems/database-unavailable",
        "title": "The database is not available",
        "status": 503,
        "detail": "The database does not answer.",
        "instance": "/events",
        "errors": [],
    }

    def refuse(route: Route) -> None:
        route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(body))

    shown = visit(facts_server)
    shown.page.route("**/events?*", refuse)
    shown.open()

    assert "The database is not available. The database does not answer." in shown.text("#table")
    shown.watch.complaints = [text for text in shown.watch.complaints if not _is_expected_of_a_break(text)]


def test_the_computer_when_offline_says_so_until_it_is_not(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open()
    shown.page.context.set_offline(True)
    expect(shown.page.locator("#offline")).to_be_visible()
    shown.fill("country", "Jordan")
    assert "This computer is offline" in shown.text("#table")
    shown.page.context.set_offline(False)
    expect(shown.page.locator("#offline")).to_be_hidden()
    shown.page.locator("#table").get_by_role("button", name="Try again").click()
    shown.settle()
    assert shown.text("#matching") == "1 event"
    shown.watch.complaints = [text for text in shown.watch.complaints if not _is_expected_of_a_break(text)]
