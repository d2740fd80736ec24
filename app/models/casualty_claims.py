"""Casualty claims: who said how many people came to harm. Each stays as it was made; none is merged."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Cited, Key, closed_list, index_where, reference_within
from app.models.counts import Count, count_constraints
from app.vocabulary import AgeGroup, Cause, Outcome, Sex, Standing, VictimScope, VictimStatus


class CasualtyClaim(Cited, Count, Base):
    """One statement of one outcome of one event."""

    __tablename__ = "casualty_claim"
    __table_args__ = (
        *count_constraints(),
        CheckConstraint("victims_description <> ''", name="victims_are_described"),
        CheckConstraint("(claimant_id IS NULL) = (claimant_is_party IS NULL)", name="claimant_is_a_party_or_not"),
        CheckConstraint("part_of_group_id IS NULL OR victims_scope = 'group'", name="only_a_group_is_part_of_one"),
        CheckConstraint("part_of_group_id IS NULL OR part_of_group_id <> id", name="not_part_of_itself"),
        # A group is part of one that was counted in the same event and of the same outcome; the key is for that alone.
        UniqueConstraint("id", "event_id", "outcome", name="uq_casualty_claim_group"),
        ForeignKeyConstraint(
            ["part_of_group_id", "event_id", "outcome"],
            ["casualty_claim.id", "casualty_claim.event_id", "casualty_claim.outcome"],
            name="fk_casualty_claim_part_of_group",
            deferrable=True,
            initially="DEFERRED",
        ),
        index_where("ix_casualty_claim_part_of_group_id", "part_of_group_id IS NOT NULL", "part_of_group_id"),
        UniqueConstraint("event_id", "position"),
        CheckConstraint("position >= 0", name="position_counts_from_zero"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    position: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(closed_list(Outcome, "outcome"))
    victims_scope: Mapped[VictimScope] = mapped_column(closed_list(VictimScope, "victims_scope"))
    victims_description: Mapped[str] = mapped_column(Text)
    victims_status: Mapped[VictimStatus] = mapped_column(closed_list(VictimStatus, "victims_status"))
    victims_actor_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"), index=True)
    victims_sex: Mapped[Sex] = mapped_column(closed_list(Sex, "victims_sex"))
    victims_age_group: Mapped[AgeGroup] = mapped_column(closed_list(AgeGroup, "victims_age_group"))
    part_of_group_id: Mapped[str | None] = mapped_column(Key)
    claimant_is_party: Mapped[bool | None]
    claimed_on: Mapped[date | None]
    standing: Mapped[Standing] = mapped_column(closed_list(Standing, "standing"))
    cause: Mapped[Cause] = mapped_column(closed_list(Cause, "cause"))


class ClaimCoverage(Base):
    """The parts of an event that a claim on the whole of it is about; none of them can go while the claim stays."""

    __tablename__ = "claim_coverage"

    claim_id: Mapped[str] = mapped_column(ForeignKey("casualty_claim.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[str] = mapped_column(reference_within("event.id"), primary_key=True, index=True)
