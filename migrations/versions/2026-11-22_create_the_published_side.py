"""Create releases and the published side, and give the database its name."""

import uuid

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: None = None
depends_on: None = None

# Text keys sort in byte order on every database.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identity", KEY, nullable=False),
        sa.CheckConstraint("identity <> ''", name=op.f("ck_archive_has_a_name")),
        sa.CheckConstraint("id = 1", name=op.f("ck_archive_is_the_only_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    op.create_table(
        "release",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("coverage", sa.JSON(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_release_numbers_start_at_one")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_published_at"), "release", ["published_at"], unique=False)
    op.create_table(
        "event_document",
        sa.Column("id", KEY, nullable=False),
        sa.Column("by_newest", sa.Integer(), nullable=False),
        sa.Column("by_oldest", sa.Integer(), nullable=False),
        sa.Column("by_most_killed", sa.Integer(), nullable=False),
        sa.Column("by_fewest_killed", sa.Integer(), nullable=False),
        sa.Column("date_start", sa.Date(), nullable=True),
        sa.Column("date_end", sa.Date(), nullable=True),
        sa.Column("event_type", KEY, nullable=True),
        sa.Column("sub_event_type", KEY, nullable=True),
        sa.Column("part_of", KEY, nullable=True),
        sa.Column("conflict", KEY, nullable=True),
        sa.Column("killed_low", sa.Integer(), nullable=True),
        sa.Column("killed_best", sa.Integer(), nullable=True),
        sa.Column("killed_high", sa.Integer(), nullable=True),
        sa.Column("family", KEY, nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("has_parts", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_event_document_holds_for_a_release")),
        sa.ForeignKeyConstraint(
            ["valid_from"],
            ["release.number"],
            name=op.f("fk_event_document_valid_from_release"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event_document")),
    )
    op.create_index(
        "ix_event_document_fewest_killed",
        "event_document",
        ["by_fewest_killed", "id", "valid_from", "valid_until"],
        unique=False,
    )
    op.create_index(
        "ix_event_document_holding",
        "event_document",
        ["id"],
        unique=True,
        sqlite_where=sa.text("valid_until = 2147483647"),
        postgresql_where=sa.text("valid_until = 2147483647"),
    )
    op.create_index("ix_event_document_id", "event_document", ["id", "valid_from"], unique=True)
    op.create_index(
        "ix_event_document_most_killed",
        "event_document",
        ["by_most_killed", "id", "valid_from", "valid_until"],
        unique=False,
    )
    op.create_index(
        "ix_event_document_newest", "event_document", ["by_newest", "id", "valid_from", "valid_until"], unique=False
    )
    op.create_index(
        "ix_event_document_oldest", "event_document", ["by_oldest", "id", "valid_from", "valid_until"], unique=False
    )
    op.create_index(op.f("ix_event_document_part_of"), "event_document", ["part_of"], unique=False)
    op.create_table(
        "membership",
        sa.Column("whole", KEY, nullable=False),
        sa.Column("member", KEY, nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_membership_holds_for_a_release")),
        sa.ForeignKeyConstraint(
            ["valid_from"],
            ["release.number"],
            name=op.f("fk_membership_valid_from_release"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("whole", "member", "valid_from", name=op.f("pk_membership")),
    )
    op.create_index(
        "ix_membership_holding",
        "membership",
        ["whole", "member"],
        unique=True,
        sqlite_where=sa.text("valid_until = 2147483647"),
        postgresql_where=sa.text("valid_until = 2147483647"),
    )
    op.create_table(
        "reference_document",
        sa.Column("resource", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("country", KEY, nullable=True),
        sa.Column("admin1", KEY, nullable=True),
        sa.Column("family", KEY, nullable=True),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "resource IN ('location', 'actor', 'source', 'country')", name=op.f("ck_reference_document_resource")
        ),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_reference_document_holds_for_a_release")),
        sa.ForeignKeyConstraint(
            ["valid_from"],
            ["release.number"],
            name=op.f("fk_reference_document_valid_from_release"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reference_document")),
    )
    op.create_index(
        "ix_reference_document_holding",
        "reference_document",
        ["resource", "id"],
        unique=True,
        sqlite_where=sa.text("valid_until = 2147483647"),
        postgresql_where=sa.text("valid_until = 2147483647"),
    )
    op.create_index("ix_reference_document_id", "reference_document", ["resource", "id", "valid_from"], unique=True)
    op.create_table(
        "claim_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", KEY, nullable=False),
        sa.Column("claimant", KEY, nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("best", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("by_most_killed", sa.Integer(), nullable=False),
        sa.Column("by_fewest_killed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"],
            ["event_document.number"],
            name=op.f("fk_claim_entry_document_event_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", "document", name=op.f("pk_claim_entry")),
    )
    op.create_index(op.f("ix_claim_entry_claimant"), "claim_entry", ["claimant"], unique=False)
    op.create_index("ix_claim_entry_document", "claim_entry", ["document"], unique=False)
    op.create_table(
        "claim_source",
        sa.Column("source", KEY, nullable=False),
        sa.Column("claim", KEY, nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"],
            ["event_document.number"],
            name=op.f("fk_claim_source_document_event_document"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["since"],
            ["release.number"],
            name=op.f("fk_claim_source_since_release"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("source", "claim", "document", name=op.f("pk_claim_source")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_involvement",
        sa.Column("actor", KEY, nullable=False),
        sa.Column("role", KEY, nullable=False),
        sa.Column("attribution", KEY, nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"],
            ["event_document.number"],
            name=op.f("fk_event_involvement_document_event_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("actor", "role", "attribution", "document", name=op.f("pk_event_involvement")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_term",
        sa.Column("kind", KEY, nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"],
            ["event_document.number"],
            name=op.f("fk_event_term_document_event_document"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["since"],
            ["release.number"],
            name=op.f("fk_event_term_since_release"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("kind", "value", "document", name=op.f("pk_event_term")),
        sqlite_with_rowid=False,
    )
    archive = sa.table("archive", sa.column("id", sa.Integer), sa.column("identity", sa.String))
    op.execute(archive.insert().values(id=1, identity=uuid.uuid4().hex))


def downgrade() -> None:
    # Each takes its indexes with it.
    op.drop_table("event_term")
    op.drop_table("event_involvement")
    op.drop_table("claim_source")
    op.drop_table("claim_entry")
    op.drop_table("reference_document")
    op.drop_table("membership")
    op.drop_table("event_document")
    op.drop_table("release")
    op.drop_table("archive")
