"""Many keys as one parameter: the same rows as a list of them would find, by the same index."""

from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.models import Event, Location
from seed.statements import is_one_of

ODD = ["", "'", '"', "a,b", "{a}", "[1]", "NULL", "\\", "é\N{ZERO WIDTH SPACE}"]


@pytest.mark.parametrize("of", [0, 1, 3])
def test_keys_as_one_parameter_when_asked_find_what_a_list_finds(loaded: Connection, of: int) -> None:
    columns: tuple[Any, ...] = (Event.id, Event.number)
    for column in columns:
        keys = sorted(loaded.scalars(select(column)).all())[:of]
        found = loaded.scalars(select(column).where(is_one_of(column, keys)).order_by(column)).all()
        assert found == keys == loaded.scalars(select(column).where(column.in_(keys)).order_by(column)).all()


def test_keys_with_any_characters_when_asked_are_compared_whole(loaded: Connection) -> None:
    ids = loaded.scalars(select(Location.id)).all()
    assert loaded.scalars(select(Location.id).where(is_one_of(Location.id, [*ODD, ids[0]]))).all() == [ids[0]]


def test_keys_when_negated_find_all_others(loaded: Connection) -> None:
    first, *others = sorted(loaded.scalars(select(Location.id)).all())
    assert sorted(loaded.scalars(select(Location.id).where(~is_one_of(Location.id, [first])))) == others


@pytest.mark.parametrize("column", [Event.id, Event.number], ids=["texts", "numbers"])
def test_keys_as_one_parameter_when_looked_up_are_found_by_the_index(loaded: Connection, column: Any) -> None:
    query = str(select(Event.title).where(is_one_of(column, [])).compile(loaded))
    if loaded.dialect.name == "sqlite":
        plan = loaded.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("[]",)).all()
        assert plan[0][-1].startswith("SEARCH event USING")
    else:
        loaded.exec_driver_sql("SET LOCAL enable_seqscan = off")  # which is right for so few rows
        plan = loaded.exec_driver_sql(f"EXPLAIN {query}", {"param_1": ["1"] if column is Event.id else [1]}).all()
        assert any("Index Cond" in line for (line,) in plan)
