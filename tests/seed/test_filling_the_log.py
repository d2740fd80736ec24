"""A database of an earlier schema: its migration logs what publishing would have logged, and sums as it does."""

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import Engine

from app.models import Change, Release
from app.settings import Settings
from seed.database import make_write_engine, migrate
from seed.importers.facts import read_facts
from tests.postgres_cluster import Database
from tests.seed.dataset_files import real_ucdp_file
from tests.seed.loading import IRAQ, changed, load_and_publish, without
from tests.seed.test_dataset_loads import load_by


def logged(connection: Connection) -> tuple[list[Any], list[Any]]:
    """The whole log, but the digest after a thing was first created; and what each release counts and sums."""
    rows = connection.execute(select(Change.__table__).order_by(Change.release, Change.type, Change.id)).all()
    releases = connection.execute(select(Release.number, Release.changes, Release.contents).order_by(Release.number))
    return [tuple(row) for row in rows], [
        (number, {path: changes[path] for path in ("events", "actors", "locations", "sources")}, contents)
        for number, changes, contents in releases
    ]


def publish_four_releases(engine: Engine) -> None:
    facts = read_facts()
    corrected = changed(facts, "events", IRAQ, summary="Told otherwise.")
    for some in (facts, corrected, without(corrected, "events", "hamas-assault-in-israel"), facts):
        with engine.begin() as connection:
            load_and_publish(connection, some)


def test_migration_fills_the_log_as_publishing_writes_it(database: Database) -> None:
    settings = Settings(database_url=database.read_url, database_write_url=database.write_url)
    migrate(settings)
    engine = make_write_engine(database.write_url)
    publish_four_releases(engine)
    load_by(database, [real_ucdp_file("hdx-ukr-191-201/ukraine_ged191.csv")], in_two=False)
    load_by(database, [real_ucdp_file("hdx-ukr-191-201/ukraine_ged201.csv")], in_two=False)
    with engine.connect() as connection:
        written = logged(connection)
    engine.dispose()

    migrate(settings, "0004")
    migrate(settings)

    engine = make_write_engine(database.write_url)
    with engine.connect() as connection:
        filled = logged(connection)
    engine.dispose()
    assert len(written[1]) == 6
    assert filled == written
