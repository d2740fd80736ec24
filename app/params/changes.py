"""What a client may ask of changes, and of feeds of them."""

from typing import Annotated, ClassVar

from pydantic import Field

from app.params.asking import Asked, PositiveNumber, SplitAtCommas, WholeNumber, one_of, words_of
from app.params.events import Countries
from app.params.paging import Paged, Pinned, a_field_of
from app.problems import Fault
from app.schemas.columns.changes import CHANGES
from app.vocabulary import ChangeKind, ThingType


class ChangeFilters(Asked):
    """Which changes."""

    type: Annotated[tuple[Annotated[ThingType, words_of(ThingType)], ...], SplitAtCommas] = Field(
        default=(), description="what sort of thing changed"
    )
    change: Annotated[tuple[Annotated[ChangeKind, words_of(ChangeKind)], ...], SplitAtCommas] = Field(
        default=(), description="what happened to it"
    )
    country: Countries = Field(
        default=(),
        description="as on /events: events, locations and actors of a country before or after the change. What was"
        " suppressed is always there, as nobody can tell any more where it was",
        examples=["iraq"],
    )


class ChangeQuery(ChangeFilters, Paged):
    """What /changes takes."""

    presentation: ClassVar[frozenset[str]] = Paged.presentation
    table = CHANGES

    since: WholeNumber | None = Field(
        default=None,
        description="the older release; 0 is before the first one",
        examples=[0],
        json_schema_extra={"required": True},
    )
    until: PositiveNumber | None = Field(
        default=None, description="the newer release; default: the one that answers, which is the newest"
    )
    sort: Annotated[str, one_of(("release",))] = Field(
        default="release", description="the order of the rows: by release, then type, then id"
    )
    fields: Annotated[tuple[Annotated[str, a_field_of(CHANGES)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if self.since is None:
            faults.append(Fault("since", "is missing: say which release to compare with, such as since=1"))
        if self.since is not None and self.until is not None and self.until < self.since:
            faults.append(Fault("until", "lies before since"))
        return faults


class FeedQuery(ChangeFilters, Pinned):
    """What feeds of changes take."""

    presentation: ClassVar[frozenset[str]] = Pinned.presentation
    takes_no_format = True

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if self.format is not None:
            faults.append(Fault("format", "has no effect on a feed: its address says what it is"))
        return faults
