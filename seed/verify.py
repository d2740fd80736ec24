"""Holds quotes against the text that they were taken from. Pure: it is given rows and bytes, from wherever they come.

A text is known by the hash of its bytes alone. What no text was at hand for is "not checked", never right.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel

from seed.neutral_facts import CitationFact, Facts

ALL_FOUND, FAILED, NOT_CHECKED = 0, 1, 3  # exit codes; 2 is the command line's own for wrong arguments


class CitedRow(NamedTuple):
    """One citation: the row that it supports in words, the id of its source, its place there, and what it quotes."""

    row: str
    source: str
    locator: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What became of every citation; each is in one of the tuples. `text_fault` says why a text was not used."""

    found: tuple[CitedRow, ...] = ()
    missing: tuple[CitedRow, ...] = ()
    not_checked: tuple[CitedRow, ...] = ()
    without_quote: tuple[CitedRow, ...] = ()
    without_source: tuple[CitedRow, ...] = ()
    text_fault: str | None = None

    @property
    def exit_code(self) -> int:
        """0 where quotes were checked and all of them found, 1 for a fault, 3 where none was checked."""
        if self.missing or self.without_source or self.text_fault:
            return FAILED
        return ALL_FOUND if self.found else NOT_CHECKED

    def lines(self) -> Iterator[str]:
        """The report in words, faults first."""
        if self.text_fault:
            yield f"ERROR: {self.text_fault}"
        for row in self.without_source:
            yield f"ERROR: {row.row}: there is no source {row.source!r}."
        for row in self.missing:
            yield f"ERROR: {row.row}: not in the text of {row.source}, {row.locator}: {row.quote!r}"
        if self.found or self.missing:
            yield f"{len(self.found)} of {len(self.found) + len(self.missing)} quotes found in the text."
        if self.not_checked:
            sources = ", ".join(sorted({row.source for row in self.not_checked}))
            yield f"{len(self.not_checked)} quotes not checked, no text of: {sources}."
        if self.without_quote:
            sources = ", ".join(sorted({row.source for row in self.without_quote}))
            yield f"{len(self.without_quote)} citations not checked, records without a quote: {sources}."


def verify_citations(
    citations: Iterable[tuple[str, str, str, str | None]], sources: Mapping[str, str | None], text: bytes | None
) -> VerifyReport:
    """Check citations, given as (row, source id, locator, quote), against the text of one source.

    `sources` gives each known source's `text_sha256`, None where it has none; `text` is the file's bytes as read,
    None to check no more than that the sources exist. White space is folded on both sides; nothing else is.
    """
    rows = [CitedRow(*citation) for citation in citations]
    of_text, folded, text_fault = _identify(sources, text)
    sorted_rows: dict[str, list[CitedRow]] = {}
    for row in rows:
        sorted_rows.setdefault(_fate(row, sources, of_text, folded), []).append(row)
    return VerifyReport(text_fault=text_fault, **{fate: tuple(some) for fate, some in sorted_rows.items()})


def cited_rows(facts: Facts) -> Iterator[CitedRow]:
    """Every citation of the facts, its row named by kind and id."""
    for kind in type(facts).model_fields:
        for row in getattr(facts, kind):
            yield from _cited_rows(row, f"{kind} {row.id}")


def text_hashes(facts: Facts) -> dict[str, str | None]:
    """Each source's `text_sha256` by its id: what `verify_citations` takes as `sources`."""
    return {source.id: source.text_sha256 for source in facts.sources}


def _identify(sources: Mapping[str, str | None], text: bytes | None) -> tuple[frozenset[str], str, str | None]:
    """The ids of the sources whose text this is, the text folded, and why it cannot be used."""
    if text is None:
        return frozenset(), "", None
    digest = hashlib.sha256(text).hexdigest()
    of_text = frozenset(source for source, sha256 in sources.items() if sha256 == digest)
    if not of_text:
        return of_text, "", f"No source names this text: its SHA-256 is {digest}."
    try:
        return of_text, _fold(text.decode("utf-8-sig")), None
    except UnicodeDecodeError:
        return frozenset(), "", f"The text of {', '.join(sorted(of_text))} is not UTF-8."


def _fate(row: CitedRow, sources: Mapping[str, str | None], of_text: frozenset[str], folded: str) -> str:
    """The name of the report's tuple that this citation belongs to."""
    if row.source not in sources:
        return "without_source"
    if row.quote is None:
        return "without_quote"
    if row.source not in of_text:
        return "not_checked"
    quote = _fold(row.quote)
    return "found" if quote and quote in folded else "missing"


def _fold(text: str) -> str:
    return " ".join(text.split())


def _cited_rows(row: BaseModel, name: str) -> Iterator[CitedRow]:
    for field in type(row).model_fields:
        value = getattr(row, field)
        for index, inner in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(inner, CitationFact):
                yield CitedRow(name, inner.source, inner.locator, inner.quote)
            elif isinstance(inner, BaseModel):
                yield from _cited_rows(inner, f"{name} .{field}[{index}]")
