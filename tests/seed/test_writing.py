"""Rows given to the driver as they are: they arrive as any others would, and fail as any others would."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from app.models import Actor, Base, Citation, Event, Location, Source
from seed.columns import COLUMNS
from seed.database import make_write_engine
from seed.writing import update_rows, write_rows
from tests.postgres_cluster import Database
from tests.record.factories import PUBLISHED, add, add_foundation
from tests.seed.loading import migrated

ODD = "a\tb\nc\\d\\N“–” 'x' %s ?"
Row = dict[str, Any]
EVENTS = (5, 6, 7)


@pytest.fixture
def connection(empty: Connection) -> Connection:
    """A transaction with the rows that others point at."""
    add_foundation(empty)
    for thing in EVENTS:
        add(empty, Citation, number=thing, owner_number=thing)
    return empty


def event_row(of: int, **changes: Any) -> tuple[Any, ...]:
    row: Row = dict.fromkeys(COLUMNS[Event])
    row |= {"number": of, "id": f"e-{of}", "origin": "test", "digest": b"\0\xff\\x00", "citation_number": of}
    row |= {"title": ODD, "is_aggregate": True, "date_precision": "day", "external_ids": "[]", "review_status": '["x"]'}
    row |= {"date_start": "2024-02-29", "date_end": "2024-02-29", "dataset_where_prec": 2**40}
    return tuple((row | changes).values())


@pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__tablename__)
def test_columns_are_all_that_the_database_does_not_work_out_itself(model: type[Base]) -> None:
    table = model.metadata.tables[model.__tablename__]

    assert sorted(COLUMNS[model]) == sorted(column.name for column in table.c if column.computed is None)


def test_tables_with_columns_are_those_of_the_record() -> None:
    assert {model.__tablename__ for model in COLUMNS} == set(Base.metadata.tables) - PUBLISHED


def test_rows_arrive_with_their_values_whatever_these_are(connection: Connection) -> None:
    write_rows(connection, Event, COLUMNS[Event], [event_row(5)])
    point = (7, "l", "test", b"", 7, "Place", '["one", "zwei"]', "town", "IQ", None, None, -0.1, 179.999999, None)
    write_rows(connection, Location, COLUMNS[Location], [point])

    columns = (Event.title, Event.digest, Event.is_aggregate, Event.date_start, Event.summary, Event.review_status)
    row = connection.execute(select(*columns, Event.dataset_where_prec).where(Event.number == 5)).one()
    place = (Location.names, Location.latitude, Location.longitude)
    assert row == (ODD, b"\0\xff\\x00", True, date(2024, 2, 29), None, ["x"], 2**40)
    assert connection.execute(select(*place).where(Location.number == 7)).one() == (["one", "zwei"], -0.1, 179.999999)


def test_rows_are_changed_by_their_number_alone(connection: Connection) -> None:
    write_rows(connection, Event, COLUMNS[Event], [event_row(5), event_row(6)])
    update_rows(
        connection, Event, COLUMNS[Event], [event_row(5, title="Another", date_end="2024-03-01", date_precision="days")]
    )

    titles = dict(connection.execute(select(Event.number, Event.title).where(Event.number > 1)).all())
    assert titles == {5: "Another", 6: ODD}


def test_rows_are_changed_by_several_keys_together(connection: Connection) -> None:
    write_rows(connection, Event, COLUMNS[Event], [event_row(5), event_row(6), event_row(7)])
    of_them = ("number", "id", "title", "summary")
    update_rows(connection, Event, of_them, [(5, "e-5", "Five", None), (6, "e-5", "No", "n"), (7, "e-7", ODD, "s")], 2)

    rows = connection.execute(select(Event.number, Event.title, Event.summary).where(Event.number > 1))
    assert {tuple(row) for row in rows} == {(5, "Five", None), (6, ODD, None), (7, ODD, "s")}


def test_change_that_is_too_long_for_its_column_is_refused_and_not_cut(connection: Connection) -> None:
    write_rows(connection, Event, COLUMNS[Event], [event_row(5)])

    with pytest.raises(DBAPIError):
        update_rows(connection, Event, ("number", "date_precision"), [(5, f"day{' ' * 60}x")])


@pytest.mark.parametrize("beside", [0, 2], ids=["alone", "beside-others"])
@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"citation_number": None}, {"citation_number": 404}, {"number": 1}, {"event_type": "terror"}],
    ids=lambda changes: str(*changes),
)
def test_row_when_the_database_refuses_it_raises_what_any_statement_would(
    connection: Connection, changes: Row, beside: int
) -> None:
    savepoint = connection.begin_nested()

    with pytest.raises(IntegrityError) as refusal:
        write_rows(
            connection,
            Event,
            COLUMNS[Event],
            [*(event_row(n) for n in range(10, 10 + beside)), event_row(5, **changes)],
        )
    savepoint.rollback()

    assert refusal.value.orig is not None
    assert not refusal.value.connection_invalidated
    assert connection.scalars(select(Event.number)).all() == [1]


def test_value_when_the_driver_has_no_room_for_it_raises_a_fault_of_the_database(connection: Connection) -> None:
    savepoint = connection.begin_nested()
    with pytest.raises((DBAPIError, OverflowError)):
        write_rows(connection, Event, COLUMNS[Event], [event_row(2**70)])
    savepoint.rollback()


def test_rows_are_part_of_the_transaction_even_where_they_begin_it(engine: Engine) -> None:
    with engine.connect() as connection:
        write_rows(connection, Source, COLUMNS[Source], [source_row()])
        assert connection.in_transaction()
        connection.rollback()
        assert connection.scalars(select(Source.id)).all() == []
        connection.rollback()
        write_rows(connection, Source, COLUMNS[Source], [source_row()])
        connection.commit()
    with engine.begin() as connection:
        assert connection.scalars(select(Source.id)).all() == ["s"]
        connection.execute(delete(Source))


def source_row() -> tuple[Any, ...]:
    row: Row = dict.fromkeys(COLUMNS[Source])
    row |= {"number": 1, "id": "s", "origin": "test", "digest": b"", "kind": "article", "title": "S", "authors": "[]"}
    return tuple(row.values())


def test_no_rows_are_no_statement(connection: Connection) -> None:
    write_rows(connection, Actor, COLUMNS[Actor], [])
    update_rows(connection, Actor, COLUMNS[Actor], [])

    assert len(connection.scalars(select(Actor.id)).all()) == 2


@pytest.fixture
def own_engine(database: Database) -> Iterator[Engine]:
    """An engine whose connections may be spoiled."""
    engine = migrated(database)
    yield engine
    engine.dispose()


def test_connection_when_it_is_lost_raises_what_any_statement_would_and_is_thrown_away(
    own_engine: Engine, database: Database
) -> None:
    rows = [(n, "event", 1, 1, "p. 1", None, "[]") for n in range(1, 4)]
    with own_engine.connect() as connection:
        write_rows(connection, Source, COLUMNS[Source], [source_row()])
        driver: Any = connection.connection.driver_connection
        if database.kind == "postgresql":
            with psycopg.connect(database.write_url.replace("postgresql+psycopg", "postgresql")) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (driver.info.backend_pid,))
        else:
            driver.close()

        with pytest.raises((OperationalError, ProgrammingError)) as fault:
            write_rows(connection, Citation, COLUMNS[Citation], rows)
        if database.kind == "postgresql":
            assert isinstance(fault.value, OperationalError)
            assert fault.value.connection_invalidated
            assert connection.invalidated
        else:
            connection.invalidate()

    again = make_write_engine(database.write_url)
    with again.connect() as connection:
        assert connection.scalars(select(Source.id)).all() == []
    again.dispose()
