"""Rows and pages of UCDP's own API, as its clients read them: GED's 49 columns, typed as UCDP types them.

The names, their order and their types are those of UCDP's OpenAPI description of `GEDEvents`.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from pydantic import Field

from app.schemas.base import Document

Value = str | int | float | bool | None
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(\.0*)?", re.ASCII).fullmatch
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([ T].*)?", re.ASCII).fullmatch
_YES, _NO = frozenset({"1", "1.0", "true"}), frozenset({"0", "0.0", "false"})
# Files before 17.1 call the estimates so.
_OLD_NAMES = {"best_est": "best", "high_est": "high", "low_est": "low"}


@lru_cache(maxsize=10_000)
def whole_number(text: str) -> int | str | None:
    """A number as files write it (`645`, `645.0`); a text that is none stays as it is; None for an empty one."""
    text = text.strip()
    return int(text.partition(".")[0]) if _WHOLE(text) else text or None


@lru_cache(maxsize=10_000)
def _number(text: str) -> float | str | None:
    try:
        return float(text)
    except ValueError:
        return text.strip() or None


@lru_cache(maxsize=10_000)
def _yes_or_no(text: str) -> bool | str | None:
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else text.strip() or None


@lru_cache(maxsize=10_000)
def _midnight(text: str) -> str | None:
    day = _DAY(text.strip())
    return f"{day[1]}T00:00:00" if day else text.strip() or None


def _text(text: str) -> str | None:
    return text or None


GED_COLUMNS = tuple(
    """id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name
    dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
    number_of_sources source_article source_office source_date source_headline source_original where_prec
    where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region
    event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa
    gwnob""".split()  # noqa: SIM905  # as the dataset would have it
)
_WHOLE_NUMBERS = """
    id year type_of_violence conflict_new_id dyad_new_id side_a_new_id side_b_new_id number_of_sources where_prec
    priogrid_gid country_id event_clarity date_prec deaths_a deaths_b deaths_civilians deaths_unknown best high
    low""".split()  # noqa: SIM905
_TYPED: Mapping[str, Callable[[str], Value]] = {
    **dict.fromkeys(_WHOLE_NUMBERS, whole_number),
    "latitude": _number,
    "longitude": _number,
    "active_year": _yes_or_no,
    "date_start": _midnight,
    "date_end": _midnight,
}


def ged_row(record: Mapping[str, str]) -> dict[str, Value]:
    """A record of a GED file as UCDP's API gives it; a column that the file lacks, or leaves empty, is null."""
    return {name: None if column is None else read(record[column]) for name, column, read in _layout_of(tuple(record))}


def ged_cell(record: Mapping[str, str], name: str) -> Value:
    """One column of that row."""
    column = _columns_of(tuple(record)).get(name)
    return None if column is None else _TYPED.get(name, _text)(record[column])


@lru_cache(maxsize=64)
def _columns_of(columns: tuple[str, ...]) -> Mapping[str, str]:
    """The columns of a file by their names of today."""
    folded = {column.strip().casefold(): column for column in columns}
    return {_OLD_NAMES.get(name, name): column for name, column in folded.items()}


@lru_cache(maxsize=64)
def _layout_of(columns: tuple[str, ...]) -> tuple[tuple[str, str | None, Callable[[str], Value]], ...]:
    known = _columns_of(columns)
    return tuple((name, known.get(name), _TYPED.get(name, _text)) for name in GED_COLUMNS)


class GedPage(Document):
    """A page of rows in the envelope of UCDP's API."""

    TotalCount: int = Field(description="rows that match, on all pages together")
    TotalPages: int = Field(description="pages of this size that they fill")
    PreviousPageUrl: str = Field(description="the whole address of the page before; empty on the first")
    NextPageUrl: str = Field(description="the whole address of the page after, in the same release; empty on the last")
    Result: list[dict[str, Value]] = Field(
        description="rows with GED's 49 columns, the earliest first; an empty cell is null"
    )
