"""Questions that a user would ask, country and window of days, each with the number of events that answers it.

The numbers come from the generated file alone, so that an answer can be held against them. No question comes twice.
"""

import csv
import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from bench.machine import BenchFailed

# Where the generator's countries lie, by their Gleditsch–Ward numbers, as a user of the API names them.
ISO2 = {
    "652": "SY", "700": "AF", "750": "IN", "369": "UA", "645": "IQ", "70": "MX", "770": "PK", "475": "NG",
    "490": "CD", "520": "SO", "678": "YE", "840": "PH", "775": "MM", "100": "CO", "530": "ET", "640": "TR",
    "365": "RU", "625": "SD", "615": "DZ", "666": "IL",
}  # fmt: skip
MOST_EVENTS = 5000
TRIES = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """Events in a country that a window of days meets."""

    country: str
    date_from: date
    date_to: date

    def address(self, **more: object) -> str:
        """As the API is asked."""
        asked = {"country": self.country, "date_from": self.date_from, "date_to": self.date_to, **more}
        return f"/events?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last days of all events of one country, as numbers, each list in order."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


class Calendar:
    """When the events of a file were, by country."""

    def __init__(self, file: Path) -> None:
        self.countries: dict[str, Days] = {}
        with file.open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            head = next(rows)
            country, start, end = (head.index(name) for name in ("country_id", "date_start", "date_end"))
            for row in rows:
                days = self.countries.setdefault(ISO2[row[country]], Days())
                days.starts.append(date.fromisoformat(row[start]).toordinal())
                days.ends.append(date.fromisoformat(row[end]).toordinal())
        for days in self.countries.values():
            days.starts.sort()
            days.ends.sort()

    def meeting(self, question: Question) -> int:
        """How many events the window meets: what the API's `total` has to be."""
        days = self.countries[question.country]
        begun = bisect_right(days.starts, question.date_to.toordinal())
        return begun - bisect_left(days.ends, question.date_from.toordinal())

    def starting(self, question: Question) -> int:
        """How many events begin in the window."""
        starts = self.countries[question.country].starts
        return bisect_right(starts, question.date_to.toordinal()) - bisect_left(starts, question.date_from.toordinal())

    def most_frequent(self) -> str:
        """The country with the most events."""
        return max(self.countries, key=lambda country: len(self.countries[country].starts))


@dataclass(slots=True)
class Questions:
    """Questions without end, the same ones for the same file and seed.

    Countries come as often as their events do. At least `least` events begin in a window; small numbers are as frequent
    as large ones, by orders of magnitude. `meeting` narrows by how many events the API would find.
    """

    calendar: Calendar
    least: int
    most: int = MOST_EVENTS
    only: str | None = None
    meeting: tuple[int, int] | None = None
    seed: int = 1
    _chance: random.Random = field(init=False)
    _given: set[Question] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  # a sample, no secret

    def take(self, number: int) -> list[Question]:
        """So many that were not given before; raises BenchFailed where the data holds no more."""
        return [question for question, _ in zip(self._new(), range(number), strict=False)]

    def _new(self) -> Iterator[Question]:
        eligible = {
            country: len(days.starts)
            for country, days in self.calendar.countries.items()
            if len(days.starts) >= self.least and self.only in (None, country)
        }
        failures = 0
        while eligible and failures < TRIES:
            (country,) = self._chance.choices(list(eligible), list(eligible.values()))
            question = self._draw(country, self.calendar.countries[country].starts)
            failures += 1
            if question not in self._given and self._is_wanted(question):
                failures = 0
                self._given.add(question)
                yield question
        raise BenchFailed(
            f"After {len(self._given)} questions there is no other with at least {self.least} events: make more events."
        )

    def _draw(self, country: str, starts: list[int]) -> Question:
        """A window from one event's first day, or from the empty days before it, to another's or the days after."""
        number = int(self.least * (min(self.most, len(starts)) / self.least) ** self._chance.random())
        first = self._chance.randrange(len(starts) - number + 1)
        last = first + number - 1
        before = starts[first - 1] if first else starts[first] - 30
        after = starts[last + 1] if last + 1 < len(starts) else starts[last] + 30
        return Question(
            country,
            date.fromordinal(self._chance.randint(min(before + 1, starts[first]), starts[first])),
            date.fromordinal(self._chance.randint(starts[last], max(after - 1, starts[last]))),
        )

    def _is_wanted(self, question: Question) -> bool:
        if self.meeting is None:
            return True
        low, high = self.meeting
        return low <= self.calendar.meeting(question) <= high
