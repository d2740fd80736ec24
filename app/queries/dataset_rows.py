"""Pages of a dataset's own rows, by their number: the original records that events were read from.

Where the index alone finds what is asked, a page skips the rows before it in the order of the index, and reads the
records of its own rows. Where rows have to be read to tell, they are read once for each connection and release, up to
`MOST_READ` of them, and what was found is remembered.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from app.models import EventDocument, EventOriginal
from app.params.datasets import RowsAsked, RowTest
from app.problems import Fault, invalid_parameters
from app.queries.bodies import unpack_all
from app.queries.event_clauses import Clause, in_window
from app.queries.event_filters import Matching, match_events
from app.queries.event_pages import Shape, Statement, matches, rows_of, shape_of, values_of
from app.queries.event_totals import count_events
from app.queries.prepared import Prepared
from app.queries.releases import AnsweringRelease
from app.queries.terms import find_everything, find_terms

# Reading so many records takes about a second.
MOST_READ = 50_000
_READ_AT_ONCE = 1_000
_FOUND = "rows found by reading"
_REMEMBERED = 8

Records = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class RowsFound:
    """Some rows of a dataset, as it has them, and how many there are at all."""

    records: Records
    total: int


def read_rows(
    connection: Connection, release: AnsweringRelease, asked: RowsAsked, skip: int, most: int | None
) -> RowsFound:
    """So many rows after those to skip; all where `most` is None. Raises Problem 400 where too many had to be read."""
    if asked.is_nothing:
        return RowsFound([], 0)
    _require_actors(connection, asked.filters.actor)
    matching = match_events(connection, asked.filters, release.number)
    if matching.finds_nothing:
        return RowsFound([], 0)
    if asked.ids:
        matching = _among(connection, matching, asked.ids)
    if asked.test is None:
        total = count_events(connection, matching, release.number).total
        if skip >= total:
            return RowsFound([], total)
        return RowsFound(_page_of(connection, matching, release.number, asked, skip, most or total), total)
    found = _found_by_reading(connection, release, matching, asked, asked.test)
    wanted = found[skip : None if most is None else skip + most]
    return RowsFound(list(_records(connection, wanted)), len(found))


def _require_actors(connection: Connection, actors: Sequence[str]) -> None:
    """Raise Problem 400 for a dataset's number of an actor that no row of any version has."""
    unknown = set(actors) - find_terms(connection, "actor", actors).keys() if actors else set()
    if unknown:
        numbers = [actor.rpartition("-")[2] for actor in actors if actor in unknown]
        raise invalid_parameters(
            [Fault("Actor", f"no row that is loaded names an actor {number}") for number in numbers]
        )


def _among(connection: Connection, matching: Matching, ids: Sequence[str]) -> Matching:
    """The same, of these events alone: they are begun from, unless places are."""
    of_ids = Clause(("is_one_of", len(ids)), {f"id{place}": each for place, each in enumerate(ids)})
    if matching.start is not None:
        return replace(matching, clauses=(*matching.clauses, of_ids))
    terms = {f"alsoterms_{place}": term.number for place, term in enumerate(matching.terms)}
    has_a_term = Clause(("has_a_term", "terms", len(terms)), terms)
    return Matching((find_everything(connection),), (of_ids, has_a_term, *matching.clauses), matching.window)


def _page_of(
    connection: Connection, matching: Matching, release: int, asked: RowsAsked, skip: int, most: int
) -> Records:
    values = {**values_of(matching, release), "skip": skip, "most": most}
    rows = _page(shape_of(matching), asked.newest_first).all(connection, values)
    # The join gives them in the order of what was found, though nothing promises it.
    in_order = sorted(rows, key=lambda row: (row[0] if asked.newest_first else -row[0], row[1]))
    return [orjson.loads(text) for text in unpack_all(connection, [(row[2], row[3]) for row in in_order])]


@lru_cache(maxsize=128)
def _page(shape: Shape, newest_first: bool) -> Prepared:
    """The statement for a page: its rows are found by the index alone, and their records are read then."""
    found = _in_order(shape, newest_first).limit(bindparam("most")).offset(bindparam("skip")).subquery()
    page = select(found.c.key, found.c.id, EventOriginal.dictionary, EventOriginal.record)
    return Prepared(page.join(EventOriginal, EventOriginal.document == found.c.document))


@lru_cache(maxsize=128)
def _candidates(shape: Shape, newest_first: bool) -> Prepared:
    """The statement for all rows in order: the number of each document, and the days of its event."""
    found = _in_order(shape, newest_first).subquery()
    document = EventDocument
    query = select(found.c.document, document.start_day, document.end_day).join(
        document, document.number == found.c.document
    )
    key = found.c.key
    return Prepared(query.order_by(key if newest_first else key.desc(), found.c.id))


def _in_order(shape: Shape, newest_first: bool) -> Statement:
    rows = rows_of(shape)
    key, row_id = rows.keys.by_newest, rows.keys.id
    query = select(key.label("key"), row_id.label("id"), rows.number.label("document"))
    query = matches(query, shape, rows)
    if shape.window is not None:
        query = query.where(in_window(rows, shape.window))
    if shape.terms > 1:
        query = query.distinct()
    return query.order_by(key if newest_first else key.desc(), row_id)


def _found_by_reading(
    connection: Connection, release: AnsweringRelease, matching: Matching, asked: RowsAsked, test: RowTest
) -> Sequence[int]:
    """The numbers of the documents whose rows pass the test, in order."""
    remembered: OrderedDict[Any, Sequence[int]] = connection.info.setdefault(_FOUND, OrderedDict())
    question = (release.state, release.number, shape_of(matching), tuple(values_of(matching, 0).items()), test)
    if question not in remembered:
        shape, values = shape_of(matching), values_of(matching, release.number)
        rows = _candidates(shape, asked.newest_first).all(connection, values)
        by_days = {number: test.by_days(start, end) for number, start, end in rows}
        unsure = [number for number, passes in by_days.items() if passes is None]
        if len(unsure) > MOST_READ:
            raise invalid_parameters([_too_many(len(unsure))])
        for number, record in zip(unsure, _records(connection, unsure), strict=True):
            by_days[number] = test.by_record(record)
        remembered[question] = array("q", (number for number, passes in by_days.items() if passes))
        while len(remembered) > _REMEMBERED:
            remembered.popitem(last=False)
    remembered.move_to_end(question)
    return remembered[question]


def _too_many(rows: int) -> Fault:
    return Fault(
        "the question as a whole",
        f"{rows:,} original rows would have to be read to answer it, and the most is {MOST_READ:,}: ask for a country"
        " or for days too, which are found without reading",
    )


def _records(connection: Connection, documents: Sequence[int]) -> Iterator[dict[str, str]]:
    """The original records of these documents, in their order."""
    for first in range(0, len(documents), _READ_AT_ONCE):
        some = list(documents[first : first + _READ_AT_ONCE])
        packed = {
            number: (dictionary, text) for number, dictionary, text in connection.execute(_ORIGINALS, {"some": some})
        }
        yield from map(orjson.loads, unpack_all(connection, (packed[number] for number in some)))


_ORIGINALS = select(EventOriginal.document, EventOriginal.dictionary, EventOriginal.record).where(
    EventOriginal.document.in_(bindparam("some", expanding=True))
)
