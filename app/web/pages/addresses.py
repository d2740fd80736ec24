"""Addresses on pages: of the question that is answered, of its neighbours, and of what others wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlsplit

from app.web.links import address

# What has no effect, and so is refused, without one of the others.
_NEEDS: Mapping[str, frozenset[str]] = {
    "network": frozenset({"actor"}),
    "date_mode": frozenset({"date_from", "date_to"}),
    "killed_on": frozenset({"killed_min", "killed_max"}),
    "radius_km": frozenset({"near"}),
    "near": frozenset({"radius_km"}),
}
_OPENED = frozenset({"http", "https"})


@dataclass(frozen=True)
class Question:
    """A question by its path, as it is spelt out, and its parameters in their order."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, link: str) -> "Question":
        """The question of an address that begins with a slash."""
        path, _, query = link.partition("?")
        return cls(unquote(path), tuple(parse_qsl(query, keep_blank_values=True)))

    @cached_property
    def parameters(self) -> Mapping[str, list[str]]:
        """All values of each parameter."""
        values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            values.setdefault(name, []).append(value)
        return values

    @property
    def link(self) -> str:
        """Its address."""
        return address(self.path, self.parameters)

    def but(self, **changes: str | int | None) -> "Question":
        """The same with these parameters instead; None leaves one out."""
        kept = [pair for pair in self.pairs if pair[0] not in changes]
        return Question(
            self.path, (*kept, *((name, str(value)) for name, value in changes.items() if value is not None))
        )

    def without(self, name: str, value: str | None = None) -> "Question":
        """The same from its first page on without a parameter, or without one of its values, and what hangs on it."""
        kept = [
            pair for pair in self.pairs if pair[0] != "cursor" and not (pair[0] == name and value in (None, pair[1]))
        ]
        names = {pair[0] for pair in kept}
        alone = {name for name, needed in _NEEDS.items() if name in names and names.isdisjoint(needed)}
        return Question(self.path, tuple(pair for pair in kept if pair[0] not in alone))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands below the API's root. Its links are relative, so that they hold behind any prefix."""

    up: str

    @classmethod
    def of(cls, path: str) -> "Place":
        """The place of a path as it was asked for, percent signs and all."""
        return cls("../" * (path.count("/") - 1) or "./")

    def at(self, link: str) -> str:
        """An address below the root, as seen from here. It never begins with a scheme or a host."""
        return self.up + link.lstrip("/")


def to_open(link: object) -> str | None:
    """An address that a reader may open: of the web alone, whatever was loaded into the database."""
    if not isinstance(link, str) or any(character.isspace() or ord(character) < 32 for character in link):
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme.lower() in _OPENED and parts.netloc else None


def only_given(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What a form sends, without the fields that nothing was written into; text without the space around it."""
    return tuple((name, value.strip()) for name, value in pairs if value.strip())
