"""Where a later release of a dataset repeats an event with equal facts: its document stays, and stands in that too."""

from array import array
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from app.models import FOREVER, EventDocument, EventTerm, Term
from seed.publish.event_rows import COLUMNS, PublishedBatch
from seed.statements import chunks_of, is_one_of
from seed.writing import write_rows


def read_source_terms(connection: Connection) -> set[int]:
    """The numbers of the terms of all sources and families of them."""
    return set(connection.scalars(select(Term.number).where(Term.kind == "source")))


def repeat_events(connection: Connection, release: int, ids: Sequence[str], source: int) -> tuple[int, int]:
    """Note that a release of a dataset, by its term, repeats these events, where that is not known yet.

    Gives how many it noted, and how many days the longest of them lasted.
    """
    document, term = EventDocument, EventTerm
    known = select(term.term).where(
        term.term == source,
        term.by_newest == document.by_newest,
        term.id == document.id,
        term.document == document.number,
    )
    columns = (
        document.by_newest,
        document.id,
        document.valid_until,
        document.number,
        document.last_day,
        document.by_most_killed,
        document.family,
        document.start_day,
    )
    rows, longest = [], 0
    for chunk in chunks_of(ids):
        holding = (is_one_of(document.id, chunk), document.valid_until == FOREVER, ~known.exists())
        for by_newest, event_id, *rest, start_day in connection.execute(select(*columns).where(*holding)):
            rows.append((source, by_newest, event_id, release, *rest))
            last_day = rest[2]
            if start_day is not None and last_day is not None:
                longest = max(longest, last_day - start_day)
    write_rows(connection, EventTerm, COLUMNS[EventTerm], rows)
    return len(rows), longest


def carry_repeats(connection: Connection, release: int, batch: PublishedBatch) -> None:
    """Documents that are told anew, though their facts are the same, stand where those before them stood."""
    sources = read_source_terms(connection)
    columns = COLUMNS[EventDocument]
    new = {row[columns.index("id")]: dict(zip(columns, row, strict=True)) for row in batch.rows[EventDocument]}
    rows: list[tuple[Any, ...]] = []
    for ended in batch.ended:
        of_it = (EventTerm.by_newest == ended.by_newest, EventTerm.id == ended.id, EventTerm.document == ended.number)
        stood_in = select(EventTerm.term).where(EventTerm.term.in_(sources), *of_it)
        values = {**new[ended.id], "document": new[ended.id]["number"]}
        terms = connection.scalars(stood_in.order_by(EventTerm.term)).all()
        # Where it was noted in this very release, it held for none.
        connection.execute(delete(EventTerm).where(EventTerm.term.in_(terms), EventTerm.valid_from == release, *of_it))
        rows += [
            tuple({**values, "term": term}[name] for name in COLUMNS[EventTerm])
            for term in terms
            if term not in array("I", values["terms"])
        ]
    write_rows(connection, EventTerm, COLUMNS[EventTerm], rows)
