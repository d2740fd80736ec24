"""Rows and pages of ACLED's own API, as its clients read them: 31 columns, every value a text.

A number that the file leaves out is null, as clients turn texts into numbers; a text that it leaves out is empty.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from pydantic import Field

from app.countries import Found, resolve_country
from app.schemas.base import Document

ACLED_COLUMNS = tuple(
    """event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1
    inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3
    location latitude longitude geo_precision source source_scale notes fatalities tags timestamp
    """.split()  # noqa: SIM905  # as the dataset would have it
)
NUMBERS = frozenset(
    {"year", "time_precision", "iso", "latitude", "longitude", "geo_precision", "fatalities", "timestamp"}
)
# The ways in which exports have printed a day.
_DAY_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d-%B-%Y", "%d/%m/%Y", "%d %b %Y")
_OLD_NAMES = {"ally_actor_1": "assoc_actor_1", "ally_actor_2": "assoc_actor_2"}
# What stands in `inter1` and `inter2`: a number, or one of its names.
INTERS = {
    "0": (),
    "1": ("state forces",),
    "2": ("rebel group", "rebel groups", "rebel forces"),
    "3": ("political militia", "political militias"),
    "4": ("identity militia", "identity militias"),
    "5": ("rioters",),
    "6": ("protesters",),
    "7": ("civilians",),
    "8": ("external/other forces", "external forces", "other forces"),
}
# ACLED's numbers of regions, by which its API is asked.
REGIONS = {
    1: "Western Africa",
    2: "Middle Africa",
    3: "Eastern Africa",
    4: "Southern Africa",
    5: "Northern Africa",
    7: "South Asia",
    9: "Southeast Asia",
    11: "Middle East",
    12: "Europe",
    13: "Caucasus and Central Asia",
    14: "Central America",
    15: "South America",
    16: "Caribbean",
    17: "East Asia",
    18: "North America",
    19: "Oceania",
    20: "Antarctica",
}
# What current exports and the API print for each number; where two kinds meet there is a dash between them.
_INTER_WORDS = {number: names[0].capitalize() for number, names in INTERS.items() if names} | {
    "0": "",
    "8": "External/Other forces",
}
_INTER_COLUMNS = frozenset({"inter1", "inter2", "interaction"})
_INTER_OF = {name: number for number, names in INTERS.items() for name in (number, *names)}

Row = dict[str, str | None]


def acled_row(
    record: Mapping[str, str], columns: tuple[str, ...] = ACLED_COLUMNS, *, inter_num: int | None = None
) -> Row:
    """These columns of an export's record as ACLED's API gives them.

    `inter_num` is 1 for kinds of actors as numbers, 0 for words, and None as the export has them.
    """
    if inter_num is None:
        return {name: acled_cell(record, name) for name in columns}
    return {
        name: _inter_cell(record, name, inter_num) if name in _INTER_COLUMNS else acled_cell(record, name)
        for name in columns
    }


def _inter_cell(record: Mapping[str, str], name: str, inter_num: int) -> str | None:
    """A kind of actor, or both sides', as a number or in words; what is neither stays as the export has it."""
    cell = acled_cell(record, name)
    if name != "interaction":
        code = inter_code(cell)
        if code not in INTERS:
            return cell
        return code if inter_num else _INTER_WORDS[code]
    code = interaction_code(record)
    if len(code) != 2 or not set(code) <= INTERS.keys() or code[0] == "0":
        return cell
    if inter_num:
        return code
    first, second = (code[0], code[1]) if code != "78" else ("8", "7")  # as ACLED words this one
    return f"{_INTER_WORDS[first]}-{_INTER_WORDS[second]}" if second != "0" else f"{_INTER_WORDS[first]} only"


def acled_cell(record: Mapping[str, str], name: str) -> str | None:
    """One column. The day is written as ISO does, and the year is the day's where the file has none."""
    column = _columns_of(tuple(record)).get(name)
    text = "" if column is None else record[column]
    if name == "event_date":
        day = day_of(text)
        return day.isoformat() if day else text
    if name == "year" and not text.strip():
        day = acled_day(record)
        return str(day.year) if day else None
    return text if text or name not in NUMBERS else None


def acled_day(record: Mapping[str, str]) -> date | None:
    """The day of an event, as the record has it."""
    column = _columns_of(tuple(record)).get("event_date")
    return None if column is None else day_of(record[column])


@lru_cache(maxsize=4096)
def day_of(text: str) -> date | None:
    """The day that a text is, in any way that exports have printed one."""
    for day_format in _DAY_FORMATS:
        try:
            return datetime.strptime(text.strip(), day_format).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


@lru_cache(maxsize=1024)
def country_of_row(iso: str | None, country: str | None) -> str | None:
    """The alpha-2 code of the country of a row; `iso` is exact, and goes before the name."""
    for text in (iso, country):
        found = resolve_country(text or "")
        if isinstance(found, Found):
            return found.iso2[0]
    return None


def inter_code(text: str | None) -> str:
    """The number of what stands in `inter1` or `inter2`; an empty one is 0, and an unknown word stays."""
    word = (text or "0").strip().removesuffix(".0").casefold()
    return _INTER_OF.get(word, word)


def interaction_code(record: Mapping[str, str]) -> str:
    """The two digits of an interaction: both sides' numbers, the smaller first, and 0 for no one last."""
    given = (acled_cell(record, "interaction") or "").strip().removesuffix(".0")
    if given.isdigit():
        return given
    first, second = sorted(
        (inter_code(acled_cell(record, side)) for side in ("inter1", "inter2")), key=lambda code: (code == "0", code)
    )
    return first + second


@lru_cache(maxsize=64)
def _columns_of(columns: tuple[str, ...]) -> Mapping[str, str]:
    """The columns of a file by their names of today."""
    folded = {column.strip().casefold(): column for column in columns}
    return {_OLD_NAMES.get(name, name): column for name, column in folded.items()}


class AcledPage(Document):
    """A page of rows in the envelope of ACLED's API."""

    status: int = Field(description="200, as that of HTTP")
    success: bool = Field(description="true; what went wrong is problem+json")
    last_update: None = Field(description="always null: `Last-Modified` says when the release was published")
    count: int = Field(description="rows on this page")
    total_count: int = Field(description="rows that match, on all pages together")
    messages: list[Any] = Field(description="always empty")
    data: list[dict[str, str | None]] = Field(
        description="rows with the columns that were asked for, the latest first; every value is a text"
    )
    filename: str = Field(description="always empty")
