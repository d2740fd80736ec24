"""Statistics in columns: the groups that were asked for, then what each of them comes to."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

from app.schemas.columns.tables import Column, Kind, Part, Table, copied, members_as_they_are
from app.schemas.stats import OutcomeTotals, StatsRowDocument
from app.vocabulary import Outcome

GROUPS = (
    "country",
    "admin1",
    "year",
    "month",
    "week",
    "event_type",
    "sub_event_type",
    "type_of_violence",
    "actor",
    "source",
    "claimant",
    "cell",
)
_COUNTS = ("events", "incidents", "aggregates", "counted")
_OF_PEOPLE = frozenset({"low", "best", "high", "highest_stated"})
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_FIELDS = tuple(OutcomeTotals.model_fields)


def _column_of(outcome: str, field: str) -> Column:
    said = OutcomeTotals.model_fields[field].description
    unit = "people" if field in _OF_PEOPLE else None
    return Column(f"{outcome}_{field}", Kind.INTEGER, f"{outcome}: {said}", outcome, unit, (OutcomeTotals, field))


_of_totals = itemgetter(*_FIELDS)


def _totals(row: Mapping[str, Any]) -> Sequence[Any]:
    return list(chain.from_iterable(_of_totals(row[outcome]) for outcome in _OUTCOMES))


_TOTALS = Part(tuple(_column_of(outcome, field) for outcome in _OUTCOMES for field in _FIELDS), _totals)


@cache
def stats_by(groups: tuple[str, ...]) -> Table:
    """The columns of statistics by these groups, in their order."""
    members = (*groups, "source_family", *_COUNTS)
    columns = [
        copied(StatsRowDocument, name, Kind.INTEGER if name in ("year", *_COUNTS) else Kind.TEXT) for name in members
    ]
    return Table("stats", (*members, *_OUTCOMES), (members_as_they_are(*columns), _TOTALS))


STATS = stats_by(GROUPS)
