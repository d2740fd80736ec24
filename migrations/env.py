"""Runs the migrations on the writer's database; `python -m seed migrate` hands its own connection in."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from app.models import Base
from app.settings import read_settings
from seed.database import make_write_engine


def _is_compared(element: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """SQLite's virtual tables, and those that they keep themselves, are no tables that could be compared."""
    is_virtual = context.get_context().dialect.name == "sqlite" and str(name).startswith("event_text")
    return not (kind == "table" and is_virtual)


def run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_object=_is_compared,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """On the connection that was handed in, or on one of its own for the `alembic` command."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        run_on(given)
        return
    engine = make_write_engine(read_settings().write_url, foreign_keys=False)
    with engine.begin() as connection:
        run_on(connection)
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations run on a database: give DATABASE_WRITE_URL")
run()
