"""Parameters of every list and item: which release answers, how much of it, in which shape."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from app.params.asking import Asked, PositiveNumber, WholeNumber, YesOrNo, one_of, wrong
from app.problems import Fault

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100


def _within_the_limit(number: int) -> int:
    if not 1 <= number <= MAX_LIMIT:
        raise wrong(f"{number} is not from 1 to {MAX_LIMIT}; links.next leads to the rows after the page")
    return number


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

    release: PositiveNumber | None = Field(default=None, description="answer from this release; default: the newest")
    as_of: Annotated[date, BeforeValidator(a_day)] | None = Field(
        default=None, description="answer from the last release published by the end of this day, in UTC"
    )
    format: Annotated[Literal["json"], one_of(("json",))] | None = Field(
        default=None, description="the answer's format; it goes before the `Accept` header"
    )

    def faults_between(self) -> list[Fault]:
        if self.release is not None and self.as_of is not None:
            return [Fault("as_of", "goes against release: give one of the two")]
        return []


class Paged(Pinned):
    """How much of a list, and which members of its rows."""

    presentation: ClassVar[frozenset[str]] = Pinned.presentation | {"limit", "cursor", "sort", "fields", "total"}

    limit: Annotated[
        WholeNumber,
        AfterValidator(_within_the_limit),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
    ] = Field(default=DEFAULT_LIMIT, description=f"rows on a page, 1 to {MAX_LIMIT}")
    cursor: str | None = Field(
        default=None, max_length=500, description="continues a walk: follow `links.next` rather than make one"
    )
    sort: str = Field(default="id", description="the order of the rows; every order ends in the id")
    fields: tuple[str, ...] = Field(default=(), description="members to give of each row; default: all")
    total: YesOrNo = Field(default=True, description="`false` leaves the count of all rows out")

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if self.cursor is not None and self.as_of is not None:
            faults.append(Fault("as_of", "goes against cursor: a walk stays in the release it began in"))
        return faults
