"""Makes a real database slow: the texts of events are read through a view that takes its time."""

from sqlalchemy import create_engine, text

from tests.postgres_cluster import READER, Database

# SQLite cannot sleep: it counts, and about so fast.
_COUNTED_IN_A_SECOND = 5_000_000


def make_slow(database: Database, seconds: float) -> None:
    """From now on each look at the text of an event takes about so long."""
    if database.kind == "sqlite":
        counted = int(seconds * _COUNTED_IN_A_SECOND)
        counting = f"SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < {counted}"  # noqa: S608
        waiting = f"WITH RECURSIVE n AS ({counting}), waited AS MATERIALIZED (SELECT count(*) FROM n)"  # noqa: S608
    else:
        waiting = f"WITH waited AS MATERIALIZED (SELECT pg_sleep({seconds}))"
    _execute(
        database,
        "ALTER TABLE event_body RENAME TO event_body_kept",
        f"CREATE VIEW event_body AS {waiting} SELECT event_body_kept.* FROM event_body_kept, waited",  # noqa: S608
        *([f"GRANT SELECT ON event_body TO {READER}"] if database.kind == "postgresql" else []),
    )


def make_quick_again(database: Database) -> None:
    _execute(database, "DROP VIEW event_body", "ALTER TABLE event_body_kept RENAME TO event_body")


def _execute(database: Database, *statements: str) -> None:
    engine = create_engine(database.write_url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()
