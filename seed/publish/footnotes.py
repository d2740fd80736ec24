"""The citations of one document: objects once, at its end, and names such as `c1` wherever they support a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from seed.neutral_facts import CitationFact, SourceFact

NO_OWNER = ""
THE_THING = "."


@dataclass(frozen=True, slots=True)
class QuotedSource:
    """What a footnote says of its source, and where its text was read."""

    document: dict[str, Any]
    read_at: str | None


def quoted(source: SourceFact) -> QuotedSource:
    """A source as footnotes quote it."""
    document = {name: getattr(source, name) for name in ("id", "title", "publisher", "published_on", "url")}
    return QuotedSource(document, read_at=source.url or source.retrieved_from)


class Footnotes:
    """Numbers the citations of one document in the order in which they are first named.

    Rows inside a thing share a footnote where they cite the same place; the thing's own are apart, as they support it
    as a whole, and so are those of another thing that it names.
    """

    def __init__(self, sources: Mapping[str, QuotedSource]) -> None:
        self._sources = sources
        self._names: dict[tuple[str, str, str, str | None, tuple[str, ...]], str] = {}
        self._last: tuple[str, Sequence[CitationFact], list[str]] = (NO_OWNER, (), [])

    def of_the_thing(self, citations: Sequence[CitationFact]) -> list[str]:
        """The names of the footnotes that support the document's own thing as a whole."""
        return self.of_another(THE_THING, citations)

    def of(self, citations: Sequence[CitationFact]) -> list[str]:
        """The names of the footnotes that support a row inside it."""
        return self.of_another(NO_OWNER, citations)

    def of_another(self, owner: str, citations: Sequence[CitationFact]) -> list[str]:
        """The names of the footnotes that another thing brings, which is known by its id."""
        # Most rows of a dataset's record are cited alike.
        last_owner, last_citations, named = self._last
        if citations is last_citations and owner == last_owner:
            return list(named)
        names, named = self._names, []
        for each in citations:
            key = (owner, each.source, each.locator, each.quote, each.supports)
            name = names.get(key)
            if name is None:
                name = names[key] = f"c{len(names) + 1}"
            named.append(name)
        self._last = owner, citations, named
        return list(named)

    def documents(self) -> list[dict[str, Any]]:
        """The footnotes that were named, in their order."""
        return [self._document(*key[1:], name=name) for key, name in self._names.items()]

    @property
    def cited(self) -> set[str]:
        """The sources of all of them."""
        return {source for _, source, *_ in self._names}

    def _document(
        self, source_id: str, locator: str, excerpt: str | None, supports: tuple[str, ...], *, name: str
    ) -> dict[str, Any]:
        source = self._sources[source_id]
        return {
            "id": name,
            "source": source.document,
            "locator": locator,
            "quote": excerpt,
            "supports": supports,
            "text_fragment_url": text_fragment_url(source.read_at, excerpt),
        }


def text_fragment_url(address: str | None, excerpt: str | None) -> str | None:
    """The address of a page with a text fragment, which makes browsers scroll to the excerpt and mark it."""
    if address is None or excerpt is None:
        return None
    # A dash has a meaning of its own in a text fragment, and quote() leaves it.
    fragment = quote(excerpt, safe="").replace("-", "%2D")
    return f"{address.split('#')[0]}#:~:text={fragment}"
