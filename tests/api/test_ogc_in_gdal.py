"""GDAL's client of OGC API – Features against a real server: what a person with QGIS or ogr2ogr does."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.api.made_up import add_made_up_events
from tests.api.oracle import is_in_window
from tests.api.places_and_words import lies_there
from tests.api.running import running
from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.conftest import KINDS, DatabaseFactory


@pytest.fixture(scope="module")
def _gdal() -> None:
    """Skips with a reason where it is missing; CI installs it."""
    if shutil.which("ogr2ogr") is not None:
        return
    reason = "there is no GDAL on this machine (Debian, Ubuntu: apt-get install gdal-bin)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module", params=KINDS)
def served(
    request: pytest.FixtureRequest,
    _gdal: None,
    make_database: DatabaseFactory,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What GDAL opens, and the events that are behind it."""
    database = make_database(request.param)
    facts = copy_of_facts(tmp_path_factory.mktemp("gdal"))
    add_made_up_events(facts)
    migrate_database(database)
    publish_facts(database, facts)
    with serving(database) as api:
        events = rows_of(api)
    with running(database) as port:
        yield f"OAPIF:http://127.0.0.1:{port}/ogc", events


def rows_of(api: Api) -> list[dict[str, Any]]:
    return api.rows("/events?limit=1000")


def gdal(*arguments: str) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=60)
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def taken(source: str, folder: Path, *options: str) -> list[str]:
    """The ids of all features that GDAL copies, through as many pages as there are."""
    target = folder / "copied.geojson"
    gdal("ogr2ogr", "-f", "GeoJSON", str(target), source, "events", *options)
    return [feature["properties"]["id"] for feature in json.loads(target.read_text(encoding="utf-8"))["features"]]


def test_gdal_when_it_opens_the_service_then_it_lists_the_collection_with_its_count(served: Any) -> None:
    source, events = served
    assert "events (title: Conflict events)" in gdal("ogrinfo", "-ro", source)
    told = gdal("ogrinfo", "-ro", "-so", source, "events")
    assert f"Feature Count: {len(events)}" in told
    points = [place for event in events for place in event["locations"] if place["latitude"] is not None]
    west, east = (choose(place["longitude"] for place in points) for choose in (min, max))
    south, north = (choose(place["latitude"] for place in points) for choose in (min, max))
    assert f"Extent: ({west:f}, {south:f}) - ({east:f}, {north:f})" in told


@pytest.mark.parametrize("page_size", ["1", "3", "1000"])
def test_gdal_when_it_copies_all_then_each_event_comes_once(served: Any, page_size: str, tmp_path: Path) -> None:
    source, events = served
    copied = taken(source, tmp_path, "-oo", f"PAGE_SIZE={page_size}")
    assert copied == [event["id"] for event in events]


def test_gdal_when_it_asks_for_a_box_then_it_gets_what_has_a_point_there(served: Any, tmp_path: Path) -> None:
    source, events = served
    wanted = [
        event["id"]
        for event in events
        if any(lies_there(place, {"bbox": "40,33,41,36"}) for place in event["locations"])
    ]
    assert 0 < len(wanted) < len(events)
    assert taken(source, tmp_path, "-spat", "40", "33", "41", "36", "-oo", "PAGE_SIZE=1") == wanted


def test_gdal_when_it_asks_for_days_then_it_gets_what_meets_them(served: Any, tmp_path: Path) -> None:
    source, events = served
    where = "date_start >= '2024/02/02' AND date_start <= '2024/02/03'"
    # As the standard wants it, what has no date is among them.
    window = {"date_from": date(2024, 2, 2), "date_to": date(2024, 2, 3), "date_mode": "overlap_or_undated"}
    wanted = [event["id"] for event in events if is_in_window(event, window)]
    assert 0 < len(wanted) < len(events)
    assert taken(source, tmp_path, "-where", where) == wanted


def test_gdal_when_it_filters_by_attributes_and_a_box_then_it_walks_all_pages_for_them(
    served: Any, tmp_path: Path
) -> None:
    source, events = served
    box = {"bbox": "38,29,47,37"}
    wanted = [
        event["id"]
        for event in events
        if (event["casualties"]["killed"] or {}).get("low") is not None
        and event["casualties"]["killed"]["low"] > 2
        and any(lies_there(place, box) for place in event["locations"])
    ]
    assert 0 < len(wanted) < len(events)
    where = ("-where", "killed_low > 2", "-spat", "38", "29", "47", "37")
    assert taken(source, tmp_path, *where, "-oo", "PAGE_SIZE=2") == wanted
    told = gdal("ogrinfo", "-ro", "-al", "-so", source, *where)
    assert f"Feature Count: {len(wanted)}" in told
    undated = taken(source, tmp_path, "-where", "date_start IS NULL")
    assert undated == [event["id"] for event in events if event["date_start"] is None]
