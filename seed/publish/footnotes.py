"""The citations of one document: objects once, at its end, and names such as `c1` wherever they support a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.citing import cite_source, cite_sources
from seed.neutral_facts import CitationFact, SourceFact

NO_OWNER = ""
THE_THING = "."
# Excerpts of more characters than this are named by so many words of each end.
LONGEST_WHOLE = 160
WORDS_AT_AN_END = 6


@dataclass(frozen=True, slots=True)
class QuotedSource:
    """What a footnote says of its source, how it is cited, and where its text was read: a quote is exact there."""

    document: dict[str, Any]
    cited: str
    read_at: str | None


def quoted(source: SourceFact) -> QuotedSource:
    """A source as footnotes quote it."""
    document = {name: getattr(source, name) for name in ("id", "title", "publisher", "published_on", "url")}
    authors = [author.name for author in source.authors]
    cited = cite_source(source.title, authors, source.publisher, source.published_on)
    return QuotedSource(document, cited, read_at=source.retrieved_from or source.url)


def what_was_read(citations: Sequence[CitationFact], sources: Mapping[str, QuotedSource], *, is_record: bool) -> str:
    """What a thing was read from, as its `cite_as` says it: its sources, or the release and record of a dataset."""
    if is_record:
        return f"{sources[citations[0].source].cited}, {citations[0].locator}"
    return cite_sources(sources[citation.source].cited for citation in citations)


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
    """The address of a page with a text fragment, which makes browsers scroll to the excerpt and mark it.

    By the draft "URL Fragment Text Directives" of the WICG: an excerpt of some length is named by its first and last
    words, and what stands before `:~:` is still the fragment of the page's own.
    """
    if address is None or excerpt is None or not excerpt.strip():
        return None
    words = excerpt.split()
    ends = [" ".join(words)]
    if len(ends[0]) > LONGEST_WHOLE and len(words) >= 2 * WORDS_AT_AN_END:
        ends = [" ".join(words[:WORDS_AT_AN_END]), " ".join(words[-WORDS_AT_AN_END:])]
    page = address.partition(":~:")[0]
    return f"{page}{'' if '#' in page else '#'}:~:text={','.join(map(_as_directive, ends))}"


def _as_directive(text: str) -> str:
    """Percent-encoded, with the comma, the ampersand and the dash, which have a meaning of their own there."""
    return quote(text, safe="").replace("-", "%2D")
