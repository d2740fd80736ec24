"""Bibliographies of sources and events, as a reference manager gets them."""

import orjson
import pytest
import rispy
from pybtex.database import parse_string

from tests.api.facts import IRAQ_STRIKES
from tests.api.serving import Api

ARTICLE = "conversation-2024-02-03-us-raids"
MEDIA_TYPES = {
    "bibtex": "application/x-bibtex",
    "csl-json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
}
ADDRESSES = ("/sources", f"/sources/{ARTICLE}", "/events", f"/events/{IRAQ_STRIKES}")


def keys_of(body: str, format_: str) -> list[str]:
    if format_ == "bibtex":
        return list(parse_string(body, "bibtex").entries)
    if format_ == "ris":
        return [entry["id"] for entry in rispy.loads(body.replace("\r\n", "\n"))]
    return [item["id"] for item in orjson.loads(body)]


@pytest.mark.parametrize("format_", MEDIA_TYPES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_bibliography_when_asked_for_by_name_or_accept_then_it_is_the_same(
    api: Api, address: str, format_: str
) -> None:
    named = api.client.get(f"{address}?format={format_}")
    accepted = api.client.get(address, headers={"accept": MEDIA_TYPES[format_]})
    assert named.status_code == 200, named.text
    assert named.headers["content-type"].partition(";")[0] == MEDIA_TYPES[format_]
    assert named.content == accepted.content
    assert named.headers["data-release"] == "1"
    assert "attachment" in named.headers["content-disposition"]


@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_sources_when_written_then_each_is_there_by_its_id(api: Api, format_: str) -> None:
    body = api.client.get(f"/sources?format={format_}").text
    assert keys_of(body, format_) == api.ids("/sources")


@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_events_when_written_then_each_is_there_and_every_source_that_they_cite_once(api: Api, format_: str) -> None:
    keys = keys_of(api.client.get(f"/events?format={format_}").text, format_)
    events = api.rows("/events")
    cited = {note["source"]["id"] for event in events for note in event["citations"]}
    assert len(keys) == len(set(keys))
    assert set(keys) == cited | {f"event-{event['id']}" for event in events}
    # The order is the list's; a source stands after the first event that cites it.
    assert [key for key in keys if key.startswith("event-")] == [f"event-{event['id']}" for event in events]
    assert keys[1] == ARTICLE


def test_an_event_when_written_then_its_sources_have_all_that_is_known_of_them(api: Api) -> None:
    of_the_event = {item["id"]: item for item in orjson.loads(csl_of(api, f"/events/{IRAQ_STRIKES}"))}
    (alone,) = orjson.loads(csl_of(api, f"/sources/{ARTICLE}"))
    assert of_the_event[ARTICLE] == alone
    assert alone["author"] == [{"literal": "Sara Harmouch"}, {"literal": "Nakissa Jahanbani"}]
    event = api.json(f"/events/{IRAQ_STRIKES}")
    assert of_the_event[f"event-{IRAQ_STRIKES}"] | {"issued": None} == {
        "id": f"event-{IRAQ_STRIKES}",
        "type": "dataset",
        "title": event["data"]["title"],
        "publisher": "Conflict Events API",
        "issued": None,
        "version": "release 1",
        "annote": event["data"]["cite_as"],
    }


def csl_of(api: Api, address: str) -> bytes:
    return bytes(api.client.get(f"{address}?format=csl-json").content)


def test_a_bibliography_when_it_is_pinned_then_it_is_the_releases(api: Api) -> None:
    assert csl_of(api, "/sources") == bytes(api.client.get("/sources?format=csl-json&release=1").content)


def test_a_bibliography_when_nothing_matches_then_it_is_empty(api: Api) -> None:
    assert api.client.get("/events?killed_min=99999&format=ris").content == b""
    assert csl_of(api, "/sources/x") != b"[]"
    assert api.client.get("/events?killed_min=99999&format=csl-json").content == b"[]"


@pytest.mark.parametrize("path", ["/actors", "/locations", "/casualty-claims", "/releases"])
def test_a_bibliography_when_the_resource_has_none_then_the_refusal_names_what_there_is(api: Api, path: str) -> None:
    (fault,) = api.problem(f"{path}?format=bibtex", 400)["errors"]
    assert (fault["parameter"], "bibtex" in fault["detail"].partition("not one of")[2]) == ("format", False)


def test_fields_when_asked_of_a_bibliography_then_they_are_refused(api: Api) -> None:
    (fault,) = api.problem("/events?format=bibtex&fields=id", 400)["errors"]
    assert (fault["parameter"], fault["detail"]) == ("fields", "has no effect: bibtex gives whole references")
    assert "limit" in api.faults("/events?format=ris&limit=all")
