"""Note which sources locations and actors cite, for those published already as well."""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
import zstandard
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: None = None
depends_on: None = None

# Text keys sort in byte order on every database.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
DOCUMENTS_AT_ONCE = 500


def upgrade() -> None:
    cited = op.create_table(
        "reference_source",
        sa.Column("source", KEY, nullable=False),
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("source", "document", name=op.f("pk_reference_source")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    for rows in _cited_by_documents(connection):
        connection.execute(cited.insert(), rows)


def downgrade() -> None:
    op.drop_table("reference_source")


def _cited_by_documents(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The sources that each published location and actor cites, some documents at a time."""
    query = sa.text(
        "SELECT d.number, d.body, c.content FROM reference_document d"
        " LEFT JOIN compression_dictionary c ON c.number = d.dictionary"
        " WHERE d.resource IN ('location', 'actor') AND d.number > :after ORDER BY d.number LIMIT :most"
    )
    unpackers: dict[bytes | None, zstandard.ZstdDecompressor] = {}
    after = 0
    while found := connection.execute(query, {"after": after, "most": DOCUMENTS_AT_ONCE}).all():
        rows = []
        for number, body, content in found:
            dictionary = None if content is None else bytes(content)
            if dictionary not in unpackers:
                learned = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
                unpackers[dictionary] = zstandard.ZstdDecompressor(dict_data=learned)
            citations = orjson.loads(unpackers[dictionary].decompress(bytes(body)))["citations"]
            sources = sorted({note["source"]["id"] for note in citations})
            rows += [{"source": source, "document": number} for source in sources]
            after = number
        if rows:
            yield rows
