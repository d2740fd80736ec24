"""Parameters of every list and item: which release answers, how much of it, in which shape."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, PlainSerializer, PrivateAttr, WithJsonSchema

from app.params.asking import Asked, PositiveNumber, YesOrNo, a_whole_number, one_of, wrong
from app.problems import Fault
from app.schemas.columns.tables import NO_COLUMNS, Table

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
# What `limit` holds where all rows are asked for at once: no page has so many.
EVERY_ROW = 0


def _a_limit(text: str) -> int:
    if text == "all":
        return EVERY_ROW
    number = a_whole_number(text)
    if not 1 <= number <= MAX_LIMIT:
        raise wrong(f"{number} is not from 1 to {MAX_LIMIT}; links.next leads to the rows after the page")
    return number


def _limit_as_asked(limit: int) -> int | str:
    return limit or "all"


def a_field_of(table: Table) -> BeforeValidator:
    """A validator for what `fields` takes: the members of a resource, and its columns for formats that have them."""
    return one_of(table.fields, named=table.members)


def a_day(text: str) -> date:
    """One day as ISO 8601 writes it."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise wrong(f"{text!r} is not a day such as 2024-02-02")


class Pinned(Asked):
    """Which release answers, and in which format."""

    presentation: ClassVar[frozenset[str]] = frozenset({"release", "as_of", "format"})

    # The columns of what is answered, which say what formats there are. Without any it is JSON alone.
    table: ClassVar[Table] = NO_COLUMNS

    # Whether the address alone says what the format is, so that any `format` is a fault.
    takes_no_format: ClassVar[bool] = False

    release: PositiveNumber | None = Field(default=None, description="answer from this release; default: the newest")
    as_of: Annotated[date, BeforeValidator(a_day)] | None = Field(
        default=None, description="answer from the last release published by the end of this day, in UTC"
    )
    # Which formats there are is known to those that write them: `app.web.asking` checks it.
    format: str | None = Field(default=None, description="the answer's format; it goes before the `Accept` header")

    def columns(self) -> Table:
        """The columns of this very answer, where they hang on what was asked."""
        return self.table

    def faults_between(self) -> list[Fault]:
        if self.release is not None and self.as_of is not None:
            return [Fault("as_of", "goes against release: give one of the two")]
        return []


class Paged(Pinned):
    """How much of a list, and which members of its rows."""

    presentation: ClassVar[frozenset[str]] = Pinned.presentation | {"limit", "cursor", "sort", "fields", "total"}

    limit: Annotated[
        int,
        BeforeValidator(_a_limit),
        PlainSerializer(_limit_as_asked),
        WithJsonSchema(
            {"oneOf": [{"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, {"type": "string", "enum": ["all"]}]}
        ),
    ] = Field(
        default=DEFAULT_LIMIT,
        description=f"rows on a page, 1 to {MAX_LIMIT}, or `all` for the whole result in a format that can be streamed",
    )
    cursor: str | None = Field(
        default=None, max_length=500, description="continues a walk: follow `links.next` rather than make one"
    )
    sort: str = Field(default="id", description="the order of the rows; every order ends in the id")
    fields: tuple[str, ...] = Field(default=(), description="members to give of each row; default: all")
    _matched: int | None = PrivateAttr(default=None)

    total: YesOrNo = Field(default=True, description="`false` leaves the count of all rows out")

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if self.cursor is not None and self.as_of is not None:
            faults.append(Fault("as_of", "goes against cursor: a walk stays in the release it began in"))
        return faults

    @property
    def takes_rows_alone(self) -> bool:
        """Whether this continues an answer that was begun, so that nothing is counted and nothing is warned of."""
        return self._matched is not None

    @property
    def matched(self) -> int:
        """How many rows there are at all, where this continues an answer; 0 where they were not counted."""
        return self._matched or 0

    def part(self, rows: int) -> Self:
        """The same question, for its first so many rows."""
        return self.model_copy(update={"limit": rows})

    def continued(self, cursor: str, rows: int, matched: int) -> Self:
        """The same question, for so many rows after the cursor and nothing else; `matched` were counted."""
        further = self.model_copy(update={"limit": rows, "cursor": cursor, "as_of": None, "total": False})
        further._matched = matched
        return further
