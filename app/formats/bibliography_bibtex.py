"""BibTeX: UTF-8, with the fields that biblatex knows as well. Pure."""

from collections.abc import Iterable, Iterator

from app.formats.bibliography import Reference, on_one_line
from app.vocabulary import SourceKind

# A brace is counted by BibTeX whether or not a backslash stands before it, so it is spelt out.
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "$&#_%"},
    }
)
# An address is read as it stands, but may not hold what ends its field.
_IN_AN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def as_bibtex(references: Iterable[Reference]) -> str:
    """The references as a `.bib` file; empty where there are none."""
    return "\n".join(_entry(reference) for reference in references)


def _entry(reference: Reference) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(reference))
    return f"@{_type(reference)}{{{reference.key},\n{fields}}}\n"


def _type(reference: Reference) -> str:
    """Classic types that fit; an article without its paper, or a report without who issued it, would be incomplete."""
    if reference.publisher is None:
        return "misc"
    return _TYPES.get(reference.kind, "misc")


_TYPES: dict[SourceKind | None, str] = {SourceKind.ARTICLE: "article", SourceKind.STATEMENT: "techreport"}
_PUBLISHER_IN = {"article": "journal", "techreport": "institution", "misc": "publisher"}
_WHAT_IT_IS: dict[SourceKind | None, str] = {
    SourceKind.DATASET: "Data set",
    SourceKind.GAZETTEER: "Data set",
    SourceKind.STATEMENT: "Statement",
}


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    """Names and values, escaped. Double braces keep a title's capitals, and a name in one piece."""
    yield "title", f"{{{_text(reference.title)}}}"
    if reference.authors:
        yield "author", " and ".join(f"{{{_text(name)}}}" for name, _ in reference.authors)
    affiliations = [f"{_text(name)}: {_text(affiliation)}" for name, affiliation in reference.authors if affiliation]
    if affiliations:
        yield "affiliation", "; ".join(affiliations)
    if reference.publisher:
        yield _PUBLISHER_IN[_type(reference)], f"{{{_text(reference.publisher)}}}"
    if reference.kind in _WHAT_IT_IS:
        yield "type", _WHAT_IT_IS[reference.kind]
    if reference.issued:
        yield "year", reference.issued[:4]
        yield "date", reference.issued
    plain = {
        "version": reference.version,
        "language": reference.language,
        "copyright": reference.licence,
        "annote": " ".join(reference.notes),
    }
    yield from ((name, _text(value)) for name, value in plain.items() if value)
    addresses = {"doi": reference.doi, "url": reference.url, "urldate": reference.accessed}
    yield from ((name, value.translate(_IN_AN_ADDRESS)) for name, value in addresses.items() if value)


def _text(text: str) -> str:
    return on_one_line(text).translate(_SPECIAL)
