"""What pages show: every number and every receipt of the JSON, unknown as a word, and texts as nothing but texts."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats.answers import Shape
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.columns.events import EVENTS
from app.schemas.releases import Coverage
from app.web.pages.addresses import to_open
from app.web.pages.prose import inline, prose
from app.web.pages.ranges import Scale
from app.web.pages.representation import HTML, MOST_ROWS
from app.web.pages.words import day, figure, when
from tests.api.html_pages import BROWSER, Page, entries, faults_of, numbers_in, numbers_of, text_of
from tests.api.made_up import CITED, NOBODY, add_made_up_events, claim, event
from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.conftest import DatabaseFactory

RESOURCES = ("/events", "/casualty-claims", "/locations", "/actors", "/sources", "/countries", "/releases")
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' onclick=alert(3) {{ 7*7 }} &amp; \u202e"
META = ListMeta(
    1, datetime(2024, 2, 5, tzinfo=UTC), 1, 1, {}, "-date", "cite", Coverage(sources=1, note="One article."), []
)


def page_of(api: Api, address: str) -> Page:
    answer = api.client.get(address, headers={"accept": BROWSER})
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def shown(documents: list[dict[str, Any]], path: str = "/events", table: Any = EVENTS, **links: Any) -> Page:
    links = {"self": path, "next": None, "permalink": f"{path}?release=1", **links}
    body = HTML.write_list([orjson.dumps(each) for each in documents], META, ListLinks(**links), Shape(table))
    return Page(body.decode())


@pytest.mark.parametrize("path", RESOURCES)
def test_each_entry_of_a_page_when_compared_with_its_row_then_every_number_and_receipt_is_there(
    fuller_api: Api, path: str
) -> None:
    rows = fuller_api.rows(f"{path}?limit=1000")
    page = page_of(fuller_api, f"{path}?limit=1000")
    articles = entries(page)
    assert len(articles) == len(rows) > 0
    for row, article in zip(rows, articles, strict=True):
        assert _missing(row, article) == []


@pytest.mark.parametrize("path", RESOURCES)
def test_the_page_of_a_thing_when_compared_with_its_document_then_every_number_and_receipt_is_there(
    fuller_api: Api, path: str
) -> None:
    for row in fuller_api.rows(f"{path}?limit=1000")[:4]:
        (article,) = entries(page_of(fuller_api, row["links"]["self"]))
        assert _missing(row, article) == []


def _missing(row: dict[str, Any], article: Any) -> list[str]:
    """What of a document an article does not say."""
    text, numbers = text_of(article), numbers_in(text_of(article))
    links = [each.get("href") for each in article.iter()]
    missing = [number for number in numbers_of(row) if number not in numbers]
    for citation in row.get("citations", []):
        said = [citation["quote"], citation["locator"], citation["source"]["title"], citation["source"]["publisher"]]
        missing += [each for each in said if each and " ".join(each.split()) not in text]
        opened = [citation["source"]["url"], citation["text_fragment_url"]]
        missing += [each for each in opened if each and each not in links]
    return missing


@pytest.mark.parametrize("address", ["/stats?group_by=country,year", "/stats?group_by=claimant"])
def test_statistics_when_compared_with_their_rows_then_every_number_stands_in_its_row(
    fuller_api: Api, address: str
) -> None:
    rows = fuller_api.rows(address)
    first, *full = page_of(fuller_api, address).all("table")
    assert len(full) == 5
    tables = [[text_of(line) for line in table.iter() if str(line.tag).endswith("}tr")][1:] for table in (first, *full)]
    assert [len(lines) for lines in tables] == [len(rows)] * 6
    for number, row in enumerate(rows):
        said = set().union(*(numbers_in(lines[number]) for lines in tables))
        assert set(numbers_of(row)) - said == set()


def test_statistics_when_they_are_many_then_the_first_are_shown_and_the_page_says_so(fuller_api: Api) -> None:
    rows = fuller_api.rows("/stats?group_by=country,week")
    assert len(rows) > MOST_ROWS
    source = page_of(fuller_api, "/stats?group_by=country,week").source
    first, *full = source.split("<table")[1:]
    assert [table.count("<tr>") for table in (first, *full)] == [MOST_ROWS + 1] * 6
    assert f"The other {len(rows) - MOST_ROWS:,} are in the files below".replace(",", "") in source.replace(",", "")


def test_the_codebook_when_read_then_every_name_and_meaning_is_there(api: Api) -> None:
    text = page_of(api, "/codebook").text
    book = api.json("/codebook")["data"]
    for part, name in (("fields", "path"), ("parameters", "name"), ("columns", "name"), ("mappings", "column")):
        assert [each[name] for each in book[part] if each[name] not in text] == []
    plain = text.replace("`", "")
    for each in (*book["fields"], *book["parameters"], *book["mappings"]):
        assert " ".join(each["meaning"].replace("`", "").replace("*", "").split()) in plain.replace("*", "")


def test_the_methodology_when_read_then_every_section_and_row_of_a_table_is_there(api: Api) -> None:
    page = page_of(api, "/methodology")
    method = api.json("/methodology")["data"]
    ids = {each.get("id") for each in page.root.iter()}
    assert {section["id"] for section in method["sections"]} <= ids
    assert len(page.all("table")) == sum(len(section["tables"]) for section in method["sections"])
    assert not any(mark in page.text for mark in ("**", "](", "| --- |"))


def test_changes_when_read_then_old_and_new_stand_side_by_side(api: Api) -> None:
    rows = api.rows("/changes?since=0")
    for row, article in zip(rows, entries(page_of(api, "/changes?since=0")), strict=True):
        assert {row["id"], row["change"], row["title"] or row["id"]} <= {
            part for each in article.iter() if (part := text_of(each))
        }


def test_an_event_without_a_claim_when_read_then_its_dead_are_unknown_and_never_0(fuller_api: Api) -> None:
    rows = fuller_api.rows("/events?limit=1000")
    for row, article in zip(rows, entries(page_of(fuller_api, "/events?limit=1000")), strict=True):
        (killed,) = (each for each in article.iter() if each.get("class") == "killed")
        figures = row["casualties"]["killed"]
        is_known = figures is not None and any(figures[name] is not None for name in ("low", "best", "high"))
        assert (any(each.get("class") == "unknown" for each in killed.iter())) is not is_known
        if not is_known:
            assert "0" not in numbers_in(text_of(killed))
        assert any(each.get("class") == "disputed" for each in killed.iter()) is bool(figures and figures["disputed"])


def test_an_event_in_which_nobody_was_killed_when_read_then_it_says_0_and_not_unknown(fuller_api: Api) -> None:
    (killed,) = page_of(fuller_api, f"/events/{NOBODY}").of_class("killed")
    assert text_of(killed).startswith("Killed 0 no one was killed")


def test_who_says_so_when_read_then_a_party_is_named_as_one_and_a_denial_as_one(api: Api) -> None:
    iraq = page_of(api, "/events/2024-02-02-us-strikes-iraq").text
    assert "16 according to Popular Mobilization Forces, a party to the event" in iraq
    syria = page_of(api, "/events/2024-02-02-us-strikes-syria").text
    assert "at least 18 reportedly; the source names nobody" in syria
    (denial,) = page_of(api, "/events/2024-01-28-tower-22-drone-attack").of_class("denial")
    assert text_of(denial).startswith("Iran denies")


def test_footnotes_when_followed_then_they_lead_to_the_quote_and_back(fuller_api: Api) -> None:
    page = page_of(fuller_api, "/events?limit=1000")
    assert faults_of(page) == []
    notes = [each for each in page.root.iter() if each.get("value") and str(each.tag).endswith("}li")]
    for note in notes:
        assert any("back" in each.get("class", "") for each in note.iter()), text_of(note)


def test_a_page_when_it_has_no_rows_then_it_says_what_that_means(api: Api) -> None:
    page = page_of(api, "/events?q=zzzz")
    assert entries(page) == []
    assert "0 events match" in page.text
    assert "says nothing of what happened" in page.text


def test_fields_when_picked_then_they_alone_are_shown(api: Api) -> None:
    page = page_of(api, "/events?fields=id,date_start&limit=2")
    rows = api.rows("/events?fields=id,date_start&limit=2")
    assert [text_of(each) for each in entries(page)] == [
        f"id {row['id']} date start {row['date_start']}" for row in rows
    ]


# Texts of others


def _texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, (*path, name))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _texts(member, (*path, number))
    elif isinstance(value, str):
        yield path


# Members whose values are of closed lists or days: the database refuses any other.
CLOSED = frozenset(
    {"kind", "role", "attribution", "precision", "date_precision", "date_start", "date_end", "qualifier", "reporting",
     "outcome", "status", "sex", "age_group", "scope", "standing", "cause", "event_type", "sub_event_type",
     "type_of_violence", "basis", "rule", "published_on", "published_at", "measure", "review_status", "claimed_on",
     "retrieved_on", "first_date", "last_date", "change", "type", "reason", "since", "until", "iso2"}
)  # fmt: skip


def _set(document: Any, path: tuple[Any, ...], text: str) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = text


@pytest.mark.parametrize("path", RESOURCES)
def test_every_text_when_it_is_hostile_then_it_is_a_text_and_nothing_else(fuller_api: Api, path: str) -> None:
    rows = fuller_api.rows(f"{path}?limit=2")
    for row in rows:
        open_texts = [each for each in _texts(row) if not CLOSED & {step for step in each if isinstance(step, str)}]
        # Footnotes are found by their ids, which are ours.
        open_texts = [each for each in open_texts if "citations" not in each[:-1] or each[-1] not in (0, 1, "id")]
        assert open_texts
        for text in (HOSTILE, "javascript:alert(1)", "//evil.test/x"):
            hostile = copy.deepcopy(row)
            for each in open_texts:
                _set(hostile, each, text)
            for page in (_as_list(fuller_api, hostile, path), _as_item(hostile, path)):
                assert [fault for fault in faults_of(page) if "stands" not in fault and "nowhere" not in fault] == []
                for link in page.links:
                    assert link.startswith(("./", "../", "#"))
                    assert "//evil" not in link.split("?")[0][:8]


def _table(path: str) -> Any:
    from app.web.routers.self_description import TABLES  # noqa: PLC0415

    return next(table for table in TABLES if table.name == path.strip("/").replace("-", "_") or table.name == path[1:])


def _as_list(_: Api, row: dict[str, Any], path: str) -> Page:
    return shown([row], path, _table(path))


def _as_item(row: dict[str, Any], path: str) -> Page:
    links = ItemLinks(f"{path}/some", f"{path}/some?release=1")
    meta = ItemMeta(1, datetime(2024, 2, 5, tzinfo=UTC), "cite")
    return Page(HTML.write_item(orjson.dumps(row), meta, links, Shape(_table(path))).decode())


@pytest.mark.parametrize(
    ("link", "opens"),
    [
        ("https://example.org/a?b=c#:~:text=d%20e", True),
        ("http://example.org", True),
        ("HTTPS://EXAMPLE.ORG/", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" https://example.org", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("//example.org", False),
        ("/events", False),
        ("https:example.org", False),
        ("http://[", False),
        ("file:///etc/passwd", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_when_it_is_of_the_web_then_it_opens_and_else_it_is_text(link: str | None, opens: bool) -> None:
    assert (to_open(link) is not None) is opens


@pytest.fixture(scope="module")
def hostile_api(make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The article's facts, with a made-up event beside them whose every text would be markup, and Arabic."""
    facts = copy_of_facts(tmp_path_factory.mktemp("hostile"))
    add_made_up_events(facts)
    cited = [{**CITED[0], "locator": HOSTILE[:60], "quote": "<b>x</b> & <script>alert(1)</script>"}]
    events = [
        event(
            "made-up-hostile",
            9,
            title=HOSTILE[:100],
            summary=HOSTILE,
            date_wording="<i>Feb.</i>",
            citations=cited,
            casualty_claims=[
                claim("made-up-hostile", 3, "exact", "<b>three</b>", victims={"scope": "all", "description": HOSTILE})
            ],
        ),
        event("made-up-arabic", 10, title="غارات على دير الزور، ١٠ آذار ٢٠٢٤", summary="غارات (دير الزور) 2024"),
    ]
    text = json.dumps({"events": events}, default=str, ensure_ascii=False)
    Path(facts / "events" / "hostile.yaml").write_text(text, encoding="utf-8")
    database = make_database("sqlite")
    migrate_database(database)
    publish_facts(database, facts)
    with serving(database) as served:
        yield served


def test_a_hostile_fact_when_published_then_pages_show_it_letter_for_letter(hostile_api: Api) -> None:
    for address in ("/events?limit=1000", "/events/made-up-hostile", "/casualty-claims/made-up-hostile.killed"):
        page = page_of(hostile_api, address)
        assert faults_of(page) == []
        assert "<b>three</b>" in page.text
        assert page.all("b") == page.all("i") == page.all("script") == page.all("img") == []
    assert "{{ 7*7 }}" in page_of(hostile_api, "/events/made-up-hostile").text


def test_an_arabic_title_when_shown_then_it_takes_its_own_direction(hostile_api: Api) -> None:
    page = page_of(hostile_api, "/events/made-up-arabic")
    (title,) = page.all("h1")
    assert (text_of(title), title.get("dir")) == ("غارات على دير الزور، ١٠ آذار ٢٠٢٤", "auto")
    assert hostile_api.client.get("/events?q=دير", headers={"accept": BROWSER}).status_code == 200


def test_a_query_when_it_is_hostile_then_forms_chips_and_commands_show_it_as_text(api: Api) -> None:
    answer = api.client.get("/events", params={"q": "'\"><script>alert(1)</script>"}, headers={"accept": BROWSER})
    page = Page(answer.text)
    assert faults_of(page) == []
    assert "<script>" in page.text
    (words,) = (each for each in page.all("input") if each.get("name") == "q")
    assert words.get("value") == "'\"><script>alert(1)</script>"


def test_a_thousand_rows_when_shown_then_each_is_an_entry_and_no_two_share_an_id(fuller_api: Api) -> None:
    rows = fuller_api.rows("/events?limit=1000")
    source = shown([rows[number % len(rows)] for number in range(1000)]).source
    ids = re.findall(r' id="([^"]+)"', source)
    assert source.count('<article class="entry">') == source.count("</article>") == 1000
    assert len(ids) == len(set(ids)) > 5000
    assert set(re.findall(r'href="#([^"]+)"', source)) <= set(ids)


def test_a_member_that_is_new_when_shown_then_it_is_there_by_its_name(fuller_api: Api) -> None:
    for path in RESOURCES:
        (row,) = fuller_api.rows(f"{path}?limit=1")
        for page in (_as_list(fuller_api, {**row, "new_member": {"inner": [12345]}}, path), _as_item(row, path)):
            assert faults_of(page) == []
        assert "new member inner 12,345" in shown([{**row, "new_member": {"inner": [12345]}}], path, _table(path)).text


# Words


@pytest.mark.parametrize(
    ("low", "best", "high", "words"),
    [
        (16, 16, 16, "16"),
        (18, None, None, "at least 18"),
        (None, None, 40, "at most 40"),
        (16, None, 30, "16 to 30"),
        (3, 5, 9, "5 (from 3 to 9)"),
        (5, 5, None, "5"),
        (3, 5, None, "5 (at least 3)"),
        (None, 5, None, "5"),
        (None, None, None, "unknown"),
        (0, 0, 0, "0"),
        (0, None, None, "at least 0"),
        (12000, 12000, 12000, "12,000"),
    ],
)
def test_a_figure_when_said_in_words_then_a_bound_is_no_number(
    low: int | None, best: int | None, high: int | None, words: str
) -> None:
    assert figure({"low": low, "best": best, "high": high}) == words


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=3, max_size=3))
def test_a_figure_when_nothing_is_known_then_it_is_unknown_and_else_it_names_what_is(numbers: list[int | None]) -> None:
    low, best, high = numbers
    words = figure({"low": low, "best": best, "high": high})
    assert (words == "unknown") is (low is best is high is None)
    assert numbers_in(words) <= {str(each) for each in numbers if each is not None}


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2024-02-02", "2024-02-02", "2 February 2024"),
        ("2024-02-02", "2024-02-04", "2–4 February 2024"),
        ("2024-01-30", "2024-02-04", "30 January – 4 February 2024"),
        ("2023-12-30", "2024-01-02", "30 December 2023 – 2 January 2024"),
        ("2024-02-02", None, "from 2 February 2024 on; last day unknown"),
        (None, "2024-02-02", "until 2 February 2024; first day unknown"),
        (None, None, None),
    ],
)
def test_a_date_when_said_in_words_then_what_is_unknown_is_said(
    first: str | None, last: str | None, words: str | None
) -> None:
    assert when({"date_start": first, "date_end": last}) == words


@pytest.mark.parametrize(
    ("text", "words"), [("2020", "2020"), ("2020-03", "March 2020"), ("x", "x"), ("2020-99", "2020-99")]
)
def test_a_day_when_it_is_less_or_none_then_it_is_not_made_up(text: str, words: str) -> None:
    assert day(text) == words


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_prose_when_it_is_any_text_then_it_is_valid_and_makes_no_markup_of_it(text: str) -> None:
    for write in (prose, inline):
        assert "<script" not in str(write(f"<script>{text}"))
        Page(f"<!doctype html><title>x</title><div>{write(text.replace(chr(0), ''))}</div>")


def test_marks_on_a_scale_when_drawn_then_a_bound_is_open_and_nothing_is_hatched() -> None:
    scale = Scale.of([{"low": 16, "value": 16, "high": 16}, {"low": 18, "value": 18, "high": None}])
    draw: Callable[..., str] = lambda low, value, high: str(scale.draw({"low": low, "value": value, "high": high}))  # noqa: E731
    assert draw(18, 18, None).count('class="open"') == 1
    assert draw(16, 16, 16).count('class="dot"') == 1
    assert "hollow" in draw(None, 30, None)
    assert "nothing" in draw(None, None, None)
    assert "nothing" not in draw(0, 0, 0)
    assert scale.at(16) < scale.at(18)
