"""Feeds of changes, read by a public reader of feeds."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]
import pytest
from starlette.testclient import TestClient

from app.formats.feeds import Entry, Feed, write_atom
from app.main import create_app
from tests.api.facts import ASSAULT, IRAQ_STRIKES
from tests.api.serving import (
    Api,
    copy_of_facts,
    date_release,
    migrate_database,
    publish_facts,
    serving,
    settings_of,
)
from tests.api.test_releases import change_facts
from tests.conftest import KINDS, DatabaseFactory

ATOM, JSON_FEED = "/feeds/changes.atom", "/feeds/changes.json"


@pytest.fixture(scope="module", params=KINDS)
def two(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Two releases: facts, and a summary corrected, an event withdrawn, one added."""
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    date_release(database, 1, datetime(2024, 2, 5, 10, tzinfo=UTC))
    facts = copy_of_facts(tmp_path_factory.mktemp("feeds"))
    change_facts(facts)
    publish_facts(database, facts)
    date_release(database, 2, datetime(2024, 2, 7, 9, tzinfo=UTC))
    with serving(database) as api:
        yield api


def test_reader_of_feeds_finds_the_changes_the_newest_first(two: Api) -> None:
    answer = two.client.get(f"{ATOM}?type=event")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = feedparser.parse(answer.content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    newest = {entry.title for entry in feed.entries[:3]}
    assert newest > {"Withdrawn: Hamas assault in Israel", "Updated: U.S. strikes in Iraq, 2 February 2024"}
    assert len(feed.entries) == 3 + 11
    assert feed.feed.updated == "2024-02-07T09:00:00+00:00"
    assert {entry.updated for entry in feed.entries[:3]} == {"2024-02-07T09:00:00+00:00"}
    assert {entry.updated for entry in feed.entries[3:]} == {"2024-02-05T10:00:00+00:00"}


def test_links_are_absolute_and_lead_to_the_state_that_is_told(two: Api) -> None:
    feed = feedparser.parse(two.client.get(f"{ATOM}?type=event").content)
    links = {entry.title.partition(":")[0]: entry.link for entry in feed.entries[:3]}
    assert links["Withdrawn"] == f"http://testserver/events/{ASSAULT}?release=1"
    assert links["Updated"] == f"http://testserver/events/{IRAQ_STRIKES}?release=2"
    for entry in feed.entries:
        assert two.client.get(entry.link.removeprefix("http://testserver")).status_code == 200
    assert feed.feed.links[0].href == f"http://testserver{ATOM}?type=event"


def test_ids_are_urns_that_stay_and_differ_between_databases(two: Api, api: Api) -> None:
    first = feedparser.parse(two.client.get(f"{ATOM}?release=1").content)
    both = feedparser.parse(two.client.get(ATOM).content)
    ids = [entry.id for entry in both.entries]
    assert {entry.id for entry in first.entries} < set(ids)
    assert len(ids) == len(set(ids))
    assert all(uuid.UUID(each.removeprefix("urn:uuid:")) for each in [both.feed.id, *ids])
    assert first.feed.id == both.feed.id
    other = feedparser.parse(api.client.get(ATOM).content)
    assert other.feed.id != both.feed.id
    assert not {entry.id for entry in other.entries} & set(ids)


def test_json_feed_has_the_same_entries(two: Api) -> None:
    answer = two.client.get(f"{JSON_FEED}?country=iraq&type=event")
    assert answer.headers["content-type"] == "application/feed+json"
    document = answer.json()
    feed = feedparser.parse(two.client.get(f"{ATOM}?country=iraq&type=event").content)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == f"http://testserver{JSON_FEED}?country=IQ&type=event"
    assert document["home_page_url"] == "http://testserver/"
    assert [(item["id"], item["url"], item["title"], item["content_text"]) for item in document["items"]] == [
        (entry.id, entry.link, entry.title, entry.content[0].value) for entry in feed.entries
    ]
    updated = document["items"][0]
    assert updated["tags"] == ["event", "updated", "recoding"]
    assert updated["content_text"].startswith(f"Release 2, event {IRAQ_STRIKES}: recoding.\nsummary: The Iraqi part")
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", item["date_modified"]) for item in document["items"]
    )


def test_country_and_change_choose_the_entries(two: Api) -> None:
    titles = [item["title"] for item in two.client.get(f"{JSON_FEED}?country=israel&type=event").json()["items"]]
    assert titles == ["Withdrawn: Hamas assault in Israel", "New: Hamas assault in Israel"]
    withdrawn = two.client.get(f"{JSON_FEED}?change=withdrawn&type=event").json()["items"]
    assert [item["title"] for item in withdrawn] == titles[:1]


@pytest.mark.parametrize("path", [ATOM, JSON_FEED])
def test_reader_that_has_it_gets_304(two: Api, path: str) -> None:
    first = two.client.get(path)
    assert first.headers["last-modified"] == "Wed, 07 Feb 2024 09:00:00 GMT"
    again = two.client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert two.client.get(f"{path}?type=event").headers["etag"] != first.headers["etag"]
    elsewhere = two.client.get(path, headers={"host": "other.example", "if-none-match": first.headers["etag"]})
    assert elsewhere.status_code == 200
    assert b"http://other.example/events/" in elsewhere.content
    assert b"other.example" not in two.client.get(path).content


def test_public_address_goes_before_the_one_that_was_asked(two: Api) -> None:
    settings = settings_of(two.database).model_copy(update={"public_url": "https://events.example.org/api"})
    with TestClient(create_app(settings)) as client:
        for _ in range(2):  # the second time as it was remembered
            document = client.get(JSON_FEED, headers={"host": "evil.example"}).json()
            assert document["feed_url"] == f"https://events.example.org/api{JSON_FEED}"
            assert all(item["url"].startswith("https://events.example.org/api/") for item in document["items"])


@pytest.mark.parametrize(
    ("query", "faults"),
    [("limit=3", ["limit"]), ("format=json", ["format"]), ("country=nowhere", ["country"]), ("release=9", ["release"])],
)
def test_fault_is_named(two: Api, query: str, faults: list[str]) -> None:
    assert list(two.faults(f"{ATOM}?{query}")) == faults


def test_format_of_a_feed_when_given_is_one_fault_and_no_other_format_is_proposed(two: Api) -> None:
    (fault,) = two.problem(f"{JSON_FEED}?format=csv", 400)["errors"]
    assert fault == {
        "parameter": "format",
        "detail": "has no effect on a feed: its address says what it is",
        "did_you_mean": [],
    }


def test_text_is_escaped_and_what_xml_cannot_say_is_replaced() -> None:
    title = 'A <b> & "c" ]]> \x00\x0b\ud800 ü'
    at = datetime(2024, 2, 5, tzinfo=UTC)
    entry = Entry("urn:uuid:1", title, title, "https://x.example/?a=1&b=<2>", at, ["a&b"])
    written = write_atom(Feed("urn:uuid:0", title, "x", "https://x.example/", "https://x.example/", at, [entry]))

    root = ElementTree.fromstring(written)  # noqa: S314

    space = "{http://www.w3.org/2005/Atom}"
    said = 'A <b> & "c" ]]> \ufffd\ufffd\ufffd ü'
    assert [element.text for element in root.iter(f"{space}title")] == [said, said]
    assert [element.get("href") for element in root.iter(f"{space}link")][-1] == entry.link
