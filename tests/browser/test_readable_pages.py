"""The readable pages in a real browser: by axe, on a phone, in the dark, by keyboard, on paper, under their policy."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.api.made_up import DISPUTED, NOBODY
from tests.browser.conftest import ARABIC, Visit, Visiting
from tests.browser.test_for_everybody import faults_by_axe

DEATHS = re.compile("^the deaths of 16 of its members")
IRAQ = "2024-02-02-us-strikes-iraq"
PAGES = (
    "events",
    "events?country=iraq&sort=-killed",
    "events?q=zzzz",
    f"events/{IRAQ}",
    f"events/{DISPUTED}",
    f"casualty-claims/{IRAQ}.killed",
    "casualty-claims",
    "locations",
    "actors",
    "sources",
    "countries",
    "stats?group_by=country,year",
    "releases",
    "changes?since=2",
    "codebook",
    "methodology",
    "problems/not-found",
)
PROBLEMS = ("events?county=iraq&country=iraqi&killed_min=x", "events/nothing", "nowhere")


def open_page(visit: Visiting, root: str, address: str, **options: Any) -> Visit:
    shown = visit(root, **options)
    shown.page.goto(f"{root}{address}")
    return shown


def forgive_the_status(shown: Visit) -> None:
    """A browser logs a page that comes with 4xx; that is what was asked for."""
    shown.watch.complaints = [text for text in shown.watch.complaints if not re.search(r"status of 40[04]", text)]


def open_all(shown: Visit) -> None:
    shown.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", [*PAGES, *PROBLEMS])
def test_a_page_when_checked_by_axe_then_it_has_no_fault(
    visit: Visiting, facts_server: str, address: str, scheme: str
) -> None:
    shown = open_page(visit, facts_server, address, color_scheme=scheme)
    if not address.startswith(("codebook", "events?country", "changes")):
        open_all(shown)
    assert faults_by_axe(shown) == []
    forgive_the_status(shown)


@pytest.mark.parametrize("address", [*PAGES, *PROBLEMS])
def test_a_page_when_on_a_phone_then_it_scrolls_in_one_direction(
    visit: Visiting, facts_server: str, address: str
) -> None:
    shown = open_page(visit, facts_server, address, viewport={"width": 360, "height": 740}, has_touch=True)
    open_all(shown)
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 360
    forgive_the_status(shown)


def test_a_page_of_many_rows_when_walked_then_the_next_one_follows_and_nothing_is_asked_elsewhere(
    visit: Visiting, many_server: str
) -> None:
    shown = open_page(visit, many_server, "events?sort=-killed")
    first = shown.page.locator("article h2").all_inner_texts()
    shown.page.get_by_role("link", name="Next page").click()
    shown.page.wait_for_url("**cursor=**")
    second = shown.page.locator("article h2").all_inner_texts()
    assert (len(first), len(second), set(first) & set(second)) == (100, 100, set())
    assert faults_by_axe(shown) == []
    shown.page.set_viewport_size({"width": 360, "height": 740})
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_receipt_when_its_number_is_followed_then_it_opens_at_the_quote_and_leads_back(
    visit: Visiting, facts_server: str
) -> None:
    shown = open_page(visit, facts_server, "events?country=iraq")
    entry = shown.page.locator("article", has=shown.page.locator(f"a[href$='events/{IRAQ}']")).first
    receipts = entry.locator("details.receipts")
    expect(receipts).not_to_have_attribute("open", "")
    entry.locator(".claims .refs a").first.click()
    quote = entry.locator(".receipts q", has_text=DEATHS)
    expect(quote).to_be_in_viewport()
    entry.locator("li:target .back").first.click()
    expect(entry.locator(".claims .refs a").first).to_be_in_viewport()


def test_a_page_when_used_by_keyboard_then_the_first_stop_skips_to_the_content_and_focus_is_seen(
    visit: Visiting, facts_server: str
) -> None:
    shown = open_page(visit, facts_server, "events?country=iraq")
    shown.page.keyboard.press("Tab")
    skip = shown.page.locator(".skip")
    expect(skip).to_be_focused()
    assert skip.evaluate("link => link.getBoundingClientRect().width") > 50
    shown.page.keyboard.press("Enter")
    expect(shown.page.locator("main")).to_be_focused()
    shown.page.keyboard.press("Tab")
    chip = shown.page.locator(".chips a").first
    expect(chip).to_be_focused()
    assert chip.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/events")


def test_a_form_when_sent_by_a_reader_then_only_what_was_filled_in_is_asked(visit: Visiting, facts_server: str) -> None:
    shown = open_page(visit, facts_server, "events")
    shown.page.get_by_text("Narrow it down").click()
    shown.page.get_by_label("Country").fill("Iraq, Syria")
    shown.page.get_by_label("From").fill("2024-02-01")
    shown.page.get_by_label("Order").select_option("most killed first, unknown last")
    shown.page.get_by_role("button", name="Show").click()
    shown.page.wait_for_url("**country=**")
    assert shown.query == "events?country=Iraq,%20Syria&date_from=2024-02-01&sort=-killed"
    assert shown.page.locator(".chips").first.inner_text().split("\n")[0].startswith("country: Iraq")


def test_a_fault_when_its_proposal_is_followed_then_the_page_that_was_meant_comes(
    visit: Visiting, facts_server: str
) -> None:
    shown = open_page(visit, facts_server, "events?country=iraqi")
    shown.page.get_by_role("link", name="Iraq", exact=True).click()
    expect(shown.page.locator("h1")).to_have_text("Events")
    assert shown.query == "events?country=Iraq"
    forgive_the_status(shown)


def test_unknown_when_seen_then_it_looks_unlike_zero(visit: Visiting, facts_server: str) -> None:
    shown = open_page(visit, facts_server, f"events/{IRAQ}-syria")
    unknown = shown.page.locator(".killed .unknown")
    expect(unknown).to_have_text("unknown")
    assert "gradient" in unknown.evaluate("each => getComputedStyle(each).backgroundImage")
    shown.page.goto(f"{facts_server}events/{NOBODY}")
    zero = shown.page.locator(".killed .figure")
    expect(zero).to_have_text("0")
    assert zero.evaluate("each => getComputedStyle(each).backgroundImage") == "none"


def test_a_disputed_event_when_seen_then_its_claims_stand_on_one_scale(visit: Visiting, facts_server: str) -> None:
    shown = open_page(visit, facts_server, f"events/{DISPUTED}")
    expect(shown.page.locator(".facts .disputed")).to_have_text("disputed")
    places = [
        dot.evaluate("dot => dot.cx.baseVal.value") for dot in shown.page.locator(".claim-table tbody circle").all()[:2]
    ]
    assert sorted(places) == places
    assert len(set(places)) == 2


def test_an_arabic_title_when_seen_then_it_runs_from_right_to_left(visit: Visiting, facts_server: str) -> None:
    shown = open_page(visit, facts_server, "events/made-up-arabic")
    title = shown.page.locator("h1")
    expect(title).to_have_text(ARABIC)
    assert title.evaluate("each => getComputedStyle(each).direction") == "rtl"


def test_a_page_when_printed_then_its_receipts_are_on_paper(visit: Visiting, facts_server: str) -> None:
    shown = open_page(visit, facts_server, "events?country=iraq")
    quote = shown.page.locator(".receipts q", has_text=DEATHS).first
    expect(quote).not_to_be_visible()
    shown.page.emulate_media(media="print")
    expect(quote).to_be_visible()
    expect(shown.page.locator("nav").first).not_to_be_visible()
    assert len(shown.page.pdf()) > 10_000


def test_the_policy_of_a_page_when_markup_slips_in_then_no_script_and_no_style_of_it_runs(
    visit: Visiting, facts_server: str
) -> None:
    shown = open_page(visit, facts_server, "events")
    shown.page.evaluate("""() => {
        const script = document.createElement('script')
        script.textContent = 'window.slipped = true'
        document.body.append(script)
        document.body.setAttribute('style', 'color: red')
    }""")
    assert shown.page.evaluate("window.slipped === undefined")
    assert shown.page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    assert len(shown.watch.complaints) == 2
    assert all("Content Security Policy" in text for text in shown.watch.complaints)
    shown.watch.complaints.clear()
