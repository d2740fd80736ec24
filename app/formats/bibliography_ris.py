"""RIS, as reference managers import it: UTF-8, lines that end in CR and LF, one tag and value a line. Pure."""

from collections.abc import Iterable, Iterator

from app.formats.bibliography import Reference, on_one_line
from app.vocabulary import SourceKind

_TYPES: dict[SourceKind | None, str] = {
    None: "GEN",
    SourceKind.ARTICLE: "NEWS",
    SourceKind.DATASET: "DATA",
    SourceKind.GAZETTEER: "DATA",
    SourceKind.STATEMENT: "RPRT",
}


def as_ris(references: Iterable[Reference]) -> str:
    """The references, each from `TY` to `ER`, with an empty line between them."""
    return "\r\n".join("".join(f"{tag}  - {value}\r\n" for tag, value in _lines(each)) for each in references)


def _lines(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES[reference.kind]
    yield "ID", reference.key
    yield "TI", on_one_line(reference.title)
    for name, _ in reference.authors:
        yield "AU", on_one_line(name)
    for affiliation in dict.fromkeys(affiliation for _, affiliation in reference.authors if affiliation):
        yield "AD", on_one_line(affiliation)
    if reference.publisher:
        yield "T2" if reference.kind is SourceKind.ARTICLE else "PB", on_one_line(reference.publisher)
    if reference.issued:
        yield "PY", reference.issued[:4]
        yield "DA", reference.issued.replace("-", "/")
    optional = {"ET": reference.version, "DO": reference.doi, "UR": reference.url, "LA": reference.language}
    yield from ((tag, on_one_line(value)) for tag, value in optional.items() if value)
    if reference.accessed:
        yield "Y2", reference.accessed.replace("-", "/")
    for note in reference.notes:
        yield "N1", on_one_line(note)
    yield "ER", ""
