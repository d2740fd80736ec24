"""What a client may ask of statistics: the filters on events, and what their counts are grouped by."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from app.params.asking import SplitAtCommas, one_of, wrong
from app.params.events import EventFilters
from app.params.paging import Pinned
from app.problems import Fault

GROUPINGS = (
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
)
MOST_GROUPINGS = 2


def _one_or_two(keys: tuple[str, ...]) -> tuple[str, ...]:
    if len(keys) > MOST_GROUPINGS:
        raise wrong(f"has {len(keys)} values; give one or two")
    return keys


class StatsQuery(EventFilters, Pinned):
    """What /stats takes."""

    presentation: ClassVar[frozenset[str]] = Pinned.presentation | {"group_by"}
    required: ClassVar[frozenset[str]] = frozenset({"group_by"})

    group_by: Annotated[tuple[Annotated[str, one_of(GROUPINGS)], ...], SplitAtCommas, AfterValidator(_one_or_two)] = (
        Field(
            default=(),
            description="one or two of these, in the order that the rows are to be in; `year`, `month` and (ISO) `week`"
            " are those of an event's first day",
            examples=["country,month"],
        )
    )

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if not self.group_by:
            faults.append(Fault("group_by", f"is missing: give one or two of {', '.join(GROUPINGS)}"))
        return faults
