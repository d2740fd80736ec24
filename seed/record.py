"""Reads the record back for checking. It never writes."""

from sqlalchemy import Connection, select

from app.models import Citation, Source

StoredCitation = tuple[str, str, str, str | None]


def stored_citations(connection: Connection) -> tuple[list[StoredCitation], dict[str, str | None]]:
    """Every citation as (its thing, source id, locator, quote), and each source's `text_sha256` by id."""
    columns = (Citation.owner, Citation.source_id, Citation.locator, Citation.quote)
    citations = connection.execute(select(*columns).order_by(Citation.id)).tuples().all()
    hashes = connection.execute(select(Source.id, Source.text_sha256)).tuples().all()
    return list(citations), dict(hashes)
