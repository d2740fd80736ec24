"""Reads the record back for checking, over a connection that cannot write."""

from pathlib import Path

from sqlalchemy import Connection, inspect, select

from app.db import make_read_engine, parse_url
from app.models import Citation, Source

StoredCitation = tuple[str, str, str, str | None]
StoredCitations = tuple[list[StoredCitation], dict[str, str | None]]


def find_stored_citations(url: str) -> StoredCitations | None:
    """Every citation as (its thing, source id, locator, quote), and each source's `text_sha256` by id.

    None where the database has not been made or migrated yet.
    """
    address = parse_url(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return None
    engine = make_read_engine(url)
    try:
        with engine.connect() as connection:
            return _stored_citations(connection) if inspect(connection).has_table(Citation.__tablename__) else None
    finally:
        engine.dispose()


def _stored_citations(connection: Connection) -> StoredCitations:
    columns = (Citation.owner, Citation.source_id, Citation.locator, Citation.quote)
    citations = connection.execute(select(*columns).order_by(Citation.id)).all()
    hashes = connection.execute(select(Source.id, Source.text_sha256)).all()
    return list(citations), dict(hashes)
