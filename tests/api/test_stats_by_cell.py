"""/stats?group_by=cell: each event lies in the cells of its places, to the last bit of a degree at their borders."""

import csv
import io
import itertools
import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from app.params.stats import CELL_DEGREES
from app.schemas.stats import StatsAnswer
from seed.importers.facts import read_facts
from seed.neutral_facts import EventFact, LocationFact
from tests.api.made_up import claim
from tests.api.serving import Api, serving
from tests.api.stats_oracle import Everything, cell_of
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.loading import CITATIONS, added, an_event, load_and_publish, migrated

SIZES = tuple(f"{degrees:g}" for degrees in CELL_DEGREES)
BORDERS = (0.0, 0.5, 1.0, 2.0, 3.5, 5.0, 10.0, 35.0, 89.5, 90.0)
MERIDIANS = (*BORDERS, 95.0, 179.5, 180.0)
LEAST = math.ulp(0.0)


def around(borders: Sequence[float], last: float) -> list[float]:
    """Each border, north and south, and the numbers next to it on both sides."""
    signed = {sign * border for border in borders for sign in (-1, 1)}
    beside = {
        near for border in signed for near in (border, math.nextafter(border, 99e9), math.nextafter(border, -99e9))
    }
    return sorted(number for number in {*beside, LEAST, -LEAST} if -last <= number <= last)


POINTS = (
    *((latitude, 0.25) for latitude in around(BORDERS, 90)),
    *((-0.25, longitude) for longitude in around(MERIDIANS, 180)),
    (90.0, 180.0),
    (90.0, -180.0),
    (-90.0, 180.0),
    (-90.0, -180.0),
)


def at_the_borders() -> tuple[list[LocationFact], list[EventFact]]:
    """A place on each point, and an event at each place; a few at two places, or at one without a point."""
    places = [
        LocationFact.model_validate(
            {
                "id": f"point-{number:03}",
                "name": f"point {number}",
                "kind": "town",
                "country": "IQ" if number % 2 else "SY",
                "latitude": point[0] if point else None,
                "longitude": point[1] if point else None,
                "citations": CITATIONS,
            }
        )
        for number, point in enumerate((*POINTS, None))
    ]
    nowhere, ids = places[-1].id, [place.id for place in places[:-1]]
    where = [[each] for each in ids]
    where += [[first, second] for first, second in itertools.pairwise(ids)]
    where += [[ids[0], nowhere], [ids[1], nowhere], [ids[2], ids[3], nowhere], [nowhere], []]
    return places, [
        an_event(
            f"event-{number:03}",
            date_start=date(2024, 1 + number % 2, 1),
            date_end=date(2024, 1 + number % 2, 1),
            date_precision="day",
            locations=[{"location": place, "precision": "exact", "citations": CITATIONS} for place in there],
            casualty_claims=[claim(f"event-{number:03}", 2, "exact", "2")],
        )
        for number, there in enumerate(where)
    ]


@pytest.fixture(scope="module", params=KINDS)
def borders(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[tuple[Api, Everything]]:
    database = make_database(request.param)
    places, events = at_the_borders()
    facts = read_facts().model_copy(update={"events": ()})
    engine = migrated(database)
    with engine.begin() as connection:
        load_and_publish(connection, added(facts, locations=places, events=events))
    engine.dispose()
    with serving(database) as api:
        yield api, Everything(api.rows("/events?limit=1000"), {})


@pytest.mark.parametrize("degrees", SIZES)
@pytest.mark.parametrize("keys", [("cell",), ("country", "cell"), ("cell", "month")], ids=",".join)
def test_a_border_belongs_to_the_cell_north_or_east_of_it(
    borders: tuple[Api, Everything], degrees: str, keys: tuple[str, ...]
) -> None:
    api, everything = borders
    answer = api.json(f"/stats?group_by={','.join(keys)}&cell_degrees={degrees}")
    assert answer["data"] == everything.statistics([event["id"] for event in everything.events], keys, degrees)
    assert answer["meta"]["cell_degrees"] == float(degrees)
    StatsAnswer.model_validate(answer)


def test_corners_of_the_earth_lie_in_cells_of_it(borders: tuple[Api, Everything]) -> None:
    api, _ = borders
    for degrees in SIZES:
        half = float(degrees) / 2
        cells = {row["cell"] for row in api.rows(f"/stats?group_by=cell&cell_degrees={degrees}") if row["cell"]}
        middles = [tuple(map(float, cell.split(","))) for cell in cells]
        assert {max(lat for lat, _ in middles), -min(lat for lat, _ in middles)} == {90 - half}
        assert {max(lon for _, lon in middles), -min(lon for _, lon in middles)} == {180 - half}
    corner = cell_of({"latitude": 90.0, "longitude": 180.0}, "10")
    assert corner == "85,-175"
    assert corner in {row["cell"] for row in api.rows("/stats?group_by=cell&cell_degrees=10")}


def test_a_cells_middle_can_be_asked_for(borders: tuple[Api, Everything]) -> None:
    api, _ = borders
    for row in api.rows("/stats?group_by=cell&cell_degrees=5"):
        if row["cell"]:
            assert api.json(f"/events?near={row['cell']}&radius_km=600&limit=1")["meta"]["total"] > 0


def test_events_in_several_cells_are_counted_in_each_and_their_figures_in_none(
    borders: tuple[Api, Everything],
) -> None:
    api, everything = borders
    answer = api.json("/stats?group_by=cell")
    several = [event for event in everything.events if len({cell_of(p, "1") for p in event["locations"]} - {None}) > 1]
    assert several
    assert sum(row["events"] for row in answer["data"]) > answer["meta"]["events"]
    assert sum(row["killed"]["low"] or 0 for row in answer["data"]) == 2 * (len(everything.events) - len(several))
    assert any(warning.startswith("several groups") and "cell" in warning for warning in answer["meta"]["warnings"])
    nowhere = [row for row in answer["data"] if row["cell"] is None]
    assert [row["events"] for row in nowhere] == [2]
    assert answer["data"][-1] == nowhere[0]


def test_places_outside_of_the_box_count_where_their_event_matches(borders: tuple[Api, Everything]) -> None:
    api, everything = borders
    box = "bbox=0.2,0.4,0.3,0.9999999999999999"
    ids = api.ids(f"/events?{box}&limit=1000")
    rows = api.rows(f"/stats?group_by=cell&{box}")
    assert rows == everything.statistics(ids, ["cell"])
    assert {row["cell"] for row in rows} == {"0.5,0.5", "1.5,0.5"}


def test_tables_have_the_cell_first_as_text(borders: tuple[Api, Everything]) -> None:
    api, _ = borders
    address = "/stats?group_by=cell,month&cell_degrees=10"
    rows: list[dict[str, Any]] = api.rows(address)
    read = list(csv.DictReader(io.StringIO(api.client.get(f"{address}&format=csv").text)))
    assert list(read[0])[:3] == ["cell", "month", "source_family"]
    # A cell of the south begins with a minus, which a spreadsheet would take for a formula.
    assert [row["cell"].removeprefix("'") for row in read] == [row["cell"] or "" for row in rows]


def test_the_side_of_cells_is_one_of_a_few_and_needs_cells(borders: tuple[Api, Everything]) -> None:
    api, _ = borders
    for query in ("group_by=cell&cell_degrees=3", "group_by=cell&cell_degrees=x", "group_by=cell&cell_degrees=-1"):
        assert set(api.faults(f"/stats?{query}")) == {"cell_degrees"}
    for query in ("group_by=country&cell_degrees=1", "group_by=country,month&cell_degrees=5"):
        assert "group_by" in api.problem(f"/stats?{query}", 400)["errors"][0]["detail"]
    spelt = api.json("/stats?group_by=cell&cell_degrees=1.0")
    assert spelt["links"]["self"] == "/stats?group_by=cell"
    assert api.json("/stats?group_by=cell&cell_degrees=.5")["links"]["self"] == "/stats?cell_degrees=0.5&group_by=cell"
    assert spelt["meta"]["filters_applied"] == {}


def test_too_many_cells_are_refused_with_how_to_ask_for_fewer(
    borders: tuple[Api, Everything], monkeypatch: pytest.MonkeyPatch
) -> None:
    api, _ = borders
    monkeypatch.setattr("app.queries.stats_rows.MOST_ROWS", 5)
    assert "cell_degrees" in api.problem("/stats?group_by=cell,week", 400)["errors"][0]["detail"]
