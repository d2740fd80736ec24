"""Named places."""

from sqlalchemy import JSON, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    Cited,
    Key,
    Thing,
    cited_as_owned_by,
    closed_list,
    country_is_iso2,
    given_or_null,
    index_where_given,
    reference_within,
)
from app.vocabulary import LocationKind


class Location(Thing, Cited, Base):
    """A named place with its country, admin units and point (WGS84 degrees); it may lie within another."""

    __tablename__ = "location"
    __table_args__ = (
        cited_as_owned_by("location", "number"),
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint("latitude IS NULL OR latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude IS NULL OR longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates_or_none"),
        country_is_iso2(),
        *given_or_null("admin1", "admin2"),
        CheckConstraint("country IS NOT NULL OR kind = 'water_or_air'", name="land_has_a_country"),
        CheckConstraint("within_number IS NULL OR within_number <> number", name="not_within_itself"),
        index_where_given("location", "within_number"),
    )

    origin: Mapped[str] = mapped_column(Key)
    name: Mapped[str] = mapped_column(Text)
    names: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[LocationKind] = closed_list(LocationKind, "kind")
    country: Mapped[str | None] = mapped_column(Key)
    admin1: Mapped[str | None] = mapped_column(Text)
    admin2: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    within_number: Mapped[int | None] = mapped_column(reference_within("location.number"))
    digest: Mapped[bytes]
