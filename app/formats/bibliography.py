"""References for bibliographies, out of documents. Pure; each way to write them is a module of its own beside this.

Nothing is guessed: names are not taken apart into given and family names, and what is not known stays out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.citing import PROJECT
from app.vocabulary import SourceKind

DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\d{4,9}/\S+)", re.IGNORECASE)
READ_ELSEWHERE = "The address is that of the page that was read, which is not the original."


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a bibliography; texts are plain, days are `2024-02-03`, and None is unknown.

    A footnote alone does not say of what kind its source is.
    """

    key: str
    kind: SourceKind | None
    title: str
    authors: tuple[tuple[str, str | None], ...] = ()
    """Names as the source prints them, each with its affiliation."""
    publisher: str | None = None
    issued: str | None = None
    version: str | None = None
    url: str | None = None
    doi: str | None = None
    accessed: str | None = None
    language: str | None = None
    licence: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer says of itself, as far as its rows are cited by it; `base` is the API's public address."""

    release: int
    published_on: str
    base: str = ""


def references_of_sources(sources: Iterable[Mapping[str, Any]]) -> list[Reference]:
    """Sources' documents as references, or a footnote's short ones: each once, in their order."""
    return list({source["id"]: _of_source(source) for source in sources}.values())


def references_of_events(
    events: Iterable[Mapping[str, Any]], sources: Mapping[str, Mapping[str, Any]], answered: Answered
) -> list[Reference]:
    """Each event's own record, and after it the sources that it cites and that no event before it cited.

    `sources` are whole documents by id; where one is missing, the footnote says what it knows.
    """
    references: dict[str, Reference] = {}
    for event in events:
        for reference in (_of_event(event, answered), *_cited(event, sources)):
            references.setdefault(reference.key, reference)
    return list(references.values())


def _cited(event: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> Iterator[Reference]:
    for note in event["citations"]:
        short = note["source"]
        yield _of_source(sources.get(short["id"], short))


def _of_event(event: Mapping[str, Any], answered: Answered) -> Reference:
    where = f"{event['links']['self']}?release={answered.release}"
    cited = event.get("cite_as")
    return Reference(
        key=f"event-{event['id']}",
        kind=SourceKind.DATASET,
        title=event["title"],
        publisher=PROJECT,
        issued=answered.published_on,
        version=f"release {answered.release}",
        url=f"{answered.base}{where}" if answered.base else None,
        notes=(cited,) if cited else (f"{PROJECT}, release {answered.release}, {where}",),
    )


def _of_source(source: Mapping[str, Any]) -> Reference:
    url, read_at = source.get("url"), source.get("retrieved_from")
    doi = DOI.fullmatch(url or "")
    archived = source.get("archive_url")
    notes = (
        source.get("notes"),
        READ_ELSEWHERE if read_at and not url else None,
        f"Archived: {archived}" if archived else None,
    )
    return Reference(
        key=source["id"],
        kind=SourceKind(source["kind"]) if "kind" in source else None,
        title=source["title"],
        authors=tuple((author["name"], author["affiliation"]) for author in source.get("authors", ())),
        publisher=source["publisher"],
        issued=source["published_on"],
        url=url or read_at,
        doi=doi[1] if doi else None,
        accessed=source.get("retrieved_on"),
        language=source.get("language"),
        licence=source.get("licence"),
        notes=tuple(note for note in notes if note),
    )


def on_one_line(text: str) -> str:
    """White space folded, and without characters that no reader takes."""
    return " ".join("".join(character for character in text if character.isprintable() or character.isspace()).split())
