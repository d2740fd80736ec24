"""The citations of one document: objects once, at its end, and names such as `c1` wherever they support a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, select

from app.models import Citation, FurtherCitation, Source
from app.schemas.base import CitationDocument, CitedSource

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QuotedSource:
    """What a footnote says of its source, and where its text was read."""

    document: CitedSource
    read_at: str | None


@dataclass(slots=True)
class Footnotes:
    """Numbers the citations of one document in the order in which they are first named."""

    citations: Mapping[int, Row]
    further: Mapping[tuple[str, str | int], list[int]]
    sources: Mapping[str, QuotedSource]
    _names: dict[int, str] = field(default_factory=dict)

    def of(self, column: str, row: Row) -> list[str]:
        """The names of the footnotes that support a row of the table that `column` points at."""
        numbers = [row["citation_id"], *self.further.get((column, row["id"]), ())]
        return [self._names.setdefault(number, f"c{len(self._names) + 1}") for number in numbers]

    def documents(self) -> list[CitationDocument]:
        """The footnotes that were named, in their order."""
        return [self._document(number, name) for number, name in self._names.items()]

    def _document(self, number: int, name: str) -> CitationDocument:
        citation = self.citations[number]
        source = self.sources[citation["source_id"]]
        return CitationDocument(
            id=name,
            source=source.document,
            locator=citation["locator"],
            quote=citation["quote"],
            supports=citation["supports"],
            text_fragment_url=text_fragment_url(source.read_at, citation["quote"]),
        )


def text_fragment_url(address: str | None, excerpt: str | None) -> str | None:
    """The address of a page with a text fragment, which makes browsers scroll to the excerpt and mark it."""
    if address is None or excerpt is None:
        return None
    # A dash has a meaning of its own in a text fragment, and quote() leaves it.
    fragment = quote(excerpt, safe="").replace("-", "%2D")
    return f"{address.split('#')[0]}#:~:text={fragment}"


def read_sources(connection: Connection) -> dict[str, QuotedSource]:
    """All sources, by id."""
    columns = (Source.id, Source.title, Source.publisher, Source.published_on, Source.url, Source.retrieved_from)
    return {
        row["id"]: QuotedSource(
            CitedSource(**{name: row[name] for name in CitedSource.model_fields}),
            read_at=row["url"] or row["retrieved_from"],
        )
        for row in connection.execute(select(*columns)).mappings()
    }


def read_footnotes(
    connection: Connection, owners: Iterable[str]
) -> tuple[dict[int, Row], dict[tuple[str, str | int], list[int]]]:
    """The citations of some things by number, and which further ones each row has."""
    citations: dict[int, Row] = {
        row["id"]: dict(row)
        for row in connection.execute(select(Citation.__table__).where(Citation.owner.in_(list(owners)))).mappings()
    }
    further: dict[tuple[str, str | int], list[int]] = {}
    query = (
        select(FurtherCitation.__table__)
        .where(FurtherCitation.citation_id.in_(list(citations)))
        .order_by(FurtherCitation.position)
    )
    for row in connection.execute(query).mappings():
        column = next(name for name in row if name.endswith("_id") and name != "citation_id" and row[name] is not None)
        further.setdefault((column, row[column]), []).append(row["citation_id"])
    return citations, further
