"""Keep a dataset's original records, and which of its releases repeat an event."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None

REPEATED = ("event_term", "claim_source")


def upgrade() -> None:
    op.add_column("event_document", sa.Column("original", sa.LargeBinary(), nullable=True))
    document = sa.table("event_document", sa.column("number"), sa.column("valid_from"))
    for name in REPEATED:
        op.add_column(name, sa.Column("since", sa.Integer(), nullable=True))
        terms = sa.table(name, sa.column("document"), sa.column("since"))
        began = sa.select(document.c.valid_from).where(document.c.number == terms.c.document).scalar_subquery()
        op.execute(terms.update().values(since=began))
        with op.batch_alter_table(name) as table:
            table.alter_column("since", existing_type=sa.Integer(), nullable=False)
            table.create_foreign_key(
                op.f(f"fk_{name}_since_release"),
                "release",
                ["since"],
                ["number"],
                initially="DEFERRED",
                deferrable=True,
            )


def downgrade() -> None:
    for name in REPEATED:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"fk_{name}_since_release"), type_="foreignkey")
            table.drop_column("since")
    op.drop_column("event_document", "original")
