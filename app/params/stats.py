"""What a client may ask of statistics: the filters on events, and what their counts are grouped by."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic.config import JsonDict

from app.params.asking import SplitAtCommas, one_of, wrong
from app.params.events import EventFilters
from app.params.paging import Pinned
from app.params.places import number_of, shortest
from app.problems import Fault
from app.schemas.columns.stats import GROUPS, STATS, stats_by
from app.schemas.columns.tables import Table

MOST_GROUPS = 2
# Each divides the Earth into whole cells, whose sides are whole numbers of half degrees.
CELL_DEGREES = (0.5, 1.0, 2.0, 5.0, 10.0)


def _one_or_two(keys: tuple[str, ...]) -> tuple[str, ...]:
    if len(keys) > MOST_GROUPS:
        raise wrong(f"has {len(keys)} values; give one or two")
    return keys


def _side_of_a_cell(text: str) -> float:
    degrees = number_of(text)
    if degrees not in CELL_DEGREES:
        raise wrong(f"{text!r} is not one of {', '.join(map(shortest, CELL_DEGREES))}")
    return degrees


def _without_default(schema: JsonDict) -> None:
    del schema["default"]


class StatsQuery(EventFilters, Pinned):
    """What /stats takes."""

    presentation: ClassVar[frozenset[str]] = Pinned.presentation | {"group_by", "cell_degrees"}
    required: ClassVar[frozenset[str]] = frozenset({"group_by"})
    table: ClassVar[Table] = STATS

    group_by: Annotated[tuple[Annotated[str, one_of(GROUPS)], ...], SplitAtCommas, AfterValidator(_one_or_two)] = Field(
        default=(),
        description="one or two of these, in the order that the rows are to be in; `year`, `month` and (ISO) `week`"
        " are those of an event's first day; `cell` is a cell of a grid, for maps",
        examples=["country", "month"],
    )
    cell_degrees: Annotated[
        float,
        BeforeValidator(_side_of_a_cell),
        PlainSerializer(shortest),
        # An enumeration of numbers that are no integers is more than generators of clients know.
        WithJsonSchema({"type": "number", "minimum": CELL_DEGREES[0], "maximum": CELL_DEGREES[-1]}),
    ] = Field(
        default=1.0,
        # Without `cell` it is a fault, so no client may send it of its own accord.
        json_schema_extra=_without_default,
        description=f"side of the cells of `group_by=cell`, in degrees of latitude and of longitude:"
        f" {', '.join(map(shortest, CELL_DEGREES))}; 1 unless given; a border belongs to"
        " the cell north or east of it. All places of the events that match count, also where `bbox` or `near` asks for"
        " others",
    )

    def columns(self) -> Table:
        return stats_by(self.group_by)

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if not self.group_by:
            faults.append(Fault("group_by", f"is missing: give one or two of {', '.join(GROUPS)}"))
        if "cell" not in self.group_by and "cell_degrees" in self.model_fields_set:
            faults.append(Fault("cell_degrees", "has no effect without cell in group_by"))
        return faults
