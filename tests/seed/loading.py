"""Makes facts, changes them as an editor would, loads them, and looks at what is then in the database."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, ScalarSelect, Table, select, text

from app.models import FOREVER, Base, Citation, FurtherCitation
from app.queries.bodies import unpack
from app.settings import Settings
from seed.__main__ import main
from seed.database import lock_for_writing, make_write_engine, migrate
from seed.loader import Loaded, load
from seed.neutral_facts import ActorFact, EventFact, Facts
from seed.publish import Published, publish
from tests.postgres_cluster import Database

Rows = dict[str, list[tuple[Any, ...]]]
ARTICLE = "conversation-2024-02-03-us-raids"
OPERATION = "2024-02-02-us-strikes-iraq-syria"
IRAQ = "2024-02-02-us-strikes-iraq"
SYRIA = "2024-02-02-us-strikes-syria"
TOWER_22 = "2024-01-28-tower-22-drone-attack"
CITATIONS = [{"source": ARTICLE, "locator": "Introduction, paragraph 1", "quote": "Feb. 2, 2024"}]


def an_event(event_id: str, **changes: Any) -> EventFact:
    row = {"id": event_id, "title": "An event", "date_precision": "unknown", "citations": CITATIONS}
    return EventFact.model_validate(row | changes)


def an_actor(actor_id: str, **changes: Any) -> ActorFact:
    row = {"id": actor_id, "name": actor_id, "kind": "armed_group", "citations": CITATIONS}
    return ActorFact.model_validate(row | changes)


def a_claim(claim_id: str, **changes: Any) -> dict[str, Any]:
    victims = {"scope": "group", "description": "civilians", "status": "civilian"}
    count = {"wording": "16", "qualifier": "exact", "value": 16, "reporting": "own_voice"}
    return {"id": claim_id, "outcome": "killed", "victims": victims, "citations": CITATIONS, **count, **changes}


def migrated(database: Database) -> Engine:
    """The loader's engine on the database, which now has the schema. The caller disposes of it."""
    migrate(Settings(database_url=database.read_url, database_write_url=database.write_url))
    return make_write_engine(database.write_url)


def load_and_publish(connection: Connection, facts: Facts, origin: str = "facts") -> tuple[Loaded, Published | None]:
    """What `python -m seed` does with facts that were read, up to the commit and what that would check."""
    with connection.begin_nested():
        lock_for_writing(connection)
        done = load(connection, facts, origin), publish(connection)
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        else:
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    return done


def changed(facts: Facts, kind: str, row_id: str, **changes: Any) -> Facts:
    """The facts with one row of a kind changed, and validated again."""
    rows = tuple(
        type(row).model_validate(row.model_dump() | changes) if row.id == row_id else row
        for row in getattr(facts, kind)
    )
    return facts.model_copy(update={kind: rows})


def without(facts: Facts, kind: str, *row_ids: str) -> Facts:
    """The facts without some rows of a kind."""
    return facts.model_copy(update={kind: tuple(row for row in getattr(facts, kind) if row.id not in row_ids)})


def added(facts: Facts, **rows: Iterable[Any]) -> Facts:
    """The facts with more rows."""
    return facts.model_copy(update={kind: (*getattr(facts, kind), *more) for kind, more in rows.items()})


def fact(facts: Facts, kind: str, row_id: str) -> Any:
    """One row of the facts."""
    return next(row for row in getattr(facts, kind) if row.id == row_id)


def dump(connection: Connection) -> Rows:
    """Every row of every table, in an order of its own."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(_all_of(connection, table))), key=repr)
        for table in Base.metadata.sorted_tables
    }


def _all_of(connection: Connection, table: Table) -> Any:
    """SQLite's index of texts has no rows to read, only what it keeps of them."""
    if connection.dialect.name == "sqlite" and table.name == "event_text":
        return text("SELECT id, hex(block) FROM event_text_data")
    return select(table)


def dump_of(engine: Engine) -> Rows:
    """Every row of every table, as it is committed."""
    with engine.connect() as connection:
        rows = dump(connection)
        connection.rollback()
    return rows


@dataclass(frozen=True, slots=True)
class Document:
    """A published document and the releases that it holds for."""

    number: int
    valid_from: int
    valid_until: int
    body: bytes

    @property
    def but_for_the_release(self) -> bytes:
        """The text without the numbers of the release that it began with, in the last member."""
        return re.sub(rb"(, release |\?release=)\d+", rb"\1", self.body)

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.body)
        return value


def documents(connection: Connection, release: int | None = None) -> Mapping[tuple[str, str], Document]:
    """The documents of a release by (resource, id); of the newest, where none is given."""
    held: dict[tuple[str, str], Document] = {}
    event, reference, body = (table_named(name) for name in ("event_document", "reference_document", "event_body"))
    of_events = select(event, body.c.dictionary, body.c.body).join(body, body.c.document == event.c.number)
    for table, query in ((event, of_events), (reference, select(reference))):
        at = table.c.valid_until == FOREVER
        if release is not None:
            at = (table.c.valid_from <= release) & (table.c.valid_until > release)
        for row in connection.execute(query.where(at)).mappings().all():
            text = unpack(connection, row["dictionary"], row["body"])
            document = Document(row["number"], row["valid_from"], row["valid_until"], text)
            held[row.get("resource", "event"), row["id"]] = document
    return held


def table_named(name: str) -> Table:
    return Base.metadata.tables[name]


def changed_documents(connection: Connection, before: int, after: int) -> dict[str, set[tuple[str, str]]]:
    """What differs between two releases; a document that stays has kept its row and its bytes."""
    old, new = documents(connection, before), documents(connection, after)
    return {
        "created": set(new) - set(old),
        "withdrawn": set(old) - set(new),
        "updated": {thing for thing in set(old) & set(new) if old[thing].number != new[thing].number},
    }


def number_of(kind: str, thing_id: str) -> ScalarSelect[int]:
    """A thing's number, for a condition on rows that point at it."""
    table = Base.metadata.tables[kind]
    return select(table.c.number).where(table.c.id == thing_id).scalar_subquery()


def orphan_citations(connection: Connection) -> list[int]:
    """Citations that support no row."""
    used = [select(FurtherCitation.citation_number)]
    tables = [table for table in Base.metadata.sorted_tables if "citation_number" in table.c]
    used += [select(table.c.citation_number) for table in tables]
    return list(connection.scalars(select(Citation.number).where(*(Citation.number.not_in(query) for query in used))))


def command(monkeypatch: pytest.MonkeyPatch, url: str, *arguments: str) -> int:
    """The command within this process, which is quicker."""
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.delenv("DATABASE_WRITE_URL", raising=False)
    return main(arguments)
