"""Casualty claims: who said how many people came to harm. Each stays as it was made; none is merged."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Cited, Key, Numbered, cited_as_owned_by, closed_list, reference_within
from app.models.counts import Count, count_constraints
from app.vocabulary import AgeGroup, Cause, Outcome, Sex, Standing, VictimScope, VictimStatus


class CasualtyClaim(Numbered, Cited, Count, Base):
    """One statement of one outcome of one event.

    Its id is its own among all claims: the loader holds it against those that are published, which are found by it.
    """

    __tablename__ = "casualty_claim"
    __table_args__ = (
        cited_as_owned_by("casualty_claim", "event_number"),
        *count_constraints(),
        CheckConstraint("victims_description <> ''", name="victims_are_described"),
        CheckConstraint("(claimant_number IS NULL) = (claimant_is_party IS NULL)", name="claimant_is_a_party_or_not"),
        CheckConstraint(
            "part_of_group_position IS NULL OR victims_scope = 'group'", name="only_a_group_is_part_of_one"
        ),
        CheckConstraint(
            "part_of_group_position IS NULL OR part_of_group_position <> position", name="not_part_of_itself"
        ),
        # A group is part of one that was counted in the same event and of the same outcome: it is named by its place
        # there, so that one key keeps the claims' order, finds those of an event and is what the group points at.
        UniqueConstraint("event_number", "outcome", "position", name="uq_casualty_claim_place"),
        ForeignKeyConstraint(
            ["event_number", "outcome", "part_of_group_position"],
            ["casualty_claim.event_number", "casualty_claim.outcome", "casualty_claim.position"],
            name="fk_casualty_claim_part_of_group",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("position >= 0", name="position_counts_from_zero"),
    )

    id: Mapped[str] = mapped_column(Key, sort_order=-1)
    event_number: Mapped[int] = mapped_column(ForeignKey("event.number", ondelete="CASCADE"))
    position: Mapped[int]
    outcome: Mapped[Outcome] = closed_list(Outcome, "outcome")
    victims_scope: Mapped[VictimScope] = closed_list(VictimScope, "victims_scope")
    victims_description: Mapped[str] = mapped_column(Text)
    victims_status: Mapped[VictimStatus] = closed_list(VictimStatus, "victims_status")
    victims_actor_number: Mapped[int | None] = mapped_column(ForeignKey("actor.number"))
    victims_sex: Mapped[Sex] = closed_list(Sex, "victims_sex")
    victims_age_group: Mapped[AgeGroup] = closed_list(AgeGroup, "victims_age_group")
    part_of_group_position: Mapped[int | None]
    claimant_is_party: Mapped[bool | None]
    claimed_on: Mapped[date | None]
    standing: Mapped[Standing] = closed_list(Standing, "standing")
    cause: Mapped[Cause] = closed_list(Cause, "cause")


class ClaimCoverage(Base):
    """The parts of an event that a claim on the whole of it is about; none of them can go while the claim stays.

    `position` keeps the order in which the claim names them.
    """

    __tablename__ = "claim_coverage"

    claim_number: Mapped[int] = mapped_column(
        ForeignKey("casualty_claim.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_number: Mapped[int] = mapped_column(
        reference_within("event.number"), primary_key=True, autoincrement=False, index=True
    )
    position: Mapped[int]
