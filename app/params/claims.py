"""What a client may ask of casualty claims: the filters on their events, and on themselves."""

from typing import Annotated, ClassVar

from pydantic import Field

from app.params.asking import SplitAtCommas, WholeNumber, one_of, words_of
from app.params.events import SORTS, EventFilters, Ids
from app.params.paging import Paged, Pinned, a_field_of
from app.schemas.columns.claims import CASUALTY_CLAIMS
from app.vocabulary import Outcome


class ClaimQuery(EventFilters, Paged):
    """What /casualty-claims takes."""

    table = CASUALTY_CLAIMS
    presentation: ClassVar[frozenset[str]] = Paged.presentation

    outcome: Annotated[tuple[Annotated[Outcome, words_of(Outcome)], ...], SplitAtCommas] = Field(
        default=(), description="what happened to the people that the claim counts"
    )
    claimant: Ids = Field(default=(), description="ids of actors that made the claim")
    source: Ids = Field(default=(), description="ids of sources, or families of datasets, that the claim cites")
    killed_min: WholeNumber | None = Field(
        default=None, description="claims of at least so many killed, by the number they offer or, without one, low"
    )
    killed_max: WholeNumber | None = Field(default=None, description="claims of at most so many killed, by high")
    sort: Annotated[str, one_of(SORTS)] = Field(
        default="-date",
        description="the order of the rows: by the event's first day or by the claim's own killed, `-` for the largest"
        " first; unknown last; every order ends in the id",
    )
    fields: Annotated[tuple[Annotated[str, a_field_of(CASUALTY_CLAIMS)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )


class ClaimItem(Pinned):
    """What /casualty-claims/{id} takes."""

    table = CASUALTY_CLAIMS
