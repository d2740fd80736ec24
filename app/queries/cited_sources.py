"""The sources that events cite, for answers that tell of both."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from app.models import ReferenceDocument
from app.queries.bodies import unpack_all
from app.queries.pages import holds_in
from app.queries.releases import AnsweringRelease

IDS_A_STATEMENT = 500


def attach_sources(connection: Connection, release: AnsweringRelease, events: Sequence[bytes]) -> list[bytes]:
    """The events' documents with `sources_cited`: documents of the sources that no event before cites, in order."""
    told: set[str] = set()
    first_cited: list[list[str]] = []
    for body in events:
        notes: list[dict[str, Any]] = orjson.loads(body)["citations"]
        new = [source for source in dict.fromkeys(note["source"]["id"] for note in notes) if source not in told]
        told.update(new)
        first_cited.append(new)
    sources = _sources(connection, release, sorted(told))
    return [
        b'%b,"sources_cited":[%b]}' % (body[:-1], b",".join(sources[source] for source in cited if source in sources))
        for body, cited in zip(events, first_cited, strict=True)
    ]


def _sources(connection: Connection, release: AnsweringRelease, ids: Sequence[str]) -> dict[str, bytes]:
    table = ReferenceDocument
    found: dict[str, bytes] = {}
    for start in range(0, len(ids), IDS_A_STATEMENT):
        wanted = table.id.in_(ids[start : start + IDS_A_STATEMENT])
        query = select(table.id, table.dictionary, table.body).where(
            table.resource == "source", holds_in(table, release.number), wanted
        )
        rows = connection.execute(query).all()
        texts = unpack_all(connection, ((row.dictionary, row.body) for row in rows))
        found |= {row.id: text for row, text in zip(rows, texts, strict=True)}
    return found
