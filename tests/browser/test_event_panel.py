"""The panel of one event: who says what, on one scale, and from where."""

from playwright.sync_api import Locator, expect

from tests.api.facts import IRAQ_STRIKES, OPERATION, SYRIA_STRIKES, TOWER_22
from tests.api.made_up import CORRECTED, DISPUTED, NOBODY, RANGE
from tests.browser.conftest import ARABIC, Visiting


def heard(claim: Locator) -> str:
    """What is said to those who do not see the mark."""
    return claim.locator(".only-heard").text_content() or ""


def test_a_bound_when_drawn_is_an_open_arrow_with_its_words_quote_and_source(
    visit: Visiting, facts_server: str
) -> None:
    shown = visit(facts_server).open(f"?event={SYRIA_STRIKES}")
    claim = shown.page.locator("[data-outcome=killed] .claim")

    assert claim.count() == 1
    assert "No one named" in claim.inner_text()
    assert "hedged by the source" in claim.inner_text()
    assert "“at least 18” militia group members" in claim.inner_text()
    assert "18 or more, no upper bound" in heard(claim)
    assert claim.locator("[aria-label=arrow] path").count() == 1
    assert claim.locator("[aria-label=dot]").get_attribute("fill") == "var(--paper)", "open: not a number"
    assert "reportedly resulting in the death of at least 18" in claim.locator("blockquote").inner_text()
    assert (claim.locator(".source a").get_attribute("href") or "").startswith("https://nflbulletin.com/")
    assert "The Conversation, 3 Feb 2024" in claim.locator(".source").inner_text()


def test_a_number_when_drawn_is_a_dot_and_its_claimant_a_party(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?event={IRAQ_STRIKES}")
    claim = shown.page.locator("[data-outcome=killed] .claim")

    assert "Popular Mobilization Forces" in claim.locator(".who").inner_text()
    assert "a party to this event" in claim.locator(".who").inner_text()
    assert claim.locator("[aria-label=dot]").get_attribute("fill") == "var(--killed)"
    assert claim.locator("[aria-label=arrow]").count() == 0


def test_other_numbers_when_shown_have_a_scale_each_and_words_are_hatched(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?event={OPERATION}")
    measures = shown.page.locator("#panel .claims h4").all_inner_texts()

    assert measures == ["Targets struck", "Locations struck", "Sites struck"]
    assert shown.page.locator("#panel .claims .axis").count() == 2, "a word has no place on a scale"
    assert "86 or more" in heard(shown.page.locator("#panel .claim").first)
    vague = shown.page.locator("#panel .claim").nth(2)
    assert "“dozens of sites”" in vague.inner_text()
    assert vague.locator("[fill='url(#hatch)'] rect").count() == 1
    assert "That is not zero" in shown.page.locator("#panel").inner_text()


def test_claims_that_exclude_one_another_when_shown_stand_side_by_side_on_one_scale(
    visit: Visiting, facts_server: str
) -> None:
    shown = visit(facts_server).open(f"?event={DISPUTED}")
    panel = shown.page.locator("[data-outcome=killed]")

    assert panel.locator(".claim").count() == 2
    assert panel.locator(".axis").count() == 1
    assert "Disputed. These claims exclude one another" in panel.locator(".disagreement").inner_text()
    dots = panel.locator(".claim [aria-label=dot] circle")
    one, other = (float(dots.nth(at).get_attribute("cx") or "nan") for at in (0, 1))
    assert other > one, "30 lies right of 16"
    assert "No single number is offered by all" in panel.locator(".envelope").inner_text()


def test_a_range_when_drawn_has_both_ends_and_its_number(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?event={RANGE}")

    killed = shown.page.locator("[data-outcome=killed] .claim")
    assert killed.locator("[aria-label=rule] line").count() == 3, "from end to end, and both ends"
    assert "5, from 3 to 9" in heard(killed)
    injured = shown.page.locator("[data-outcome=injured] .claim")
    assert "40 or fewer, no lower bound" in heard(injured)


def test_nobody_killed_when_stated_is_a_dot_at_zero_and_not_unknown(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?event={NOBODY}")
    claim = shown.page.locator("[data-outcome=killed] .claim")

    assert claim.locator("[aria-label=dot] circle").count() == 1
    assert claim.locator("[fill='url(#hatch)'] rect").count() == 0


def test_a_superseded_claim_when_shown_is_marked_and_stays_readable(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?event={CORRECTED}")
    over = shown.page.locator("[data-outcome=killed] .claim.is-over")

    assert over.count() == 1
    assert "superseded" in over.inner_text()
    assert "“12”" in over.inner_text()


def test_a_denial_when_shown_is_a_denial_and_no_role(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?event={TOWER_22}")
    denial = shown.page.locator("#panel .denial")

    assert denial.locator("strong").inner_text() == "Iran"
    assert "denies any part in it" in denial.inner_text()
    assert "had to do with it" not in denial.inner_text()
    who = shown.page.locator("#panel .plain-list").nth(1).inner_text()
    assert "Islamic Resistance in Iraq carried it out, as it says itself" in who
    assert "according to U.S. officials" in who


def test_an_event_when_it_changed_shows_what_differs_between_releases(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open(f"?event={RANGE}")
    shown.page.get_by_text("What differs between releases").click()

    # Release 1 has no such event, which the browser notes in its console.
    past = shown.page.locator("#panel .past li")
    expect(past).to_have_count(2)
    assert "Release 3" in past.nth(0).inner_text()
    assert past.nth(0).locator("del").inner_text() == "Made-up event of day 2"
    assert past.nth(0).locator("ins").inner_text() == "Made-up event of day 2, revised"
    assert "First published" in past.nth(1).inner_text()
    shown.watch.complaints = [text for text in shown.watch.complaints if "404 (Not Found)" not in text]


def test_the_panel_when_read_leads_to_the_json_the_page_and_the_citation(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server, permissions=["clipboard-read", "clipboard-write"]).open(f"?event={TOWER_22}")
    link = shown.page.locator("#panel .receipt a").first.get_attribute("href") or ""
    answer = shown.page.request.get(link)

    assert answer.json()["data"]["id"] == TOWER_22
    shown.page.locator("#panel .cite").get_by_role("button", name="copy").click()
    expect(shown.page.locator("#panel .cite").get_by_role("button", name="Copied")).to_be_visible()
    assert f"/events/{TOWER_22}" in shown.page.evaluate("navigator.clipboard.readText()")


def test_an_event_when_unknown_says_so_in_the_panel(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?event=nothing-of-the-kind")

    expect(shown.page.locator("#panel-title")).not_to_be_empty()
    assert "nothing-of-the-kind" in shown.text("#panel-body")
    assert shown.text("#matching") == "17 events"
    shown.watch.complaints = [text for text in shown.watch.complaints if "404 (Not Found)" not in text]


def test_a_name_from_right_to_left_when_shown_keeps_its_direction(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?event=made-up-arabic")

    for selector in ("#panel-title", "[data-row=made-up-arabic] th a"):
        name = shown.page.locator(selector)
        assert name.inner_text() == ARABIC
        assert name.evaluate("element => getComputedStyle(element).direction") == "rtl"
