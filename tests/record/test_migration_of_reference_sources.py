"""The step that notes which sources places and actors cite: what was published before it is found by them as well."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from app.models import ReferenceSource
from seed.database import make_write_engine, migrate
from seed.publish.packing import TEXTS_TO_LEARN_FROM
from tests.api.serving import publish_facts
from tests.postgres_cluster import Database
from tests.record.conftest import settings_of
from tests.seed.test_published_columns import load_ucdp


def noted(connection: Connection) -> list[tuple[Any, ...]]:
    table = ReferenceSource
    return [tuple(row) for row in connection.execute(select(table.source, table.document).order_by(*table.__table__.c))]


def test_the_step_when_documents_are_there_already_then_it_notes_what_publishing_would(
    database: Database, tmp_path: Path
) -> None:
    settings = settings_of(database)
    migrate(settings)
    publish_facts(database)
    engine = make_write_engine(database.write_url)
    try:
        with engine.begin() as connection:
            # Enough for places to be packed with a dictionary.
            places = [{"id": n, "where_coordinates": f"Town {n}"} for n in range(TEXTS_TO_LEARN_FROM + 1)]
            load_ucdp(connection, "24.1", *places)
        with engine.connect() as connection:
            before = noted(connection)
        migrate(settings, "0004")
        migrate(settings)
        with engine.connect() as connection:
            after = noted(connection)
            dictionaries = connection.scalar(
                text("SELECT count(*) FROM compression_dictionary WHERE sort = 'location'")
            )
    finally:
        engine.dispose()

    assert after == before
    assert dictionaries == 1
    sources = {source for source, _ in after}
    assert {"conversation-2024-02-03-us-raids", "geonames", "ucdp-ged-24.1"} <= sources
    assert sum(source == "ucdp-ged-24.1" for source, _ in after) > TEXTS_TO_LEARN_FROM
