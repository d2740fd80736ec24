"""Casualty claims: who said how many people came to harm. Each stays as it was made; none is merged."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Cited, Key, closed_list, reference_within
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
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(closed_list(Outcome, "outcome"))
    victims_scope: Mapped[VictimScope] = mapped_column(closed_list(VictimScope, "victims_scope"))
    victims_description: Mapped[str] = mapped_column(Text)
    victims_status: Mapped[VictimStatus] = mapped_column(closed_list(VictimStatus, "victims_status"))
    victims_actor_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"), index=True)
    victims_sex: Mapped[Sex] = mapped_column(closed_list(Sex, "victims_sex"))
    victims_age_group: Mapped[AgeGroup] = mapped_column(closed_list(AgeGroup, "victims_age_group"))
    part_of_group_id: Mapped[str | None] = mapped_column(reference_within("casualty_claim.id"))
    claimant_is_party: Mapped[bool | None]
    claimed_on: Mapped[date | None]
    standing: Mapped[Standing] = mapped_column(closed_list(Standing, "standing"))
    cause: Mapped[Cause] = mapped_column(closed_list(Cause, "cause"))


class ClaimCoverage(Base):
    """The parts of an event that a claim on the whole of it is about."""

    __tablename__ = "claim_coverage"

    claim_id: Mapped[str] = mapped_column(ForeignKey("casualty_claim.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
