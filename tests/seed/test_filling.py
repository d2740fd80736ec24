"""A database of the schema before has, once it is migrated, what publishing would have put there."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, bindparam, func, select

from app.folding import asked_words
from app.models import EventDocument, EventText, ReferenceDocument, Term, TermCount
from app.models.event_text import TextMatches, text_question
from app.settings import Settings
from seed.database import migrate
from seed.neutral_facts import Facts
from tests.postgres_cluster import Database
from tests.seed import test_published_columns as columns
from tests.seed.loading import load_and_publish, migrated

BEFORE = "0004"
QUESTIONS = ("strikes", "deir ez zor", "kataib hezbollah", "government", "sta*", "nothing like this")


@pytest.fixture
def engine(database: Database, facts: Facts) -> Iterator[Engine]:
    """Many releases of facts and of a dataset, committed."""
    engine = migrated(database)
    with engine.begin() as connection:
        load_and_publish(connection, facts)
        for _ in columns.load_much(connection, facts):
            pass
    yield engine
    engine.dispose()


def test_migrating_down_and_up_again_fills_in_what_publishing_did(engine: Engine, database: Database) -> None:
    settings = Settings(database_url=database.read_url, database_write_url=database.write_url)
    with engine.connect() as connection:
        before = _found(connection)
    assert before["texts"]["strikes"]
    assert before["references"]

    migrate(settings, BEFORE)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Term).where(Term.kind == "whereabouts")) == 0
    migrate(settings)

    with engine.connect() as connection:
        assert _found(connection) == before
        columns.test_columns_of_a_document_are_what_the_document_says(connection)
        columns.test_terms_of_a_document_are_what_the_document_says(connection)
        columns.test_spots_of_a_document_are_where_its_locations_are(connection)


def _found(connection: Connection) -> dict[str, Any]:
    """What is found by words and whereabouts, by names that do not depend on numbers of terms."""
    text, document, reference = EventText.__table__.c, EventDocument, ReferenceDocument
    matches = select(text.rowid).where(TextMatches(bindparam("words"))).order_by(text.rowid)
    counts = select(Term.kind, Term.value, Term.longest_days, TermCount.holding).outerjoin(
        TermCount, TermCount.term == Term.number
    )
    points = (reference.latitude, reference.longitude, reference.x, reference.y, reference.z, reference.words)
    return {
        "texts": {
            question: connection.scalars(
                matches, {"words": text_question(connection.dialect.name, asked_words(question))}
            ).all()
            for question in QUESTIONS
        },
        "counts": sorted(map(tuple, connection.execute(counts)), key=repr),
        "documents": connection.execute(
            select(document.number, document.precision, Term.value)
            .join(Term, Term.number == document.whereabouts)
            .order_by(document.number)
        ).all(),
        "references": connection.execute(select(reference.number, *points).order_by(reference.number)).all(),
    }
