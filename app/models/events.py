"""Events, where they happened, who had to do with them, and what else was counted of them."""

from datetime import date

from sqlalchemy import JSON, BigInteger, CheckConstraint, Computed, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    Cited,
    Key,
    Numbered,
    Thing,
    cited_as_owned_by,
    closed_list,
    given_or_null,
    index_where_given,
    reference_within,
    words_in_sql,
)
from app.models.counts import Count, count_constraints
from app.vocabulary import (
    SUB_EVENT_TYPES,
    Attribution,
    DatePrecision,
    EventType,
    LocationPrecision,
    Measure,
    Role,
    SubEventType,
    TypeOfViolence,
)

_SUB_EVENT_TYPE_OF_ITS_TYPE = " OR ".join(
    f"(event_type = '{event_type.value}' AND sub_event_type IN ({words_in_sql(*sub_types)}))"
    for event_type, sub_types in SUB_EVENT_TYPES.items()
)


class Event(Thing, Cited, Base):
    """Something that happened in a time and at one or more places.

    `dataset_…` are a dataset's own codes; `external_ids` are pairs of a scheme and the event's id there.
    """

    __tablename__ = "event"
    __table_args__ = (
        cited_as_owned_by("event", "number"),
        CheckConstraint("title <> ''", name="title_is_given"),
        CheckConstraint("date_start IS NULL OR date_end IS NULL OR date_start <= date_end", name="dates_in_order"),
        CheckConstraint(
            "(date_precision = 'unknown') = (date_start IS NULL OR date_end IS NULL)",
            name="date_precision_of_known_dates",
        ),
        CheckConstraint("date_precision <> 'day' OR date_start = date_end", name="a_day_is_one_day"),
        CheckConstraint(
            f"sub_event_type IS NULL OR (event_type IS NOT NULL AND ({_SUB_EVENT_TYPE_OF_ITS_TYPE}))",
            name="sub_event_type_of_its_type",
        ),
        CheckConstraint("(conflict_id IS NULL) = (conflict_name IS NULL)", name="conflict_has_a_name"),
        *given_or_null("summary", "date_wording", "conflict_id", "conflict_name"),
        CheckConstraint("part_of_number IS NULL OR part_of_number <> number", name="not_part_of_itself"),
        CheckConstraint(
            "in_response_to_number IS NULL OR in_response_to_number <> number", name="not_in_response_to_itself"
        ),
        index_where_given("event", "part_of_number"),
        index_where_given("event", "in_response_to_number"),
    )

    origin: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    is_aggregate: Mapped[bool]
    part_of_number: Mapped[int | None] = mapped_column(reference_within("event.number"))
    in_response_to_number: Mapped[int | None] = mapped_column(reference_within("event.number"))
    event_type: Mapped[EventType | None] = closed_list(EventType, "event_type")
    sub_event_type: Mapped[SubEventType | None] = closed_list(SubEventType, "sub_event_type")
    type_of_violence: Mapped[TypeOfViolence | None] = closed_list(TypeOfViolence, "type_of_violence")
    conflict_id: Mapped[str | None] = mapped_column(Key)
    conflict_name: Mapped[str | None] = mapped_column(Text)
    date_start: Mapped[date | None]
    date_end: Mapped[date | None]
    date_precision: Mapped[DatePrecision] = closed_list(DatePrecision, "date_precision")
    date_wording: Mapped[str | None] = mapped_column(Text)
    dataset_code_status: Mapped[str | None] = mapped_column(Text)
    dataset_event_clarity: Mapped[int | None] = mapped_column(BigInteger)  # a file's codes are as long as it likes
    dataset_where_prec: Mapped[int | None] = mapped_column(BigInteger)
    dataset_date_prec: Mapped[int | None] = mapped_column(BigInteger)
    dataset_number_of_sources: Mapped[int | None] = mapped_column(BigInteger)
    dataset_country: Mapped[str | None] = mapped_column(Text)
    dataset_country_id: Mapped[int | None] = mapped_column(BigInteger)
    external_ids: Mapped[list[tuple[str, str]]] = mapped_column(JSON)
    review_status: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[bytes]


class EventLocation(Numbered, Cited, Base):
    """That an event happened at a place, and how exactly the place says where."""

    __tablename__ = "event_location"
    __table_args__ = (
        cited_as_owned_by("event_location", "event_number"),
        UniqueConstraint("event_number", "location_number"),
    )

    event_number: Mapped[int] = mapped_column(ForeignKey("event.number", ondelete="CASCADE"))
    location_number: Mapped[int] = mapped_column(ForeignKey("location.number"))  # places hardly ever go: no index
    precision: Mapped[LocationPrecision] = closed_list(LocationPrecision, "precision")


class Involvement(Numbered, Cited, Base):
    """What an actor has to do with an event, and on whose word. A denial is a row of its own."""

    __tablename__ = "involvement"
    __table_args__ = (
        cited_as_owned_by("involvement", "event_number"),
        # NULLs are distinct to a constraint; `said_by`, which the database itself works out, is 0 for nobody named.
        UniqueConstraint(
            "event_number", "actor_number", "role", "attribution", "said_by", name="uq_involvement_said_once"
        ),
        index_where_given("involvement", "attributed_by_number"),
        CheckConstraint(
            f"attributed_by_number IS NULL OR attribution IN"
            f" ({words_in_sql(Attribution.ATTRIBUTED, Attribution.SUSPECTED)})",
            name="own_word_is_nobody_elses",
        ),
        *given_or_null("wording"),
    )

    event_number: Mapped[int] = mapped_column(ForeignKey("event.number", ondelete="CASCADE"))
    actor_number: Mapped[int] = mapped_column(ForeignKey("actor.number"))  # actors hardly ever go: no index
    role: Mapped[Role] = closed_list(Role, "role")
    attribution: Mapped[Attribution] = closed_list(Attribution, "attribution")
    attributed_by_number: Mapped[int | None] = mapped_column(ForeignKey("actor.number"))
    said_by: Mapped[int] = mapped_column(Computed("coalesce(attributed_by_number, 0)", persisted=True))
    wording: Mapped[str | None] = mapped_column(Text)


class ReportedCount(Numbered, Cited, Count, Base):
    """A number other than casualties that a source states of an event."""

    __tablename__ = "reported_count"
    __table_args__ = (cited_as_owned_by("reported_count", "event_number"), *count_constraints())

    event_number: Mapped[int] = mapped_column(ForeignKey("event.number", ondelete="CASCADE"), index=True)
    measure: Mapped[Measure] = closed_list(Measure, "measure")
