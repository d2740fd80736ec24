"""Filters, permalinks, pages and downloads: the address bar holds the API's own parameters, and nothing else does."""

import csv
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.api.facts import IRAQ_STRIKES, TOWER_22
from tests.browser.conftest import MANY, Visiting

IRAQ, TOWER = "U.S. strikes in Iraq, 2 February 2024", "Drone attack on Tower 22, Jordan, 28 January 2024"


@pytest.mark.parametrize(
    ("name", "text", "query", "title", "events"),
    [
        ("country", "Jordan", "?country=Jordan", TOWER, 1),
        ("date_from", "2024-03", "?date_from=2024-03", "Made-up event of day 5", 6),
        ("date_to", "2023", "?date_to=2023", "U.S.-led invasion of Iraq, 2003", 1),
        ("killed_min", "20", "?killed_min=20", None, 0),
        ("killed_max", "0", "?killed_max=0", "Made-up event of day 3", 1),
        ("q", "tower", "?q=tower", TOWER, 1),
        ("actor", "hamas", "?actor=hamas", "Hamas assault in Israel", 2),
    ],
)
def test_a_field_when_filled_becomes_the_parameter_of_its_name(
    visit: Visiting, facts_server: str, name: str, text: str, query: str, title: str | None, events: int
) -> None:
    shown = visit(facts_server).open().fill(name, text)

    assert shown.query == query
    assert shown.text("#matching") == f"{events} event{'' if events == 1 else 's'}"
    assert title is None or title in shown.titles()
    assert shown.text("#table-receipt code").startswith(f"/events{query}")


@pytest.mark.parametrize(
    ("choice", "query", "events"),
    [
        ("event_type=strategic_developments", "?event_type=strategic_developments", 4),
        ("type_of_violence=state_based", "?type_of_violence=state_based", 0),
    ],
)
def test_a_type_when_chosen_becomes_acleds_or_ucdps_parameter(
    visit: Visiting, facts_server: str, choice: str, query: str, events: int
) -> None:
    shown = visit(facts_server).open()
    shown.page.locator("#filters [name=type]").select_option(choice)
    shown.settle()

    assert (shown.query, shown.text("#matching")) == (query, f"{events} events")


def test_an_actor_when_its_network_is_taken_in_finds_what_the_network_did(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?actor=islamic-resistance-in-iraq")
    alone = shown.text("#matching")
    shown.page.get_by_label("and its network").check()
    shown.settle()

    assert shown.query == "?actor=islamic-resistance-in-iraq&network=true"
    assert "network=true" in shown.text("#table-receipt code")
    shown.page.get_by_label("and its network").uncheck()
    shown.settle()
    assert shown.text("#matching") == alone


def test_disputed_when_ticked_shows_only_claims_that_exclude_one_another(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open()
    shown.page.get_by_label("only disputed").check()
    shown.settle()

    assert shown.query == "?disputed=true"
    assert shown.titles() == ["Made-up event of day 1"]
    assert "disputed" in shown.text("#table td[data-label=Killed]")


def test_a_country_when_typed_is_proposed_and_can_be_chosen_by_keyboard(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open()
    field = shown.page.get_by_role("combobox", name="Country")
    field.press_sequentially("ira")
    expect(shown.page.get_by_role("option", name=re.compile("Iraq"))).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    shown.settle()

    assert shown.query == "?country=Iraq"
    assert IRAQ in shown.titles()


def test_an_actor_when_typed_by_name_becomes_its_id(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open()
    field = shown.page.get_by_role("combobox", name="Actor")
    field.press_sequentially("kata")
    shown.page.get_by_role("option", name=re.compile("Kata.ib Hezbollah")).first.click()
    shown.settle()

    assert shown.query == "?actor=kataib-hezbollah"
    assert "Kata’ib Hezbollah announces a halt in attacks on American targets" in shown.titles()


def test_a_wrong_value_when_refused_is_said_at_its_field_with_the_right_one_to_take(
    visit: Visiting, facts_server: str
) -> None:
    shown = visit(facts_server).open().fill("country", "iraqi")

    field = shown.page.locator("#filters [name=country]")
    assert field.get_attribute("aria-invalid") == "true"
    assert "'iraqi' is not a country that is known here" in shown.text("#fault-country")
    shown.page.locator("#fault-country").get_by_role("button", name="Iraq").click()
    shown.settle()
    assert shown.query == "?country=Iraq"
    assert field.get_attribute("aria-invalid") is None
    assert IRAQ in shown.titles()
    # The browser says in its console what was refused; nothing else may be there.
    shown.watch.complaints = [text for text in shown.watch.complaints if "400 (Bad Request)" not in text]


def test_an_unknown_parameter_when_in_the_address_is_refused_and_not_left_out(
    visit: Visiting, facts_server: str
) -> None:
    shown = visit(facts_server).open("?county=iraq")

    assert "there is no such parameter here" in shown.text("#filters .others")
    shown.page.locator("#filters .others").get_by_role("button", name="country").first.click()
    shown.settle()
    assert shown.query == "?country=iraq"
    shown.watch.complaints = [text for text in shown.watch.complaints if "400 (Bad Request)" not in text]


def test_a_parameter_that_shapes_answers_when_in_the_address_has_no_effect_and_says_so(
    visit: Visiting, facts_server: str
) -> None:
    shown = visit(facts_server).open("?country=jordan&fields=id")

    assert "has no effect on this page" in shown.text("#filters .others")
    assert shown.titles() == [TOWER]
    shown.page.locator("#filters .others").get_by_role("button", name="Remove").click()
    shown.settle()
    assert shown.query == "?country=jordan"


def test_a_permalink_when_opened_shows_all_that_it_names(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?country=iraq&date_from=2024&sort=date&release=1&event={IRAQ_STRIKES}")

    assert shown.page.locator("[name=country]").input_value() == "iraq"
    assert shown.page.locator("[name=date_from]").input_value() == "2024"
    assert shown.page.locator("th[aria-sort=ascending]").inner_text().startswith("Date")
    assert "pinned" in shown.text("#release-line")
    assert shown.text("#panel-title") == IRAQ
    assert "release=1" in shown.text("#table-receipt code")


def test_back_and_forward_when_pressed_lead_through_what_was_shown(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open().fill("country", "Jordan")
    shown.page.get_by_role("link", name=TOWER).first.click()
    expect(shown.page.locator("#panel-title")).to_have_text(TOWER)
    assert shown.query == f"?country=Jordan&event={TOWER_22}"

    shown.page.go_back()
    shown.settle()
    expect(shown.page.locator("#panel")).to_be_hidden()
    assert shown.query == "?country=Jordan"
    shown.page.go_back()
    shown.settle()
    assert (shown.query, shown.text("#matching")) == ("", "17 events")
    assert shown.page.locator("[name=country]").input_value() == ""
    shown.page.go_forward()
    shown.settle()
    assert shown.text("#matching") == "1 event"


def test_a_view_when_pinned_and_let_go_names_its_release(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open()
    shown.page.get_by_role("link", name="Pin this view to it").click()
    shown.settle()
    assert shown.query == "?release=3"
    shown.page.get_by_label("Release", exact=True).select_option("1")
    shown.settle()
    assert (shown.query, shown.text("#matching")) == ("?release=1", "11 events")
    shown.page.get_by_role("link", name="See the newest").click()
    shown.settle()
    assert (shown.query, shown.text("#matching")) == ("", "17 events")


def test_the_table_when_turned_over_goes_by_cursor_and_back_by_history(visit: Visiting, many_server: str) -> None:
    shown = visit(many_server).open("?source=ucdp-ged")
    first = shown.titles()
    shown.page.get_by_role("link", name="Next page").click()
    shown.settle()

    assert "cursor=" in shown.query
    assert len(shown.titles()) == 25
    assert shown.text("#matching") == f"{MANY:,} events"
    shown.page.go_back()
    shown.settle()
    assert shown.titles() == first


def test_a_heading_when_pressed_sorts_the_largest_first_and_unknown_last(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1")
    shown.page.get_by_role("button", name="Killed").click()
    shown.settle()

    assert shown.query == "?release=1&sort=-killed"
    killed = shown.page.locator("#table td[data-label=Killed]").all_inner_texts()
    assert killed[:3] == ["at least 18", "16", "3"]
    assert set(killed[3:]) == {"unknown"}


def test_the_timeline_when_a_step_is_chosen_filters_by_its_days(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1")
    shown.page.get_by_role("button", name="month").click()
    shown.settle()
    assert shown.query == "?release=1&group_by=month"
    shown.page.get_by_text("The timeline as rows").click()
    shown.page.get_by_role("link", name="January 2024", exact=True).click()
    shown.settle()
    assert "date_from=2024-01-01" in shown.query
    assert shown.titles() == [TOWER]


def test_a_bar_when_clicked_shows_its_events_alone(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1")
    shown.page.locator("#timeline").scroll_into_view_if_needed()
    box = shown.page.locator("#timeline svg").first.bounding_box()
    assert box is not None
    shown.page.mouse.move(box["x"] + box["width"] - 30, box["y"] + 80)
    shown.page.mouse.click(box["x"] + box["width"] - 30, box["y"] + 80)
    shown.settle()

    assert "date_from=2024-01-01&date_to=2024-12-31" in shown.query
    assert shown.text("#matching") == "4 events"


@pytest.mark.parametrize("kind", ["CSV", "XLSX", "GEOJSON", "PARQUET"])
def test_downloads_when_followed_hold_every_row_of_the_question(visit: Visiting, facts_server: str, kind: str) -> None:
    shown = visit(facts_server).open("?country=iraq&release=1")
    with shown.page.expect_download() as downloading:
        shown.page.locator("#table-receipt").get_by_role("link", name=kind).click()
    saved = downloading.value.path()

    assert downloading.value.suggested_filename == f"events-release-1.{kind.lower()}"
    content = saved.read_bytes()
    if kind == "CSV":
        assert len(list(csv.DictReader(content.decode().splitlines()))) == 4
    assert content[:4] == {"CSV": b"id,t", "XLSX": b"PK\x03\x04", "GEOJSON": b'{"ty', "PARQUET": b"PAR1"}[kind]


def test_each_view_when_shown_gives_its_request_as_curl(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server, permissions=["clipboard-read", "clipboard-write"]).open("?country=iraq")
    for view in ("#map-receipt", "#timeline-receipt", "#table-receipt"):
        shown.page.locator(view).get_by_role("button", name="copy as curl").click()
        expect(shown.page.locator(view).get_by_role("button", name="Copied")).to_be_visible()
        copied = shown.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"curl -s '{facts_server}")
        asked = urlsplit(copied.removeprefix("curl -s '").removesuffix("'"))
        answer = shown.page.request.get(asked.geturl(), headers={"accept": "*/*"})
        assert answer.ok
        assert answer.headers["content-type"] == "application/json"
        assert "country=iraq" in asked.query
