"""What a client may ask of statistics: the filters on events, and what their counts are grouped by."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from app.params.asking import SplitAtCommas, one_of, wrong
from app.params.events import EventFilters
from app.params.paging import Pinned
from app.problems import Fault
from app.schemas.columns.stats import GROUPS, STATS, stats_by
from app.schemas.columns.tables import Table

MOST_GROUPS = 2


def _one_or_two(keys: tuple[str, ...]) -> tuple[str, ...]:
    if len(keys) > MOST_GROUPS:
        raise wrong(f"has {len(keys)} values; give one or two")
    return keys


class StatsQuery(EventFilters, Pinned):
    """What /stats takes."""

    presentation: ClassVar[frozenset[str]] = Pinned.presentation | {"group_by"}
    required: ClassVar[frozenset[str]] = frozenset({"group_by"})
    table: ClassVar[Table] = STATS

    group_by: Annotated[tuple[Annotated[str, one_of(GROUPS)], ...], SplitAtCommas, AfterValidator(_one_or_two)] = Field(
        default=(),
        description="one or two of these, in the order that the rows are to be in; `year`, `month` and (ISO) `week`"
        " are those of an event's first day",
        examples=["country", "month"],
    )

    def columns(self) -> Table:
        return stats_by(self.group_by)

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if not self.group_by:
            faults.append(Fault("group_by", f"is missing: give one or two of {', '.join(GROUPS)}"))
        return faults
