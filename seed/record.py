"""Reads the record back for checking, over a connection that cannot write."""

from pathlib import Path

from sqlalchemy import Connection, func, inspect, select

from app.db import make_read_engine, parse_url
from app.models import Actor, Citation, Event, Location, Source
from app.models.sources import OwnerKind
from seed.database import require_schema

StoredCitation = tuple[str, str, str, str | None]
StoredCitations = tuple[list[StoredCitation], dict[str, str | None]]


def find_stored_citations(url: str) -> StoredCitations | None:
    """Every citation as (its thing, source id, locator, quote), and each source's `text_sha256` by id.

    None where the database has not been made or migrated yet. Raises WrongSchema where it is another version's.
    """
    address = parse_url(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return None
    engine = make_read_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(Citation.__tablename__):
                return None
            require_schema(connection)
            return _stored_citations(connection)
    finally:
        engine.dispose()


def _stored_citations(connection: Connection) -> StoredCitations:
    """A citation's thing is named by kind and id, as in `event:…`."""
    owner = Citation.owner_kind.concat(":").concat(func.coalesce(Event.id, Location.id, Actor.id))
    query = select(owner, Source.id, Citation.locator, Citation.quote).join(
        Source, Source.number == Citation.source_number
    )
    for kind, thing in ((OwnerKind.EVENT, Event), (OwnerKind.LOCATION, Location), (OwnerKind.ACTOR, Actor)):
        query = query.outerjoin(thing, (Citation.owner_kind == kind) & (Citation.owner_number == thing.number))
    citations = connection.execute(query.order_by(Citation.number)).all()
    hashes = connection.execute(select(Source.id, Source.text_sha256)).all()
    return list(citations), dict(hashes)
