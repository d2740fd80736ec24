"""Create releases and the published side, and give the database its name."""

import uuid

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
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
        "claim_entry",
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("outcome", KEY, nullable=False),
        sa.Column("claimant", sa.Integer(), nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("best", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("by_most_killed", sa.Integer(), nullable=False),
        sa.Column("cites_all", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("document", "position", name=op.f("pk_claim_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_claim_entry_id", "claim_entry", ["id"], unique=False)
    op.create_table(
        "claim_source",
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("document", "position", "source", name=op.f("pk_claim_source")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "compression_dictionary",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sort", KEY, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_compression_dictionary")),
    )
    op.create_index(op.f("ix_compression_dictionary_sort"), "compression_dictionary", ["sort"], unique=False)
    op.create_table(
        "day_count",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("family", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("over", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", "family", "day", name=op.f("pk_day_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_involvement",
        sa.Column("role", KEY, nullable=False),
        sa.Column("attribution", KEY, nullable=False),
        sa.Column("actor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("role", "attribution", "actor", "document", name=op.f("pk_event_involvement")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_term",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by_newest", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("valid_from", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("by_most_killed", sa.Integer(), nullable=False),
        sa.Column("family", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", "by_newest", "id", "valid_from", name=op.f("pk_event_term")),
        sqlite_with_rowid=False,
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
        "term",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.Column("longest_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_term")),
    )
    op.create_index("ix_term_value", "term", ["kind", "value"], unique=True)
    op.create_table(
        "term_count",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("family", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holding", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", "family", name=op.f("pk_term_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_document",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.Column("by_newest", sa.Integer(), nullable=False),
        sa.Column("by_most_killed", sa.Integer(), nullable=False),
        sa.Column("start_day", sa.Integer(), nullable=True),
        sa.Column("end_day", sa.Integer(), nullable=True),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("killed_low", sa.Integer(), nullable=True),
        sa.Column("killed_best", sa.Integer(), nullable=True),
        sa.Column("killed_high", sa.Integer(), nullable=True),
        sa.Column("family", sa.Integer(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_event_document_holds_for_a_release")),
        sa.ForeignKeyConstraint(["family"], ["term.number"], name=op.f("fk_event_document_family_term")),
        sa.ForeignKeyConstraint(["valid_from"], ["release.number"], name=op.f("fk_event_document_valid_from_release")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event_document")),
    )
    op.create_index("ix_event_document_id", "event_document", ["id", "valid_until"], unique=True)
    op.create_index(
        "ix_event_document_most_killed",
        "event_document",
        ["by_most_killed", "id", "valid_from", "valid_until", "family"],
        unique=False,
    )
    op.create_index(
        "ix_event_document_newest",
        "event_document",
        ["by_newest", "id", "valid_from", "valid_until", "last_day", "family"],
        unique=False,
    )
    op.create_table(
        "membership",
        sa.Column("whole", KEY, nullable=False),
        sa.Column("member", KEY, nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_membership_holds_for_a_release")),
        sa.ForeignKeyConstraint(["valid_from"], ["release.number"], name=op.f("fk_membership_valid_from_release")),
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
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resource", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("country", KEY, nullable=True),
        sa.Column("admin1", KEY, nullable=True),
        sa.Column("family", KEY, nullable=True),
        sa.Column("dictionary", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "resource IN ('location', 'actor', 'source', 'country')", name=op.f("ck_reference_document_resource")
        ),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_reference_document_holds_for_a_release")),
        sa.ForeignKeyConstraint(
            ["dictionary"],
            ["compression_dictionary.number"],
            name=op.f("fk_reference_document_dictionary_compression_dictionary"),
        ),
        sa.ForeignKeyConstraint(
            ["valid_from"], ["release.number"], name=op.f("fk_reference_document_valid_from_release")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reference_document")),
    )
    op.create_index("ix_reference_document_id", "reference_document", ["resource", "id", "valid_until"], unique=True)
    op.create_table(
        "event_body",
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dictionary", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary"],
            ["compression_dictionary.number"],
            name=op.f("fk_event_body_dictionary_compression_dictionary"),
        ),
        sa.ForeignKeyConstraint(
            ["document"], ["event_document.number"], name=op.f("fk_event_body_document_event_document")
        ),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_event_body")),
    )
    op.create_table(
        "event_original",
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dictionary", sa.Integer(), nullable=True),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary"],
            ["compression_dictionary.number"],
            name=op.f("fk_event_original_dictionary_compression_dictionary"),
        ),
        sa.ForeignKeyConstraint(
            ["document"], ["event_document.number"], name=op.f("fk_event_original_document_event_document")
        ),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_event_original")),
    )
    archive = sa.table("archive", sa.column("id", sa.Integer), sa.column("identity", sa.String))
    op.execute(archive.insert().values(id=1, identity=uuid.uuid4().hex))
    # The term that every document has; it has counts, and no rows of its own.
    op.execute("INSERT INTO term (number, kind, value, longest_days) VALUES (0, 'all', '', 0)")


def downgrade() -> None:
    # Each takes its indexes with it.
    op.drop_table("event_original")
    op.drop_table("event_body")
    op.drop_table("reference_document")
    op.drop_table("membership")
    op.drop_table("event_document")
    op.drop_table("term_count")
    op.drop_table("term")
    op.drop_table("release")
    op.drop_table("event_term")
    op.drop_table("event_involvement")
    op.drop_table("day_count")
    op.drop_table("compression_dictionary")
    op.drop_table("claim_source")
    op.drop_table("claim_entry")
    op.drop_table("archive")
