"""Name each row's first citation by its thing as well, and keep no index that only a deletion would ask."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: None = None
depends_on: None = None

# Each table whose rows are cited, with its column that holds the number of the thing that they belong to.
OWNER_OF = {
    "location": "number",
    "actor": "number",
    "relationship": "actor_number",
    "event": "number",
    "event_location": "event_number",
    "involvement": "event_number",
    "reported_count": "event_number",
    "casualty_claim": "event_number",
}
# Indexes by what hardly ever goes; the last column says which of them hold the rows that name something alone.
NOT_ASKED = (
    ("casualty_claim", "claimant_number", False),
    ("casualty_claim", "victims_actor_number", True),
    ("event_location", "location_number", False),
    ("involvement", "actor_number", False),
    ("reported_count", "claimant_number", False),
)
CLAIMS_ID = "CONSTRAINT uq_casualty_claim_id UNIQUE (id)"
CLAIMS_PLACE = "CONSTRAINT uq_casualty_claim_place UNIQUE"


def upgrade() -> None:
    op.create_index("ix_citation_of_its_thing", "citation", ["owner_number", "number"], unique=True)
    op.drop_index("ix_citation_owner_number", "citation")
    for table in OWNER_OF:
        op.drop_index(f"ix_{table}_citation_number", table)
    for table, column, _ in NOT_ASKED:
        op.drop_index(f"ix_{table}_{column}", table)
    if op.get_bind().dialect.name == "sqlite":
        _write_in_schema({_by_number(table): _by_thing(table) for table in OWNER_OF})
        _make_anew("casualty_claim", f", {CLAIMS_ID}", "")
        return
    for table, owner in OWNER_OF.items():
        op.drop_constraint(f"fk_{table}_citation_number_citation", table, type_="foreignkey")
        op.create_foreign_key(
            f"fk_{table}_citation_of_its_thing",
            table,
            "citation",
            [owner, "citation_number"],
            ["owner_number", "number"],
        )
    op.drop_constraint("uq_casualty_claim_id", "casualty_claim", type_="unique")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _write_in_schema({_by_thing(table): _by_number(table) for table in OWNER_OF})
        _make_anew("casualty_claim", f", {CLAIMS_PLACE}", f", {CLAIMS_ID}, {CLAIMS_PLACE}")
    else:
        for table in OWNER_OF:
            op.drop_constraint(f"fk_{table}_citation_of_its_thing", table, type_="foreignkey")
            name = f"fk_{table}_citation_number_citation"
            op.create_foreign_key(name, table, "citation", ["citation_number"], ["number"])
        op.create_unique_constraint("uq_casualty_claim_id", "casualty_claim", ["id"])
    for table, column, where_given in NOT_ASKED:
        where = sa.text(f"{column} IS NOT NULL") if where_given else None
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=where, postgresql_where=where)
    for table in OWNER_OF:
        op.create_index(f"ix_{table}_citation_number", table, ["citation_number"])
    op.create_index("ix_citation_owner_number", "citation", ["owner_number"])
    op.drop_index("ix_citation_of_its_thing", "citation")


def _by_number(table: str) -> str:
    """The foreign key as SQLite's schema words it."""
    return f"CONSTRAINT fk_{table}_citation_number_citation FOREIGN KEY(citation_number) REFERENCES citation (number)"


def _by_thing(table: str) -> str:
    return (
        f"CONSTRAINT fk_{table}_citation_of_its_thing FOREIGN KEY({OWNER_OF[table]}, citation_number)"
        " REFERENCES citation (owner_number, number)"
    )


def _write_in_schema(replacements: dict[str, str]) -> None:
    """Replace foreign keys where SQLite keeps the text of its schema, the way its manual gives for constraints that
    change no row: tables of a million events stay as they are. `migrate` checks all keys in the end.
    """
    connection = op.get_bind()
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    for before, after in replacements.items():
        done = connection.execute(
            sa.text("UPDATE sqlite_schema SET sql = replace(sql, :before, :after) WHERE instr(sql, :before) > 0"),
            {"before": before, "after": after},
        )
        if done.rowcount != 1:
            raise RuntimeError(f"the schema does not say: {before}")
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = RESET"))


def _make_anew(table: str, before: str, after: str) -> None:
    """Copy a SQLite table into one whose text differs, as its own index of a constraint cannot be dropped."""
    connection = op.get_bind()
    query = sa.text("SELECT type, sql FROM sqlite_schema WHERE tbl_name = :table AND sql IS NOT NULL")
    made = connection.execute(query, {"table": table}).all()
    (text,) = (" ".join(sql.split()) for kind, sql in made if kind == "table")
    if before not in text:
        raise RuntimeError(f"the schema of {table} does not say: {before}")
    new = text.replace(before, after).replace(f"CREATE TABLE {table}", f"CREATE TABLE new_{table}", 1)
    new = new.replace(f'CREATE TABLE "{table}"', f"CREATE TABLE new_{table}", 1)
    for statement in (
        new,
        f"INSERT INTO new_{table} SELECT * FROM {table}",  # noqa: S608  # the migration's own names
        f"DROP TABLE {table}",
        f"ALTER TABLE new_{table} RENAME TO {table}",
        *(sql for kind, sql in made if kind == "index"),
    ):
        connection.exec_driver_sql(statement)
