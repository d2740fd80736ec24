"""Events, where they happened, who had to do with them, and what else was counted of them."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    Cited,
    Key,
    closed_list,
    given_or_null,
    index_where,
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


class Event(Cited, Base):
    """Something that happened in a time and at one or more places."""

    __tablename__ = "event"
    __table_args__ = (
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
        CheckConstraint("part_of_id IS NULL OR part_of_id <> id", name="not_part_of_itself"),
        CheckConstraint("in_response_to_id IS NULL OR in_response_to_id <> id", name="not_in_response_to_itself"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    origin: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    is_aggregate: Mapped[bool]
    part_of_id: Mapped[str | None] = mapped_column(reference_within("event.id"), index=True)
    in_response_to_id: Mapped[str | None] = mapped_column(reference_within("event.id"), index=True)
    event_type: Mapped[EventType | None] = mapped_column(closed_list(EventType, "event_type"))
    sub_event_type: Mapped[SubEventType | None] = mapped_column(closed_list(SubEventType, "sub_event_type"))
    type_of_violence: Mapped[TypeOfViolence | None] = mapped_column(closed_list(TypeOfViolence, "type_of_violence"))
    conflict_id: Mapped[str | None] = mapped_column(Key)
    conflict_name: Mapped[str | None] = mapped_column(Text)
    date_start: Mapped[date | None]
    date_end: Mapped[date | None]
    date_precision: Mapped[DatePrecision] = mapped_column(closed_list(DatePrecision, "date_precision"))
    date_wording: Mapped[str | None] = mapped_column(Text)
    dataset: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    external_ids: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    review_status: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[bytes]


class EventLocation(Cited, Base):
    """That an event happened at a place, and how exactly the place says where."""

    __tablename__ = "event_location"
    __table_args__ = (UniqueConstraint("event_id", "location_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    location_id: Mapped[str] = mapped_column(ForeignKey("location.id"), index=True)
    precision: Mapped[LocationPrecision] = mapped_column(closed_list(LocationPrecision, "precision"))


class Involvement(Cited, Base):
    """What an actor has to do with an event, and on whose word. A denial is a row of its own."""

    __tablename__ = "involvement"
    __table_args__ = (
        UniqueConstraint(
            "event_id", "actor_id", "role", "attribution", "attributed_by_id", name="uq_involvement_said_once"
        ),
        # NULLs are distinct to a constraint: what nobody in particular says has an index of its own.
        index_where(
            "ix_involvement_said_once_by_nobody_named",
            "attributed_by_id IS NULL",
            "event_id",
            "actor_id",
            "role",
            "attribution",
            unique=True,
        ),
        CheckConstraint(
            f"attributed_by_id IS NULL OR attribution IN"
            f" ({words_in_sql(Attribution.ATTRIBUTED, Attribution.SUSPECTED)})",
            name="own_word_is_nobody_elses",
        ),
        *given_or_null("wording"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), index=True)
    role: Mapped[Role] = mapped_column(closed_list(Role, "role"))
    attribution: Mapped[Attribution] = mapped_column(closed_list(Attribution, "attribution"))
    attributed_by_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"), index=True)
    wording: Mapped[str | None] = mapped_column(Text)


class ReportedCount(Cited, Count, Base):
    """A number other than casualties that a source states of an event."""

    __tablename__ = "reported_count"
    __table_args__ = count_constraints()

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    measure: Mapped[Measure] = mapped_column(closed_list(Measure, "measure"))
