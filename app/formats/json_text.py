"""JSON. Published documents are joined as they are; they are parsed only where `fields` picks members."""

from collections.abc import Sequence

import orjson

from app.packing import Texts
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta, envelope_text
from app.schemas.stats import StatsMeta


def list_as_json(
    documents: Sequence[bytes], meta: ListMeta | StatsMeta, links: ListLinks | ItemLinks, fields: Sequence[str]
) -> bytes:
    """`{"data": […], "meta": …, "links": …}`; each row has the members in `fields`, or all where that is empty."""
    begin = b'{"data":['
    end = b'],"meta":%b,"links":%b}' % (envelope_text(meta), envelope_text(links))
    if isinstance(documents, Texts) and not fields:
        return documents.joined(begin, b",", end)
    rows = [pick_members(document, fields) for document in documents] if fields else documents
    return b"".join((begin, b",".join(rows), end))


def item_as_json(document: bytes, meta: ItemMeta, links: ItemLinks) -> bytes:
    """`{"data": {…}, "meta": …, "links": …}`."""
    return b'{"data":%b,"meta":%b,"links":%b}' % (document, envelope_text(meta), envelope_text(links))


def pick_members(document: bytes, fields: Sequence[str]) -> bytes:
    """The document with these members alone, in this order."""
    members = orjson.loads(document)
    return orjson.dumps({name: members[name] for name in fields if name in members})
