"""Puts statistics together from what was added up: groups, empty stretches of time, order, documents. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson

from app.problems import Fault, invalid_parameters
from app.queries.cells import middle_of
from app.vocabulary import Outcome

MOST_ROWS = 50_000
TIMES = ("week", "month", "year")
# A group's keys, as numbers of terms, of cells or of months, weeks and years, and the number of its family.
Group = tuple[int | None, ...]
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_SUMS = 7


@dataclass(slots=True)
class Totals:
    """What one group comes to. `sums` are, by outcome: low, best, best from low, high, highs, highest, disputed."""

    events: int = 0
    aggregates: int = 0
    counted: int = 0
    summed: list[int] = field(default_factory=lambda: [0] * len(_OUTCOMES))
    unknown: list[int] = field(default_factory=lambda: [0] * len(_OUTCOMES))
    left_out: list[int] = field(default_factory=lambda: [0] * len(_OUTCOMES))
    not_allocated: list[int] = field(default_factory=lambda: [0] * len(_OUTCOMES))
    sums: dict[int, list[int | None]] = field(default_factory=dict)

    def count(self, events: int, aggregates: int, figures: int, left_out: int, *, allocated: bool) -> None:
        """Count events that are alike in the outcomes that they have figures of, and are left out of."""
        self.events += events
        self.aggregates += aggregates
        if allocated and figures & ~left_out:
            self.counted += events
        for place in range(len(_OUTCOMES)):
            if left_out >> place & 1:
                self.left_out[place] += events
            elif not figures >> place & 1:
                self.unknown[place] += events
            elif allocated:
                self.summed[place] += events
            else:
                self.not_allocated[place] += events

    def add(self, outcome: int, sums: Sequence[int | None]) -> None:
        """Add up figures of an outcome."""
        before = self.sums.get(outcome)
        self.sums[outcome] = list(sums) if before is None else [_plus(*two) for two in zip(before, sums, strict=True)]

    def documents(self) -> Iterator[tuple[str, dict[str, int | None]]]:
        """The totals of each outcome, as they are served."""
        for place, outcome in enumerate(_OUTCOMES):
            low, best, from_low, high, highs, highest, disputed = self.sums.get(place) or [None] * _SUMS
            open_ended = self.summed[place] - (highs or 0)
            yield (
                outcome,
                {
                    "low": low,
                    "best": best,
                    "best_from_low": from_low or 0,
                    "high": None if open_ended or self.unknown[place] else high,
                    "highest_stated": highest,
                    "open_ended": open_ended,
                    "unknown": self.unknown[place],
                    "disputed": disputed or 0,
                    "left_out": self.left_out[place],
                    "not_allocated": self.not_allocated[place],
                },
            )


def _plus(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else a + b


def rows_of_groups(
    groups: Mapping[Group, Totals], keys: Sequence[str], names: Mapping[int, str], cell_degrees: float
) -> list[bytes]:
    """The rows in order, as JSON. `names` gives the values of terms, families among them.

    Raises Problem 400 where they are more than one answer takes.
    """
    wanted = {**dict.fromkeys(_groups_of_empty_times(groups, keys)), **dict.fromkeys(groups)}
    refuse_too_many(len(wanted), keys)
    nothing = Totals()
    parts = [(_shown(group, keys, names, cell_degrees), groups.get(group, nothing)) for group in wanted]
    parts.sort(key=lambda part: _order(part[0]))
    return [_row(values, keys, totals) for (values, _), totals in parts]


def refuse_too_many(rows: int, keys: Sequence[str]) -> None:
    """Raise Problem 400 where an answer would have more rows than one takes."""
    if rows > MOST_ROWS:
        coarser = {"week": "month or year", "month": "year"}
        instead = " or ".join(f"{coarser[key]} for {key}" for key in keys if key in coarser)
        how = "ask for fewer days (date_from, date_to) or countries" + (f", or group by {instead}" if instead else "")
        how += ", or for larger cells (cell_degrees) or a part of the Earth (bbox)" if "cell" in keys else ""
        detail = f"gives more than {MOST_ROWS:,} rows with these filters, the most of one answer: {how}"
        raise invalid_parameters([Fault("group_by", detail)])


def _groups_of_empty_times(groups: Iterable[Group], keys: Sequence[str]) -> Iterator[Group]:
    """The groups of every time from the first to the last of the answer, for what else there are groups of."""
    times = [place for place, key in enumerate(keys) if key in TIMES]
    if not times:
        return
    known = [tuple(group[place] for place in times) for group in groups]
    spans = [tuple(time for time in span if time is not None) for span in known]
    whole = [span for span in spans if len(span) == len(times)]
    if not whole:
        return
    others = {tuple(None if place in times else value for place, value in enumerate(group)) for group in groups}
    stretch = _stretch([keys[place] for place in times], whole)
    refuse_too_many(len(others) * len(stretch), keys)
    for other in others:
        for moments in stretch:
            group = list(other)
            for place, moment in zip(times, moments, strict=True):
                group[place] = moment
            yield tuple(group)


def _stretch(kinds: Sequence[str], met: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Every moment from the first to the last that was met; of two kinds, every pair that has a day in common."""
    firsts, lasts = [min(moments) for moments in zip(*met, strict=True)], [max(each) for each in zip(*met, strict=True)]
    if len(kinds) == 1:
        refuse_too_many(lasts[0] - firsts[0], kinds)
        return [(moment,) for moment in range(firsts[0], lasts[0] + 1)]
    finest = min(range(len(kinds)), key=lambda place: TIMES.index(kinds[place]))
    refuse_too_many(lasts[finest] - firsts[finest], kinds)
    pairs: dict[tuple[int, ...], None] = {}
    for moment in range(firsts[finest], lasts[finest] + 1):
        for day in _first_and_last_day(kinds[finest], moment):
            pair = tuple(_moment_of(kind, day) for kind in kinds)
            if all(first <= at <= last for first, at, last in zip(firsts, pair, lasts, strict=True)):
                pairs[pair] = None
    return list(pairs)


def _first_and_last_day(kind: str, moment: int) -> tuple[date, date]:
    """The first and last day of a week or a month."""
    if kind == "week":
        monday = date.fromordinal(moment * 7 + 1)
        return monday, monday + timedelta(days=6)
    first = date(moment // 12, moment % 12 + 1, 1)
    return first, first


def _moment_of(kind: str, day: date) -> int:
    """The number of the week, month or year that a day lies in, as events have them."""
    if kind == "week":
        return (day.toordinal() - 1) // 7
    return day.year * 12 + day.month - 1 if kind == "month" else day.year


def _shown(
    group: Group, keys: Sequence[str], names: Mapping[int, str], cell_degrees: float
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The values of a group as they are served, its family last, and those that it is put in order by."""
    *values, family = group
    shown: list[Any] = []
    order: list[Any] = []
    for key, value in zip(keys, values, strict=True):
        if value is None:
            shown.append(None)
        elif key in TIMES:
            shown.append(label_of(key, value))
        elif key == "cell":
            shown.append(middle_of(value, cell_degrees))
        else:
            shown.append(names[value])
        order.append(value if key in TIMES else shown[-1])
    name = names[family] if family is not None else None
    return (*shown, name), (*order, name)


def _order(shown: tuple[tuple[Any, ...], tuple[Any, ...]]) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is None, value) for value in shown[1])


def label_of(kind: str, moment: int) -> int | str:
    """A year, a month such as 2014-06, or an ISO week such as 2024-W05."""
    if kind == "year":
        return moment
    if kind == "month":
        return f"{moment // 12:04}-{moment % 12 + 1:02}"
    year, week, _ = date.fromordinal(moment * 7 + 1).isocalendar()
    return f"{year:04}-W{week:02}"


def _row(values: Sequence[Any], keys: Sequence[str], totals: Totals) -> bytes:
    *groups, family = values
    return orjson.dumps(
        {
            **dict(zip(keys, groups, strict=True)),
            "source_family": family,
            "events": totals.events,
            "incidents": totals.events - totals.aggregates,
            "aggregates": totals.aggregates,
            "counted": totals.counted,
            **dict(totals.documents()),
        }
    )
