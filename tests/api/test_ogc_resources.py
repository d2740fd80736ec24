"""/ogc, one abstract test of the standard after another: what test_ogc.py does not hold to its events."""

from typing import Any

import pytest

from tests.api.serving import Api
from tests.api.test_ogc import CRS84, ITEMS, got, linked, path_of

JSON, GEOJSON = "application/json", "application/geo+json"
EVENT = f"{ITEMS}/2024-01-28-tower-22-drone-attack"
MEDIA_TYPES = {
    "/ogc": JSON, "/ogc/conformance": JSON, "/ogc/collections": JSON, "/ogc/collections/events": JSON,
    ITEMS: GEOJSON, EVENT: GEOJSON, "/ogc/api": "application/vnd.oai.openapi+json;version=3.0",
}  # fmt: skip


def all_links(document: Any) -> list[dict[str, str]]:
    """The links of a document and of what it lists."""
    if isinstance(document, list):
        return [link for part in document for link in all_links(part)]
    if not isinstance(document, dict):
        return []
    inner = [link for name in ("collections", "features") for link in all_links(document.get(name, []))]
    return [*document.get("links", []), *inner]


@pytest.mark.parametrize(("path", "media_type"), MEDIA_TYPES.items())
def test_a_resource_when_got_then_it_is_of_its_media_type_and_every_link_names_relation_and_type(
    api: Api, path: str, media_type: str
) -> None:
    document = got(api, path, media_type)
    links = all_links(document)
    assert bool(links) is (path not in ("/ogc/conformance", "/ogc/api"))
    for link in links:
        assert link["rel"]
        assert link["type"]
        assert link["href"].startswith("http://testserver/")
    if path.startswith("/ogc/collections") or path == "/ogc":
        assert [path_of(href) for href in linked(document, "self")] == [path]


@pytest.mark.parametrize("path", MEDIA_TYPES)
def test_a_link_when_followed_then_it_gives_what_its_type_says(api: Api, path: str) -> None:
    for link in all_links(got(api, path, MEDIA_TYPES[path])):
        answer = api.client.get(path_of(link["href"]), headers={"accept": "*/*"})
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].partition(";")[0] == link["type"].partition(";")[0], link


def test_a_collection_when_got_by_itself_then_it_is_that_of_the_list(api: Api) -> None:
    (listed,) = got(api, "/ogc/collections", JSON)["collections"]
    itself = got(api, "/ogc/collections/events", JSON)
    assert itself == listed
    assert itself["extent"]["spatial"]["crs"] == CRS84
    ((west, south, east, north),) = itself["extent"]["spatial"]["bbox"]
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    ((first, last),) = itself["extent"]["temporal"]["interval"]
    assert first <= last


def test_features_when_listed_then_they_are_geojson_in_longitude_and_latitude(api: Api) -> None:
    page = got(api, f"{ITEMS}?limit=1000")
    assert (page["type"], "crs" in page) == ("FeatureCollection", False)
    rows = {row["id"]: row for row in api.rows("/events?limit=1000")}
    shapes = set()
    for feature in page["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) == {"type", "id", "geometry", "properties"}
        wanted = [
            [place["longitude"], place["latitude"]]
            for place in rows[feature["id"]]["locations"]
            if place["latitude"] is not None
        ]
        geometry = feature["geometry"]
        shapes.add(geometry and geometry["type"])
        points = [] if geometry is None else geometry["coordinates"]
        assert ([points] if geometry and geometry["type"] == "Point" else points) == wanted
    assert shapes == {"Point", "MultiPoint", None}


def test_numbers_when_a_page_is_not_the_last_then_they_say_how_many_match_and_how_many_are_here(api: Api) -> None:
    for query, matched in (("", 11), ("&country=iraq", 4), ("&country=iraq&date_from=2024", 2)):
        for limit in (1, 2, 100):
            page = got(api, f"{ITEMS}?limit={limit}{query.replace('2024', '2024&date_mode=overlap')}")
            assert page["numberMatched"] == matched
            assert page["numberReturned"] == len(page["features"]) == min(limit, matched)
            assert bool(linked(page, "next")) is (limit < matched)


def test_every_status_that_comes_when_compared_with_the_description_then_it_is_there(api: Api) -> None:
    described = got(api, "/ogc/api", MEDIA_TYPES["/ogc/api"])["paths"]
    asked = {
        "/": ["", "?x=1"],
        "/conformance": ["", "?x=1"],
        "/collections": ["", "?x=1"],
        "/collections/events": ["", "?x=1"],
        "/collections/events/items": ["", "?x=1", "?bbox=1,2", "?datetime=x", "?release=9", "?cursor=x"],
        "/collections/events/items/{id}": ["", "?x=1", "?release=9"],
    }
    assert described.keys() - {"/api"} == asked.keys()
    for path, queries in asked.items():
        for query in queries:
            answer = api.client.get(f"/ogc{path.replace('{id}', EVENT.rpartition('/')[2])}{query}")
            assert answer.status_code == (400 if query else 200)
            told = described[path]["get"]["responses"][str(answer.status_code)]["content"]
            assert answer.headers["content-type"] in told
    for path in ("/ogc/collections/events/items/no-such", "/ogc/collections/other", "/ogc/collections/other/items"):
        assert api.client.get(path).status_code == 404
    assert "404" in described["/collections/events/items/{id}"]["get"]["responses"]
    assert api.client.post("/ogc").status_code == 405


def test_the_description_when_read_then_every_operation_may_refuse_who_asks_too_much(api: Api) -> None:
    described = got(api, "/ogc/api", MEDIA_TYPES["/ogc/api"])
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    assert len(operations) == 7
    assert [operation["operationId"] for operation in operations if "429" not in operation["responses"]] == []
