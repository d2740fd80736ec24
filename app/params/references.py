"""What a client may ask of locations, actors, sources, countries and releases."""

from typing import Annotated

from pydantic import Field

from app.params.asking import SplitAtCommas, one_of, words_of
from app.params.events import Countries, Ids
from app.params.paging import Paged, Pinned, a_field_of
from app.params.places import BoxOfDegrees, Kilometres, PointInDegrees, faults_of_near
from app.params.words import Words
from app.problems import Fault
from app.schemas.columns.references import ACTORS, COUNTRIES, LOCATIONS, SOURCES
from app.schemas.columns.releases import RELEASES
from app.vocabulary import ActorKind, LocationKind, SourceKind


class ReferenceQuery(Paged):
    """What the lists that are ordered by id take."""

    sort: Annotated[str, one_of(("id",))] = Field(default="id", description="the order of the rows")


class LocationQuery(ReferenceQuery):
    """What /locations takes."""

    table = LOCATIONS

    country: Countries = Field(default=(), description="as on /events", examples=["iraq"])
    admin1: tuple[str, ...] = Field(default=(), description="as on /events")
    source: Ids = Field(default=(), description="ids of sources, or families of datasets, that the location cites")
    bbox: BoxOfDegrees | None = Field(
        default=None, description="as on /events, of the location's own point", examples=["38.8,33.1,45.9,37.4"]
    )
    near: PointInDegrees | None = Field(
        default=None, description="as on /events, of the location's own point", examples=["35.02,40.45"]
    )
    radius_km: Kilometres | None = Field(default=None, description="as on /events", examples=[50])
    q: Words | None = Field(
        default=None, description="words of its names, read as on /events", examples=["deir ez-zor"]
    )
    kind: Annotated[tuple[Annotated[LocationKind, words_of(LocationKind)], ...], SplitAtCommas] = Field(
        default=(), description="what sort of place it is"
    )
    fields: Annotated[tuple[Annotated[str, a_field_of(LOCATIONS)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )

    def faults_between(self) -> list[Fault]:
        return super().faults_between() + faults_of_near(self.near, self.radius_km)


class ActorQuery(ReferenceQuery):
    """What /actors takes."""

    table = ACTORS

    country: Countries = Field(
        default=(), description="countries of states and their forces, as on /events", examples=["iran"]
    )
    source: Ids = Field(default=(), description="ids of sources, or families of datasets, that the actor cites")
    q: Words | None = Field(
        default=None, description="words of its names, read as on /events", examples=["kataib hezbollah"]
    )
    kind: Annotated[tuple[Annotated[ActorKind, words_of(ActorKind)], ...], SplitAtCommas] = Field(
        default=(), description="what sort of actor it is"
    )
    fields: Annotated[tuple[Annotated[str, a_field_of(ACTORS)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )


class SourceQuery(ReferenceQuery):
    """What /sources takes."""

    table = SOURCES

    source: Ids = Field(default=(), description="ids of sources, or families of datasets")
    kind: Annotated[tuple[Annotated[SourceKind, words_of(SourceKind)], ...], SplitAtCommas] = Field(
        default=(), description="what sort of publication it is"
    )
    fields: Annotated[tuple[Annotated[str, a_field_of(SOURCES)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )


class CountryQuery(ReferenceQuery):
    """What /countries takes."""

    table = COUNTRIES

    country: Countries = Field(default=(), description="as on /events", examples=["iraq"])
    fields: Annotated[tuple[Annotated[str, a_field_of(COUNTRIES)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )


class ReleaseQuery(Paged):
    """What /releases takes."""

    table = RELEASES

    sort: Annotated[str, one_of(("number", "-number"))] = Field(
        default="-number", description="the order of the rows: `-number` is the newest first"
    )
    fields: Annotated[tuple[Annotated[str, a_field_of(RELEASES)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )


class LocationItem(Pinned):
    """What /locations/{id} takes."""

    table = LOCATIONS


class ActorItem(Pinned):
    """What /actors/{id} takes."""

    table = ACTORS


class SourceItem(Pinned):
    """What /sources/{id} takes."""

    table = SOURCES


class CountryItem(Pinned):
    """What /countries/{id} takes."""

    table = COUNTRIES


class ReleaseItem(Pinned):
    """What /releases/{id} takes."""

    table = RELEASES
