"""What publishing keeps to add up, and that the migration which brought it makes the same of what was there before."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from seed.database import migrate
from seed.importers.facts import read_facts
from seed.publish.figures import OUTCOMES, as_summed, figure_of_claims, left_out_of
from tests.api.serving import serving, settings_of
from tests.api.test_stats import invented_events, invented_places, without_second
from tests.postgres_cluster import Database
from tests.seed.loading import Rows, added, dump_of, load_and_publish, migrated

TABLES = ("event_figures", "own_figure", "event_region", "event_actor")


@pytest.fixture
def published(database: Database) -> Iterator[Engine]:
    """Three releases of invented events, with parts of parts that come and go."""
    engine = migrated(database)
    for seed in range(3):
        with engine.begin() as connection:
            events = without_second(invented_events(seed))
            load_and_publish(connection, added(read_facts(), locations=invented_places(), events=events))
    yield engine
    engine.dispose()


def kept(rows: Rows) -> Rows:
    """What is added up, and months without their numbers, which say nothing."""
    return {table: rows[table] for table in TABLES} | {
        "month_figures": sorted((row[1:] for row in rows["month_figures"]), key=repr)
    }


def test_migration_makes_of_published_documents_what_publishing_makes(database: Database, published: Engine) -> None:
    before = kept(dump_of(published))
    assert all(before.values())
    settings = settings_of(database)
    migrate(settings, "0004")
    migrate(settings)
    assert kept(dump_of(published)) == before


def test_figures_that_are_derived_from_a_document_are_those_that_it_shows(
    database: Database, published: Engine
) -> None:
    figures = 0
    with serving(database) as api:
        for event in api.rows("/events?limit=1000"):
            for outcome in OUTCOMES:
                shown, derived = event["casualties"][outcome], figure_of_claims(event, outcome)
                if shown is not None:
                    figures += 1
                    assert {name: shown[name] for name in derived} == derived
    assert figures > 10


def test_parts_at_any_depth_leave_their_wholes_out() -> None:
    parts = {"a": ["b", "c"], "b": ["d"], "e": ["f"], "x": ["x"]}
    masks = {"a": 1, "b": 0, "c": 2, "d": 1, "e": 4, "f": 0, "x": 1}
    assert left_out_of(masks, parts) == {"a": 3, "b": 1, "e": 0, "x": 0}


@pytest.mark.parametrize(
    ("figure", "summed"),
    [
        ((18, None, None, 18, False), (18, 18, 1, None, 18, 0)),
        ((3, 5, 9, 9, False), (3, 5, 0, 9, 9, 0)),
        ((None, None, 40, 40, False), (None, None, 0, 40, 40, 0)),
        ((8, 8, 5, 8, False), (8, 8, 0, 5, 8, 0)),
        ((8, None, 5, 8, True), (8, 5, 1, 5, 8, 1)),
        ((0, 0, 0, 0, False), (0, 0, 0, 0, 0, 0)),
        ((None, None, None, None, False), (None, None, 0, None, None, 0)),
    ],
)
def test_figure_is_added_as_it_stands_and_its_best_as_lists_are_sorted(
    figure: tuple[int | None, int | None, int | None, int | None, bool], summed: tuple[int | None, ...]
) -> None:
    names = ("low", "best", "high", "highest_stated", "disputed")
    assert as_summed(dict(zip(names, figure, strict=True))) == summed
