"""How what is served is cited: what was read, then this database, its release and the row's address in it. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

PROJECT = "Conflict Events API"
# Beyond these, authors and sources are "et al." and "and others": the row's own footnotes name them all.
MOST_AUTHORS = 3
MOST_SOURCES = 3


def cite_source(
    title: str, authors: Sequence[str] = (), publisher: str | None = None, published: date | str | None = None
) -> str:
    """A source as ISO 690 orders it: `Author and Author. Title. Publisher, 2024-02-03`. What is not known stays out."""
    issued = ", ".join(str(part) for part in (publisher, published) if part)
    parts = [part for part in (_names(authors), title, issued) if part]
    ended = [part if part.endswith((".", "?", "!", "…")) else f"{part}." for part in parts[:-1]]
    return " ".join([*ended, parts[-1].removesuffix(".")])


def _names(authors: Sequence[str]) -> str:
    if len(authors) > MOST_AUTHORS:
        return f"{authors[0]} et al."
    return " and ".join(filter(None, (", ".join(authors[:-1]), *authors[-1:])))


def cite_sources(cited: Iterable[str]) -> str:
    """Several sources, each once, in their order."""
    each = list(dict.fromkeys(cited))
    return "; ".join(each[:MOST_SOURCES]) + (" and others" if len(each) > MOST_SOURCES else "")


def cite_row(read: str, address: str, release: int) -> str:
    """A row: what was read for it, and its address in the release in which it began to read so."""
    return f"{read}. In: {PROJECT}, release {release}, {address}?release={release}"


def cite_answer(release: int, published_on: date, link: str) -> str:
    """A whole answer, by its address in its release."""
    return f"{PROJECT}, release {release} of {published_on.isoformat()[:10]}, {link}"
