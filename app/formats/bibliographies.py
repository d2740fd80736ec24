"""The bibliographic formats of sources and events, as the registry lists them.

An event comes with the documents of the sources that it cites and no event before it did, as `sources_cited`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from app.formats.answers import Shape
from app.formats.bibliography import Answered, Reference, references_of_events, references_of_sources
from app.formats.bibliography_bibtex import as_bibtex
from app.formats.bibliography_csl import as_csl_json
from app.formats.bibliography_ris import as_ris
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.columns.events import EVENTS
from app.schemas.columns.references import SOURCES
from app.schemas.columns.tables import Table
from app.schemas.stats import StatsMeta

Meta = ListMeta | ItemMeta | StatsMeta
Links = ListLinks | ItemLinks
Write = Callable[[Sequence[bytes], Meta, Links, Shape], bytes]


def has_references(table: Table) -> bool:
    """Whether a resource's rows can be cited from a bibliography."""
    return table in (EVENTS, SOURCES)


def cites_sources(table: Table) -> bool:
    """Whether a resource's rows bring sources beside themselves into a bibliography."""
    return table is EVENTS


def write_bibtex(documents: Sequence[bytes], meta: Meta, links: Links, shape: Shape) -> bytes:
    """`@article{…}` and so on; nothing for no rows."""
    return as_bibtex(_references(documents, meta, links, shape)).encode()


def write_csl_json(documents: Sequence[bytes], meta: Meta, links: Links, shape: Shape) -> bytes:
    """One array of items."""
    return as_csl_json(_references(documents, meta, links, shape))


def write_ris(documents: Sequence[bytes], meta: Meta, links: Links, shape: Shape) -> bytes:
    """`TY  - …` and so on; nothing for no rows."""
    return as_ris(_references(documents, meta, links, shape)).encode()


def _references(documents: Sequence[bytes], meta: Meta, links: Links, shape: Shape) -> list[Reference]:
    rows: list[dict[str, Any]] = [orjson.loads(document) for document in documents]
    if not cites_sources(shape.table):
        return references_of_sources(rows)
    sources = {source["id"]: source for row in rows for source in row.get("sources_cited", ())}
    # What stands before the answer's own link in the sentence by which it is cited, where that is an address.
    base = meta.cite_as.removesuffix(links.permalink).rpartition(", ")[2]
    return references_of_events(rows, sources, Answered(meta.release, f"{meta.as_of:%Y-%m-%d}", base))
