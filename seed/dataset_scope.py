"""What a dataset's file covers, and what it withdraws by not holding it."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, select

from app.models import Event, EventLocation, Location
from seed.importers.datasets import DatasetEvent


class Scope(StrEnum):
    """What a file withdraws by not holding it: nothing, what its countries and years cover, or all of the dataset."""

    NONE = "none"
    FILE = "file"
    ALL = "all"


class Coverage:
    """What a file covers: by default its countries, as the dataset counts them, times the years that it spans."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.countries: set[str | int] = set()
        self.years: set[int] = set()

    def take(self, told: DatasetEvent) -> None:
        """Widen to an event."""
        if told.event.date_start:
            self.years.add(told.event.date_start.year)
        codes = told.event.dataset
        counted = codes.country_id if codes and codes.country_id else None
        self.countries |= {counted} if counted else {place.country for place in told.locations if place.country}

    def covers(self, country: str | int | None, start: date | None) -> bool:
        """Whether an event there and then would be in the file."""
        if self.scope is Scope.ALL:
            return True
        if self.scope is Scope.NONE or start is None or not self.years:
            return False
        return country in self.countries and min(self.years) <= start.year <= max(self.years)


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Events, by id and number, that files cover and do not hold, of so many that were stored in their scope."""

    gone: dict[str, int]
    covered: int


def find_withdrawals(
    connection: Connection, origin: str, last_event: int, coverages: Sequence[Coverage], seen: Container[str]
) -> Withdrawals:
    """Hold what was stored, up to the event `last_event`, against what the files cover and the ids that they hold."""
    if all(coverage.scope is Scope.NONE for coverage in coverages):
        return Withdrawals({}, 0)
    query = (
        select(Event.id, Event.number, Event.date_start, Event.dataset_country_id, Location.country)
        .join(EventLocation, EventLocation.event_number == Event.number)
        .join(Location, Location.number == EventLocation.location_number)
        .where(Event.origin == origin, Event.number <= last_event)
        .execution_options(yield_per=1000)
    )
    gone, covered = {}, 0
    for event_id, number, start, country_id, country in connection.execute(query):
        if any(coverage.covers(country_id or country, start) for coverage in coverages):
            covered += 1
            if event_id not in seen:
                gone[event_id] = number
    return Withdrawals(gone, covered)
