"""/ogc: the abstract tests of OGC API – Features, Part 1, for the classes that are claimed; rows by a plain oracle."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from starlette.testclient import TestClient

from app.main import create_app
from app.params.features import Span, span_of
from seed.importers.facts import read_facts
from tests.api.oracle import is_in_window
from tests.api.places_and_words import BOXES, lies_there
from tests.api.serving import (
    Api,
    change_text,
    copy_of_facts,
    migrate_database,
    publish_facts,
    serving,
    settings_of,
)
from tests.api.test_places_and_words import events, places
from tests.postgres_cluster import Database
from tests.seed.loading import load_and_publish, migrated

ITEMS = "/ogc/collections/events/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
AXES = ("longitude", "latitude")
SAID = ("/ogc", "/ogc/", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/events")
WINDOWS = {
    "2024-02-02T00:00:00Z": ("2024-02-02", "2024-02-02"),
    "2024-02-02": ("2024-02-02", "2024-02-02"),
    "2024-02-02T": ("2024-02-02", "2024-02-02"),
    "2024-02-02T23:30:00-05:00": ("2024-02-03", "2024-02-03"),
    "2024-03-05T23:59:60.5z": ("2024-03-05", "2024-03-05"),
    "2024-01-01T00:00:00Z/2024-02-01T00:00:00Z": ("2024-01-01", "2024-02-01"),
    "../2024-01-28": (None, "2024-01-28"),
    "/2024-01-28": (None, "2024-01-28"),
    "2024-02-03/..": ("2024-02-03", None),
    "2024-02-03T12:00:00+14:00/": ("2024-02-02", None),
    "1900-01-01/1900-12-31": ("1900-01-01", "1900-12-31"),
}


def got(api: Api, address: str, media_type: str = "application/geo+json") -> dict[str, Any]:
    answer = api.client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.text}"
    assert answer.headers["content-type"] == media_type
    return cast(dict[str, Any], answer.json())


def linked(document: dict[str, Any], rel: str) -> list[str]:
    return [each["href"] for each in document["links"] if each["rel"] == rel]


def path_of(href: str) -> str:
    assert href.startswith("http://testserver/")
    return href.removeprefix("http://testserver")


def ids(page: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in page["features"]]


def walk(api: Api, address: str) -> Iterator[dict[str, Any]]:
    following = [address]
    while following:
        page = got(api, following[0])
        yield page
        following = [path_of(href) for href in linked(page, "next")]
        assert len(following) <= 1


def test_a_client_when_it_follows_links_alone_then_it_comes_from_the_landing_page_to_every_resource(api: Api) -> None:
    landing = got(api, "/ogc", "application/json")
    assert got(api, "/ogc/", "application/json") == landing
    (described,), (conformance,), (data,) = (linked(landing, rel) for rel in ("service-desc", "conformance", "data"))
    openapi_type = "application/vnd.oai.openapi+json;version=3.0"
    assert got(api, path_of(described), openapi_type)["openapi"] == "3.0.3"
    assert api.client.get(path_of(linked(landing, "service-doc")[0])).status_code == 200
    assert got(api, path_of(conformance), "application/json") == {
        "conformsTo": [
            f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
        ]
    }
    (collection,) = got(api, path_of(data), "application/json")["collections"]
    assert got(api, path_of(linked(collection, "self")[0]), "application/json") == collection
    page = got(api, path_of(linked(collection, "items")[0]))
    assert linked(page, "collection") == linked(collection, "self")
    assert all(api.client.get(path_of(each)).status_code == 200 for each in linked(page, "alternate"))
    for document in (landing, page, collection):
        assert all(set(each) == {"href", "rel", "type", "title"} for each in document["links"])
    assert api.json("/")["links"]["ogc_features"] == "/ogc"


def held_to_its_events(api: Api) -> dict[str, Any]:
    """The collection, whose extent is that of all events, point by point and day by day."""
    (collection,) = got(api, "/ogc/collections", "application/json")["collections"]
    rows = api.rows("/events?limit=1000")
    expected: dict[str, Any] = {}
    spots = [place for row in rows for place in row["locations"] if place["latitude"] is not None]
    if spots:
        corners = [least_or_most(spot[name] for spot in spots) for least_or_most in (min, max) for name in AXES]
        expected["spatial"] = {"bbox": [corners], "crs": CRS84}
    if days := [row[name] for row in rows for name in ("date_start", "date_end") if row[name]]:
        gregorian = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
        interval = [f"{min(days)}T00:00:00Z", f"{max(days)}T23:59:59Z"]
        expected["temporal"] = {"interval": [interval], "trs": gregorian}
    assert collection["extent"] == expected
    return dict(collection)


def test_the_collection_when_read_then_its_extent_is_that_of_all_events(fuller_api: Api) -> None:
    collection = held_to_its_events(fuller_api)
    assert (collection["id"], collection["itemType"], collection["crs"]) == ("events", "feature", [CRS84])


def test_the_extent_when_releases_change_what_is_where_and_when_then_it_is_the_newest_ones(database: Database) -> None:
    engine, facts = migrated(database), read_facts()
    facts = facts.model_copy(update={"locations": (*facts.locations, *places())})
    with serving(database) as api:
        for seed in range(8):
            with engine.begin() as connection:
                load_and_publish(connection, facts.model_copy(update={"events": tuple(events(seed)[seed * 7 :])}))
            held_to_its_events(api)
    engine.dispose()


def test_a_page_when_read_then_its_features_are_those_of_geojson_and_its_counts_are_right(fuller_api: Api) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    page = got(fuller_api, f"{ITEMS}?limit=3&country=iraq")
    plain = got(fuller_api, "/events?limit=3&country=iraq&format=geojson")
    assert page["features"] == plain["features"]
    assert (page["numberMatched"], page["numberReturned"]) == (plain["meta"]["total"], 3)
    assert before <= datetime.fromisoformat(page["timeStamp"]) <= datetime.now(UTC)
    assert page["meta"]["release"] == 1
    assert page["meta"]["cite_as"].endswith(f"http://testserver{ITEMS}?country=IQ&limit=3&release=1")
    assert "numberMatched" not in got(fuller_api, f"{ITEMS}?total=false")
    one = got(fuller_api, f"{ITEMS}/{page['features'][0]['id']}")
    assert {name: one[name] for name in ("type", "id", "geometry", "properties")} == page["features"][0]
    assert linked(one, "collection") == linked(page, "collection")
    assert got(fuller_api, path_of(linked(one, "self")[0])) == one


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_a_walk_when_it_follows_next_then_each_event_comes_once_and_the_last_page_has_no_next(
    fuller_api: Api, limit: int
) -> None:
    pages = list(walk(fuller_api, f"{ITEMS}?limit={limit}"))
    assert [each for page in pages for each in ids(page)] == fuller_api.ids("/events?limit=1000")
    assert {page["numberMatched"] for page in pages} == {sum(page["numberReturned"] for page in pages)}


def test_a_walk_when_a_release_comes_meanwhile_then_it_stays_in_its_own(database: Database, tmp_path: Any) -> None:
    migrate_database(database)
    publish_facts(database)
    with serving(database) as api:
        everything = api.ids("/events?limit=1000")
        pages = walk(api, f"{ITEMS}?limit=4")
        first = next(pages)
        facts = copy_of_facts(tmp_path)
        change_text(
            facts / "events" / "attacks-on-us-forces.yaml",
            "title: Drone attack on Tower 22, Jordan, 28 January 2024",
            "title: Attack on Tower 22",
        )
        publish_facts(database, facts)
        rest = list(pages)
        assert got(api, f"{ITEMS}?limit=1")["meta"]["release"] == 2
        assert [page["meta"]["release"] for page in (first, *rest)] == [1] * (1 + len(rest))
        assert [each for page in (first, *rest) for each in ids(page)] == everything
        titles = {feature["properties"]["title"] for page in (first, *rest) for feature in page["features"]}
        assert "Drone attack on Tower 22, Jordan, 28 January 2024" in titles


def has_a_point(event: dict[str, Any]) -> bool:
    return any(place["latitude"] is not None for place in event["locations"])


@pytest.mark.parametrize("box", BOXES)
def test_bbox_when_given_then_what_has_a_point_in_it_or_none_at_all_is_there(fuller_api: Api, box: str) -> None:
    everything = fuller_api.rows("/events?limit=1000")
    there = [
        event["id"]
        for event in everything
        if not has_a_point(event) or any(lies_there(place, {"bbox": box}) for place in event["locations"])
    ]
    assert set(there) >= {event["id"] for event in everything if not has_a_point(event)} > set()
    west, south, east, north = box.split(",")
    for asked in (box, f"{west},{south},-10.5,{east},{north},9000", f"{box}&bbox-crs={CRS84}"):
        page = got(fuller_api, f"{ITEMS}?bbox={asked}")
        assert (ids(page), page["numberMatched"]) == (there, len(there))
        assert linked(page, "alternate") == [], "in no other format does a box find what has no point"
        assert any("match every bbox" in warning for warning in page["meta"]["warnings"])


@pytest.mark.parametrize("more", ["country=iraq", "precision=admin1", "q=attack", "datetime=2024-02-02", "near=33,43"])
def test_bbox_when_asked_with_more_then_all_of_it_is_met(fuller_api: Api, more: str) -> None:
    box = "38,32,44,37"
    wanted = more.replace("datetime=2024-02-02", "date_from=2024-02-02&date_to=2024-02-02")
    if more.startswith("near"):
        more = wanted = f"{more}&radius_km=200"
    in_time = fuller_api.ids(f"/events?limit=1000&{wanted}")
    undated = more.startswith("datetime")
    with_more = [
        event
        for event in fuller_api.rows("/events?limit=1000")
        if event["id"] in in_time or (undated and event["date_start"] is event["date_end"] is None)
    ]
    placed = fuller_api.ids(f"/events?limit=1000&bbox={box}" if undated else f"/events?limit=1000&bbox={box}&{wanted}")
    there = [
        event["id"]
        for event in with_more
        if (not has_a_point(event) and not more.startswith("near")) or event["id"] in placed
    ]
    assert there
    for size in (1, 1000):
        pages = list(walk(fuller_api, f"{ITEMS}?bbox={box}&{more}&limit={size}"))
        assert [each for page in pages for each in ids(page)] == there
        assert pages[0]["numberMatched"] == len(there)


@pytest.mark.parametrize(("asked", "window"), WINDOWS.items())
def test_datetime_when_given_then_what_meets_it_or_has_no_date_is_there(
    fuller_api: Api, asked: str, window: tuple[str | None, str | None]
) -> None:
    bounds = dict(zip(("date_from", "date_to"), window, strict=True))
    query = {name: date.fromisoformat(day) for name, day in bounds.items() if day}
    everything = fuller_api.rows("/events?limit=1000")
    expected = [
        event["id"] for event in everything if is_in_window(event, {**query, "date_mode": "overlap_or_undated"})
    ]
    undated = [event["id"] for event in everything if event["date_start"] is event["date_end"] is None]
    assert set(expected) >= set(undated) > set()
    spelt = {"datetime": asked, "date_mode": "overlap_or_undated"}
    assert ids(fuller_api.client.get(ITEMS, params=spelt).json()) == expected
    strict = fuller_api.client.get(ITEMS, params={"datetime": asked, "date_mode": "overlap"}).json()
    assert ids(strict) == [event["id"] for event in everything if is_in_window(event, query)]
    assert ids(got(fuller_api, path_of(linked(strict, "self")[0]))) == ids(strict)
    answer = fuller_api.client.get(ITEMS, params={"datetime": asked})
    assert answer.status_code == 200, answer.text
    assert (ids(answer.json()), answer.json()["numberMatched"]) == (expected, len(expected))
    again = got(fuller_api, path_of(linked(answer.json(), "self")[0]))
    assert (ids(again), again["links"]) == (expected, answer.json()["links"])


@given(instant=st.datetimes(datetime(2, 1, 1), datetime(9999, 1, 1)), minutes=st.integers(-1439, 1439))  # noqa: DTZ001
def test_an_instant_when_read_then_its_day_is_that_of_utc(instant: datetime, minutes: int) -> None:
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    written = instant.replace(microsecond=0).isoformat()
    day = datetime.fromisoformat(f"{written}{offset}").astimezone(UTC).date()
    assert span_of(f"{written}{offset}") == span_of(f"{day}/{day}") == Span(day, day)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("bbox=1,2,3", "bbox"), ("bbox=1,2,3,4,5", "bbox"), ("bbox=0,0,9,1,1,2", "bbox"),
        ("bbox=0,0,0,181,1,1", "bbox"), ("bbox=5,5,6,4", "bbox"), ("bbox=a,b,c,d", "bbox"),
        ("bbox=1,2,3,4&bbox=1,2,3,4", "bbox"),
        ("bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326", "bbox-crs"), ("bbox_crs=x", "bbox_crs"),
        ("datetime=yesterday", "datetime"), ("datetime=../..", "datetime"), ("datetime=2024-02-30", "datetime"),
        ("datetime=2024-02-02T24:00:00Z", "datetime"), ("datetime=2024-02-02T00:00:00", "datetime"),
        ("datetime=2024-02-03/2024-02-02", "datetime"), ("datetime=2024/2024/2024", "datetime"),
        ("datetime=0001-01-01T00:00:00%2B10:00", "datetime"), ("datetime=2024-02-02/..&date_to=2024", "date_to"),
        ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=all", "limit"), ("limit=", "limit"),
        ("format=csv", "format"),
        ("country=iraqi", "country"), ("actor=nobody", "actor"), ("f=json", "f"), ("release=9", "release"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_when_given_then_it_is_400_and_named(fuller_api: Api, query: str, parameter: str) -> None:
    assert parameter in fuller_api.faults(f"{ITEMS}?{query}")


@pytest.mark.parametrize("path", [*SAID, f"{ITEMS}/2024-01-28-tower-22-drone-attack"])
def test_an_unknown_parameter_when_given_anywhere_then_it_is_400(fuller_api: Api, path: str) -> None:
    assert list(fuller_api.faults(f"{path}?county=iraq")) == ["county"]


def test_a_limit_when_larger_than_the_largest_then_it_is_taken_as_that(fuller_api: Api) -> None:
    for limit in ("1001", "0001001", "9" * 40):
        page = got(fuller_api, f"{ITEMS}?limit={limit}")
        assert linked(page, "self") == [f"http://testserver{ITEMS}?limit=1000"]


def test_filters_of_the_api_when_given_then_they_find_what_they_find_on_events(fuller_api: Api) -> None:
    for query in ("country=iraq&disputed=false", "q=mayadeen", "killed_min=3&sort=-killed", "level=operation"):
        assert ids(got(fuller_api, f"{ITEMS}?{query}")) == fuller_api.ids(f"/events?{query}")
    both = got(fuller_api, f"{ITEMS}?datetime=2024-02-02&date_mode=within&fields=title")
    assert ids(both) == fuller_api.ids("/events?date_from=2024-02-02&date_to=2024-02-02&date_mode=within")
    assert {tuple(feature["properties"]) for feature in both["features"]} == {("title",)}


def test_a_thing_that_is_not_there_when_asked_for_then_it_is_404(fuller_api: Api) -> None:
    for path in ("/ogc/collections/no-such", f"{ITEMS}/no-such", "/ogc/collections/no-such/items", f"{ITEMS}/%00"):
        fuller_api.problem(path, 404)


@pytest.mark.parametrize("path", [*SAID, ITEMS, f"{ITEMS}/2024-01-28-tower-22-drone-attack"])
def test_an_answer_when_known_then_it_is_304_and_another_host_has_another(fuller_api: Api, path: str) -> None:
    answer = fuller_api.client.get(path)
    again = fuller_api.client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert fuller_api.client.head(path).headers["content-length"] == answer.headers["content-length"]
    assert "Host" in answer.headers["vary"]
    elsewhere = fuller_api.client.get(
        path, headers={"host": "elsewhere.example", "if-none-match": answer.headers["etag"]}
    )
    if path != "/ogc/conformance":
        assert elsewhere.status_code == 200
        assert "http://testserver" not in elsewhere.text
        assert "http://elsewhere.example/ogc" in elsewhere.text


def test_public_url_when_set_then_every_address_begins_with_it(fuller_api: Api) -> None:
    settings = settings_of(fuller_api.database).model_copy(update={"public_url": "https://data.example.org/api"})
    with TestClient(create_app(settings)) as client:
        for path in ("/ogc", "/ogc/api", "/ogc/collections", f"{ITEMS}?limit=1"):
            for _ in range(2):
                text = client.get(path).text
                assert "testserver" not in text
                assert "https://data.example.org/api/ogc" in text


def test_the_description_when_checked_then_it_is_valid_and_true_of_the_answers(fuller_api: Api) -> None:
    described = fuller_api.client.get("/ogc/api").json()
    assert list(OpenAPIV30SpecValidator(described).iter_errors()) == []
    assert described["servers"] == [{"url": "http://testserver/ogc"}]
    for path, methods in described["paths"].items():
        (media_type, content), *_ = methods["get"]["responses"]["200"]["content"].items()
        event = fuller_api.ids("/events?limit=1")[0]
        answer = got(fuller_api, f"/ogc{path.replace('{id}', event)}", media_type)
        schema = json.loads(json.dumps(content["schema"] | {"components": described["components"]}))
        schema["components"]["schemas"]["Feature"]["properties"]["geometry"] = {"type": ["object", "null"]}
        assert list(Draft202012Validator(schema).iter_errors(answer)) == []
    parameters = {each["name"]: each for each in described["paths"]["/collections/events/items"]["get"]["parameters"]}
    limit, box = parameters["limit"], parameters["bbox"]
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    assert (box["style"], box["explode"], box["schema"]["items"]) == ("form", False, {"type": "number"})
    assert [each["minItems"] for each in box["schema"]["oneOf"]] == [4, 6]
    assert (box["schema"]["minItems"], box["schema"]["maxItems"]) == (4, 6)
    # As the standard defines these three.
    for each in (limit, box, parameters["datetime"]):
        assert (each["in"], each["required"], each["style"], each["explode"]) == ("query", False, "form", False)
    assert all(parameters[name]["explode"] for name in ("country", "actor", "fields")), "these may be repeated"
    assert described["security"] == []
    assert (parameters["datetime"]["schema"], "format" in parameters) == ({"type": "string"}, False)
    assert {"bbox-crs", "country", "cursor", "release"} <= set(parameters)
    of_events = fuller_api.json("/openapi.json")["paths"]["/events"]["get"]["parameters"]
    assert set(parameters) == {each["name"] for each in of_events} - {"format"} | {"bbox-crs", "datetime"}
