"""NDJSON: one document a line, the same bytes as JSON's rows."""

from collections.abc import Iterator

from app.formats.answers import About, Batches, Shape
from app.formats.json_text import pick_members


def write_ndjson(batches: Batches, _: About, shape: Shape) -> Iterator[bytes]:
    """The lines of each batch. No rows are an empty text."""
    for documents in batches:
        rows = [pick_members(document, shape.fields) for document in documents] if shape.fields else [*documents]
        if rows:
            rows.append(b"")
            yield b"\n".join(rows)
