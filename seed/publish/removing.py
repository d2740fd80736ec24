"""Takes things out of every release: documents, originals, keys, terms, claims and what the log says of them."""

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, and_, delete, select, update

from app.models import (
    THING_TYPES,
    Change,
    ClaimEntry,
    ClaimSource,
    DayCount,
    EventActor,
    EventBody,
    EventDocument,
    EventFigures,
    EventInvolvement,
    EventOriginal,
    EventRegion,
    EventSpot,
    EventTerm,
    Membership,
    OwnFigure,
    ReferenceDocument,
    ReferenceSource,
    Release,
    Term,
    TermCount,
)
from app.models.event_text import forget_texts
from app.vocabulary import ThingType
from seed.publish.changes import log_again
from seed.publish.event_texts import text_as_published
from seed.publish.packing import Unpacking, read_packing, store_dictionaries
from seed.publish.recounting import recount_wholes
from seed.publish.repeats import read_source_terms
from seed.rows import FACTS_ORIGIN

_ROWS_OF_A_DOCUMENT = (
    EventBody,
    EventOriginal,
    EventInvolvement,
    EventFigures,
    OwnFigure,
    EventRegion,
    EventActor,
    ClaimEntry,
    ClaimSource,
)


def remove_events(connection: Connection, ids: Collection[str]) -> tuple[set[int], list[bytes]]:
    """Remove events, and what others say of them; the terms whose documents are fewer now, and all texts removed."""
    document, sources = EventDocument, read_source_terms(connection)
    columns = (document.number, document.id, document.by_newest, document.terms, document.family, document.whereabouts)
    rows = connection.execute(select(*columns).where(document.id.in_(ids))).all()
    numbers, touched = [row.number for row in rows], set(sources)
    _remove_words(connection, {row.number: row.family for row in rows})
    texts = [*_texts_of(connection, numbers)]
    for row in rows:
        touched |= set(array("I", row.terms))
        _remove_terms(connection, row.id, row.by_newest, touched)
    for table in _ROWS_OF_A_DOCUMENT:
        connection.execute(delete(table).where(table.document.in_(numbers)))
    connection.execute(delete(document).where(document.number.in_(numbers)))
    _remove_from_log(connection, ThingType.EVENT, ids)
    touched |= _forget_mentions(connection, ids)
    wholes = select(Term.number).where(Term.kind == "part_of", Term.value.in_(ids))
    gone = set(connection.scalars(wholes)) | _remove_whereabouts(connection, {row.whereabouts for row in rows})
    for counted in (TermCount, DayCount):
        connection.execute(delete(counted).where(counted.term.in_(gone)))
    connection.execute(delete(Term).where(Term.number.in_(gone)))
    return touched - gone, texts


def _remove_words(connection: Connection, family_of: Mapping[int, int]) -> None:
    unpack, body = Unpacking(connection).unpack, EventBody
    packed = (
        select(body.document, body.dictionary, body.body).where(body.document.in_(family_of)).order_by(body.document)
    )
    rows = connection.execute(packed).all()
    words = [
        (row.document, text_as_published(unpack(row.dictionary, row.body), family_of[row.document])) for row in rows
    ]
    forget_texts(connection, words)


def _remove_whereabouts(connection: Connection, terms: Collection[int]) -> set[int]:
    """Remove whereabouts that no event has any more; their terms."""
    shared = set(connection.scalars(select(EventDocument.whereabouts).where(EventDocument.whereabouts.in_(terms))))
    gone = set(terms) - shared
    connection.execute(delete(EventSpot).where(EventSpot.term.in_(gone)))
    return gone


def remove_references(connection: Connection, resource: ThingType, ids: Collection[str]) -> list[bytes]:
    """Remove locations, actors or sources that nothing names; all texts removed."""
    table, unpack = ReferenceDocument, Unpacking(connection).unpack
    of_them = (table.resource == resource.value, table.id.in_(ids))
    rows = connection.execute(select(table.number, table.dictionary, table.body).where(*of_them)).all()
    texts = [unpack(row.dictionary, row.body) for row in rows]
    numbers = [row.number for row in rows]
    connection.execute(delete(ReferenceSource).where(ReferenceSource.document.in_(numbers)))
    connection.execute(delete(table).where(*of_them))
    _remove_from_log(connection, resource, ids)
    if resource is ThingType.ACTOR:
        connection.execute(delete(Membership).where(Membership.whole.in_(ids) | Membership.member.in_(ids)))
    if resource is ThingType.SOURCE:
        _remove_new_sources(connection, ids)
    return texts


def _texts_of(connection: Connection, documents: Sequence[int]) -> Iterator[bytes]:
    unpack = Unpacking(connection).unpack
    for dictionary, text, table in (
        (EventBody.dictionary, EventBody.body, EventBody),
        (EventOriginal.dictionary, EventOriginal.record, EventOriginal),
    ):
        for row in connection.execute(select(dictionary, text).where(table.document.in_(documents))).all():
            yield unpack(*row)


def _remove_terms(connection: Connection, event: str, by_newest: int, terms: Collection[int]) -> None:
    of_event = and_(EventTerm.term.in_(sorted(terms)), EventTerm.by_newest == by_newest, EventTerm.id == event)
    connection.execute(delete(EventTerm).where(of_event))


def _remove_from_log(connection: Connection, of_type: ThingType, ids: Collection[str]) -> None:
    connection.execute(delete(Change).where(Change.type == THING_TYPES.index(of_type), Change.id.in_(ids)))


def _remove_new_sources(connection: Connection, ids: Collection[str]) -> None:
    """What a release held names its new sources."""
    for number, contents in connection.execute(select(Release.number, Release.contents)).all():
        if contents and any(source["id"] in ids for source in contents["new_sources"]):
            kept = [source for source in contents["new_sources"] if source["id"] not in ids]
            values = {"contents": {**contents, "new_sources": kept}}
            connection.execute(update(Release).where(Release.number == number).values(values))


def _forget_mentions(connection: Connection, ids: Collection[str]) -> set[int]:
    """Take the ids out of other events' documents, in every release; the terms that those do not have any more.

    Only events that people wrote name others.
    """
    terms = {
        (kind, value): number for number, kind, value in connection.execute(select(Term.number, Term.kind, Term.value))
    }
    forgotten = {terms[key] for key in terms if key[0] == "part_of" and key[1] in ids}
    packing, touched, changed, wholes = read_packing(connection), set(forgotten), set(), {}
    for row, told in read_written_events(connection):
        kept = _without(told, ids)
        wholes[row.number] = row.id, kept["parts"]
        if kept == told:
            continue
        changed.add(row.id)
        dictionary, (body,) = packing.pack(f"event:{FACTS_ORIGIN}", [orjson.dumps(kept)])
        store_dictionaries(connection, packing.take_made())
        of_it = EventBody.document == row.number
        connection.execute(update(EventBody).where(of_it).values(dictionary=dictionary, body=body))
        lost = set(array("I", row.terms)) & forgotten
        if told["parts"] and not kept["parts"]:
            lost.add(terms["level", "operation"])
        _remove_terms_of_document(connection, row, lost)
        touched |= lost
    log_again(connection, ThingType.EVENT, sorted(changed))
    return touched | (recount_wholes(connection, wholes) if changed else set())


def read_written_events(connection: Connection) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Every document of every event that people wrote: its number, id, by_newest and terms; and what it says."""
    document, unpack = EventDocument, Unpacking(connection).unpack
    families = select(ReferenceDocument.family).where(ReferenceDocument.family.is_not(None))
    of_datasets = select(Term.number).where(Term.kind == "source", Term.value.in_(families))
    columns = (document.number, document.id, document.by_newest, document.terms, EventBody.dictionary, EventBody.body)
    query = select(*columns).join(EventBody, EventBody.document == document.number)
    for row in connection.execute(query.where(document.family.not_in(of_datasets)).order_by(document.number)).all():
        yield row, orjson.loads(unpack(row.dictionary, row.body))


def _without(told: dict[str, Any], ids: Collection[str]) -> dict[str, Any]:
    kept = {**told, "parts": [part for part in told["parts"] if part not in ids]}
    kept |= {name: None for name in ("part_of", "in_response_to") if told[name] in ids}
    stays: Callable[[str], bool] = lambda event: event not in ids  # noqa: E731
    claims = [{**claim, "covers": [*filter(stays, claim["covers"])]} for claim in told["casualty_claims"]]
    return {**kept, "casualty_claims": claims}


def _remove_terms_of_document(connection: Connection, row: Any, lost: Collection[int]) -> None:
    if not lost:
        return
    key = (EventTerm.by_newest == row.by_newest, EventTerm.id == row.id, EventTerm.document == row.number)
    connection.execute(delete(EventTerm).where(EventTerm.term.in_(lost), *key))
    kept = array("I", [number for number in array("I", row.terms) if number not in lost]).tobytes()
    connection.execute(update(EventDocument).where(EventDocument.number == row.number).values(terms=kept))
