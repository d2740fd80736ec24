"""The project's one table of countries, and the rule by which a text names one: exact after folding, never nearest.

The table is `countries.csv`; docs/countries.md says where its Gleditsch-Ward numbers differ from ISO's countries.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

# Words that fit several countries alike, likeliest first. To pick one would be a silent wrong answer.
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "congo": ("CD", "CG"),  # ISO and UCDP mean CG by it, most readers CD
    "korea": ("KR", "KP"),
    "saint martin": ("MF", "SX"),  # the island, or its French part
    "st martin": ("MF", "SX"),
    "virgin islands": ("VI", "VG"),
    # States that broke up: the events lie in today's countries, not in the one that kept the number.
    "czechoslovakia": ("CZ", "SK"),
    "netherlands antilles": ("CW", "SX", "BQ"),
    "serbia and montenegro": ("RS", "ME"),
    "soviet union": ("RU", "UA", "BY", "KZ", "UZ", "TJ", "TM", "KG", "GE", "AM", "AZ", "MD", "LT", "LV", "EE"),
    "ussr": ("RU", "UA", "BY", "KZ", "UZ", "TJ", "TM", "KG", "GE", "AM", "AZ", "MD", "LT", "LV", "EE"),
    "yugoslavia": ("RS", "BA", "HR", "XK", "ME", "MK", "SI"),
}

# Places that people type as a country. They never match, as the whole country is not what was asked for, but the
# country (by ISO 3166-2; no statement on sovereignty) is proposed before anything that is merely spelt alike.
PARTS: dict[str, tuple[str, ...]] = {
    "abkhazia": ("GE",),
    "chechnya": ("RU",),
    "darfur": ("SD",),
    "england": ("GB",),
    "gaza": ("PS",),
    "gaza strip": ("PS",),
    "kurdistan": ("IQ", "TR", "SY", "IR"),
    "northern cyprus": ("CY",),
    "northern ireland": ("GB",),
    "scotland": ("GB",),
    "somaliland": ("SO",),
    "south ossetia": ("GE",),
    "wales": ("GB",),
    "west bank": ("PS",),
    "zanzibar": ("TZ",),
}

MAX_SUGGESTIONS = 5
# A request must not buy seconds of comparing with a long or a many-valued nonsense text.
LONGEST_COMPARED = 80
MOST_PARTS_COMPARED = 10
# Nearness runs from 0 to 1. Below the first, a resemblance is chance; so far below the best, it is noise beside it.
NEAR_ENOUGH = 0.65
WORTH_SHOWING = 0.15
# Swapped letters ("syira"); a country's name within the text ("northern iraq"); the text within a name ("arab").
SWAPPED, NAME_IN_TEXT, TEXT_IN_NAME = 0.95, 0.9, 0.75
SHORTEST_CONTAINED = 4

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼʻʹʽʾʿ`´′＇", "'"))
# Not before a digit: "-4" must not become Afghanistan's number.
_HYPHENS = re.compile(r"[-‐‑‒–—―−﹣－](?![0-9])")
_GW = re.compile(r"gw ?: ?([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Country:
    """One country; `iso_numeric` is three digits, None for Kosovo, whose codes are user-assigned."""

    iso2: str
    iso3: str
    iso_numeric: str | None
    name: str
    gw: tuple[int, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The countries that a text names: one, or several where a GW number covers several."""

    text: str
    iso2: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A word that fits several countries; `suggestions` are the candidates' display names, in the same order."""

    text: str
    candidates: tuple[str, ...]
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A text that names no country; `suggestions` are display names, nearest first, possibly none."""

    text: str
    suggestions: tuple[str, ...]


Resolution = Found | Ambiguous | Unknown


def all_countries() -> tuple[Country, ...]:
    """Every country, by alpha-2 code."""
    return tuple(_countries().values())


def country_of(iso2: str) -> Country:
    """The country with this alpha-2 code, in capitals. Raises KeyError."""
    return _countries()[iso2]


def countries_of_gw(number: int) -> tuple[str, ...]:
    """The alpha-2 codes that a Gleditsch-Ward number covers, the state that bears it now first; empty if none."""
    return _gw_numbers().get(number, ())


def resolve_country(text: str) -> Resolution:
    """What one text names: a name, an alias, an ISO 3166-1 code or number, or `gw:` and a number."""
    return _find(text) or Unknown(text, _suggestions(text))


def resolve_countries(value: str) -> tuple[Resolution, ...]:
    """What a filter's value names: one country, or several between commas.

    The whole value is tried first, then the longest run of parts that names something: 15 ISO names have commas.
    """
    whole = _find(value)
    if whole is not None or "," not in value:
        return (whole or Unknown(value, _suggestions(value)),)
    return tuple(_resolve_parts(value.split(",")))


def fold(text: str) -> str:
    """The form in which names are compared: no case, accents, invisible characters or abbreviation dots, one kind
    of apostrophe and space, `and` for `&`, no leading `the`.
    """
    text = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    text = unicodedata.normalize("NFKD", text.casefold())
    # Mn and Me are accents; Cf are the invisible ones (zero-width space, byte order mark, soft hyphen).
    text = "".join(mark for mark in text if unicodedata.category(mark) not in ("Mn", "Me", "Cf"))
    text = _HYPHENS.sub(" ", text.translate(_APOSTROPHES)).replace("&", " and ")
    # Only after a letter: "U.S." is "us", but "3.68" must not become Iraq's number.
    text = re.sub(r"(?<=[^\W\d_])\.+", "", text)
    text = re.sub(r"\s*,\s*", ", ", " ".join(text.split())).strip()
    return re.sub(r"^(?:the )+(?=.)", "", text)


@cache
def _countries() -> dict[str, Country]:
    table = files("app").joinpath("countries.csv").read_text(encoding="utf-8")
    return {
        row["iso2"]: Country(
            iso2=row["iso2"],
            iso3=row["iso3"],
            iso_numeric=row["iso_numeric"] or None,
            name=row["name"],
            gw=tuple(int(number) for number in row["gw"].split(";") if number),
            aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
        )
        for row in csv.DictReader(table.splitlines())
    }


def spellings_of(country: Country) -> Iterator[str]:
    """Every text that names this country, folded: names and aliases first, then the codes."""
    yield from map(fold, (country.name, *country.aliases))
    yield from (country.iso2.lower(), country.iso3.lower())
    if country.iso_numeric is not None:
        yield country.iso_numeric
        # ACLED writes ISO numbers as integers: 4 for Afghanistan.
        if country.iso_numeric.startswith("0"):
            yield country.iso_numeric.lstrip("0")


@cache
def _spellings() -> dict[str, str]:
    spellings: dict[str, str] = {}
    for country in _countries().values():
        for spelling in spellings_of(country):
            other = spellings.setdefault(spelling, country.iso2)
            if other != country.iso2 or spelling in AMBIGUOUS or spelling in PARTS:
                raise ValueError(f"countries.csv: {spelling!r} of {country.iso2} is taken ({other})")
    return spellings


@cache
def _gw_numbers() -> dict[int, tuple[str, ...]]:
    numbers: dict[int, list[tuple[bool, str]]] = {}
    for country in _countries().values():
        for number in country.gw:
            numbers.setdefault(number, []).append((number != country.gw[0], country.iso2))
    return {number: tuple(iso2 for _, iso2 in sorted(holders)) for number, holders in numbers.items()}


@cache
def _comparable() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words that a misspelt text is compared with. Codes are not: two letters are near to everything."""
    words: dict[str, tuple[str, ...]] = {}
    for country in _countries().values():
        words.update({fold(name): (country.iso2,) for name in (country.name, *country.aliases)})
    return (*words.items(), *AMBIGUOUS.items(), *PARTS.items())


@cache
def _most_commas() -> int:
    return max(spelling.count(",") for spelling in _spellings())


def _find(text: str) -> Found | Ambiguous | None:
    folded = fold(text)
    if folded in AMBIGUOUS:
        candidates = AMBIGUOUS[folded]
        return Ambiguous(text, candidates, _names(candidates))
    if (iso2 := _spellings().get(folded)) is not None:
        return Found(text, (iso2,))
    if (gw := _GW.fullmatch(folded)) is not None and (covered := countries_of_gw(int(gw[1]))):
        return Found(text, covered)
    return None


def _resolve_parts(parts: list[str]) -> Iterator[Resolution]:
    start = unknown = 0
    while start < len(parts):
        longest = min(len(parts), start + 1 + _most_commas())
        for end in range(longest, start, -1):
            text = ",".join(parts[start:end]).strip()
            if (found := _find(text)) is not None:
                yield found
                break
        else:
            end, text = start + 1, parts[start].strip()
            unknown += 1
            yield Unknown(text, _suggestions(text) if unknown <= MOST_PARTS_COMPARED else ())
        start = end


def _suggestions(text: str) -> tuple[str, ...]:
    folded = fold(text)
    if re.fullmatch(r"[0-9]+", folded):
        # A bare number is never read as a GW number, but it may well have been meant as one.
        return _names(countries_of_gw(int(folded))) if len(folded) <= 3 else ()
    if folded in PARTS:
        return _names(PARTS[folded])
    if not folded or len(folded) > LONGEST_COMPARED:
        return ()
    nearest: dict[str, float] = {}
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    for word, codes in _comparable():
        nearness = _nearness(matcher, folded, word)
        for iso2 in codes if nearness >= NEAR_ENOUGH else ():
            nearest[iso2] = max(nearness, nearest.get(iso2, 0))
    ranked = sorted(nearest, key=lambda iso2: -nearest[iso2])[:MAX_SUGGESTIONS]
    return _names(tuple(iso2 for iso2 in ranked if nearest[iso2] >= nearest[ranked[0]] - WORTH_SHOWING))


def _nearness(matcher: SequenceMatcher[str], folded: str, word: str) -> float:
    """How near a word of the table is to the folded text, from 0 to 1."""
    contained = _containment(folded, word)
    matcher.set_seq1(word)
    # The quick ratios are upper bounds; the second is 1 only where the letters are the same in another order.
    if matcher.real_quick_ratio() < NEAR_ENOUGH or (bound := matcher.quick_ratio()) < NEAR_ENOUGH:
        return contained
    return max(SWAPPED if bound == 1 else matcher.ratio(), contained)


def _containment(folded: str, word: str) -> float:
    if len(word) >= SHORTEST_CONTAINED and f" {word} " in f" {folded} ":
        return NAME_IN_TEXT
    if len(folded) >= SHORTEST_CONTAINED and f" {folded} " in f" {word} ":
        return TEXT_IN_NAME
    return 0


def _names(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(country_of(iso2).name for iso2 in codes)
