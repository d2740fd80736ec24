"""A document's citations as footnotes: where they are named, and back from each to the places that name it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

_NUMBERED = re.compile(r"c([0-9]+)").fullmatch
_NAME = Markup('<a id="{place}" href="#{note}" aria-label="receipt {number}">{number}</a>')


@dataclass(slots=True)
class Footnotes:
    """The footnotes of one document. `prefix` keeps those of several documents on one page apart."""

    citations: Sequence[Mapping[str, Any]]
    prefix: str = ""
    named_at: dict[str, list[str]] = field(default_factory=dict)
    """The places that named each, in the order of the page, as the page is written."""
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for position, citation in enumerate(self.citations, start=1):
            numbered = _NUMBERED(citation["id"])
            self._numbers[citation["id"]] = int(numbered[1]) if numbered else position

    def number(self, name: str) -> int:
        """The number that a footnote is printed with: that of its name in the document."""
        return self._numbers[name]

    def note(self, name: str) -> str:
        """The id of a footnote on the page."""
        return f"{self.prefix}{name}"

    def refer(self, names: Sequence[str]) -> Markup:
        """The numbers of these footnotes, each a link to it."""
        links = [self._link(name) for name in names if name in self._numbers]
        return Markup('<sup class="refs">{}</sup>').format(Markup(" ").join(links)) if links else Markup("")

    def _link(self, name: str) -> Markup:
        places = self.named_at.setdefault(name, [])
        places.append(f"{self.prefix}to-{name}-{len(places) + 1}")
        return _NAME.format(place=places[-1], note=self.note(name), number=self._numbers[name])

    def refer_to_the_rest(self, rows: Sequence[Sequence[Mapping[str, Any]]]) -> Markup:
        """Those that no row inside names: they support the document itself."""
        named = {name for each in rows for row in each for name in row.get("citations", ())}
        return self.refer([citation["id"] for citation in self.citations if citation["id"] not in named])

    def by_source(self) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
        """Sources in the order in which they are first cited, each with its citations."""
        groups: dict[str, tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = {}
        for citation in self.citations:
            groups.setdefault(citation["source"]["id"], (citation["source"], []))[1].append(citation)
        return list(groups.values())
