"""Runs the migrations on the writer's database; `python -m seed migrate` hands its own connection in."""

from alembic import context
from sqlalchemy import Connection

from app.models import Base
from app.settings import read_settings
from seed.database import make_write_engine


def run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
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
