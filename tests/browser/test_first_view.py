"""What is seen first, and what it costs."""

import gzip

from app.web.demo.built import STATIC
from tests.browser.conftest import MANY, Visiting

SCRIPT_BUDGET = 250_000


def test_the_page_when_opened_says_what_it_rests_on_and_shows_the_newest_first(
    visit: Visiting, facts_server: str
) -> None:
    shown = visit(facts_server).open()

    assert "17 events and 10 casualty claims, resting on 1 source." in shown.text("#standfirst")
    assert "Release 3" in shown.text("#release-line")
    assert shown.text("#matching") == "17 events"
    assert shown.titles()[0] == "هجوم على قاعدة في الأنبار"
    assert shown.page.locator("#map .spot").count() >= 6
    assert shown.page.locator("#timeline svg").count() == 2
    assert "This release rests on one article" in shown.text("#coverage")


def test_the_article_alone_when_pinned_shows_known_unknown_and_open_figures_apart(
    visit: Visiting, facts_server: str
) -> None:
    shown = visit(facts_server).open("?release=1")

    cells = dict(zip(shown.titles(), shown.page.locator("#table td[data-label=Killed]").all_inner_texts(), strict=True))
    assert cells["U.S. strikes in Iraq, 2 February 2024"] == "16"
    assert cells["U.S. airstrikes in Syria, 2 February 2024"] == "at least 18"
    assert cells["U.S.-led invasion of Iraq, 2003"] == "unknown"
    assert "0" not in cells.values()
    unknown = shown.page.locator("#table td[data-label=Killed] .unknown").first
    assert "repeating-linear-gradient" in unknown.evaluate("element => getComputedStyle(element).backgroundImage")
    assert "37 or more killed, in the 3 events that state a number" in shown.text("#figures")


def test_events_without_a_point_when_the_map_is_drawn_are_named_beside_it(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1")

    beside = shown.page.locator("#unplaced li").all_inner_texts()
    assert len(beside) == 5
    assert "Drone attack on Tower 22, Jordan, 28 January 2024" in beside


def test_vague_places_when_drawn_are_dashed_and_say_so(visit: Visiting, facts_server: str) -> None:
    shown = visit(facts_server).open("?release=1")

    words = set(shown.page.locator("#map .word").all_text_contents())
    assert {"Iraq: country only", "Syria: country only", "Anbar: province", "Deir-ez-Zor: province"} <= words
    assert shown.page.locator("#map .symbol.vague").count() == 5
    assert shown.page.locator("#map .symbol.ring").count() == 1, "Al-Mayadeen, a town"
    assert shown.page.locator("#map .symbol.dot").count() == 0, "nothing here is placed exactly"


def test_many_events_when_opened_are_added_up_by_the_server(visit: Visiting, many_server: str) -> None:
    shown = visit(many_server).open()

    assert shown.text("#matching") == f"{MANY + 11:,} events"
    assert shown.page.locator("#map .cell").count() > 5
    assert any("group_by=cell" in request for request in shown.watch.requests)
    of_events = [request for request in shown.watch.requests if "/events" in request]
    assert of_events
    assert not any("limit=all" in request or "limit=1000" in request for request in of_events)
    assert len(shown.titles()) == 25


def test_several_source_families_when_shown_stand_apart_and_the_page_says_why(
    visit: Visiting, many_server: str
) -> None:
    shown = visit(many_server).open()

    assert shown.page.locator("#figures .sum").count() == 2
    assert shown.page.locator("#timeline figure").count() == 2
    assert "would count people twice" in shown.text("#apart")
    assert "UCDP GED alone" in shown.text("#map-note")
    shown.page.locator("#figures").get_by_role("link", name="only these").first.click()
    shown.settle()
    assert shown.query == "?source=ucdp-ged"
    assert shown.page.locator("#figures .sum").count() == 1


def test_land_when_it_reaches_over_the_antimeridian_is_not_drawn_across_the_map(
    visit: Visiting, many_server: str
) -> None:
    shown = visit(many_server).open()

    widths = shown.page.locator("#map .land").evaluate_all("paths => paths.map(path => path.getBBox().width)")
    assert max(widths) < 0.6 * 944, "Russia would be a band as wide as the map"


def test_cells_when_looked_at_closely_become_events(visit: Visiting, many_server: str) -> None:
    shown = visit(many_server, reduced_motion="reduce").open("?source=ucdp-ged")

    for _ in range(5):
        shown.page.locator("#map .cell").first.click(force=True)
        shown.settle()
        if shown.page.locator("#map .spot").count():
            break
    assert shown.page.locator("#map .spot").count() > 0
    assert "bbox=" in shown.text("#map-receipt code")


def test_the_first_view_when_it_fills_does_not_jump(visit: Visiting, facts_server: str) -> None:
    opened = visit(facts_server)
    opened.page.add_init_script(
        "window.jumps = []; new PerformanceObserver(list => window.jumps.push(...list.getEntries().map(entry =>"
        " ({value: entry.value, of: entry.sources.map(source => source.node?.id || source.node?.className || '')}))))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    opened.open()

    jumps = opened.page.evaluate("window.jumps")
    assert sum(jump["value"] for jump in jumps) < 0.02, jumps


def test_the_script_when_compressed_is_within_its_budget() -> None:
    scripts = [gzip.compress(file.read_bytes(), 9) for file in STATIC.glob("*.js")]

    assert scripts
    assert sum(map(len, scripts)) < SCRIPT_BUDGET
