"""The tables of columns, held against the importers: a column makes a difference where it is said to, nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest

from app.schemas.mappings import ACLED, MAPPINGS, UCDP_GED, ColumnMapping
from seed.importers import acled, ucdp
from seed.importers.datasets import DatasetEvent, Reject
from seed.importers.tables import Record
from tests.seed.test_acled_records import OPTIONS
from tests.seed.test_acled_records import ROW as ACLED_ROW
from tests.seed.test_acled_records import TODAY as ACLED_COLUMNS
from tests.seed.test_ucdp_records import ROW as UCDP_ROW
from tests.seed.test_ucdp_records import SOURCE

Row = dict[str, str]
# Values of which at least one says something else than the row does, whatever the column is.
OTHERS = ("7", "2", "1", "Other words", "2014-05-31", "Syria", "XXX1", "", "Check deaths", "Protests", "Armed clash")
UCDP_BASES: tuple[Row, ...] = (
    dict.fromkeys(ucdp.CANDIDATE_COLUMNS, "") | UCDP_ROW,
    dict.fromkeys(ucdp.CANDIDATE_COLUMNS, "")
    | UCDP_ROW
    | {"side_a_new_id": "", "side_b_new_id": "", "date_end": "2014-06-03"},
)
ACLED_BASES: tuple[Row, ...] = (
    dict.fromkeys(ACLED_COLUMNS, "") | ACLED_ROW,
    dict.fromkeys(ACLED_COLUMNS, "") | ACLED_ROW | {"iso": ""},
)


def told(result: DatasetEvent | Reject) -> Any:
    """All that a record comes to, but for the record itself."""
    if isinstance(result, Reject):
        return result.reasons
    return result.event, result.locations, result.actors


def read_ucdp(row: Row) -> Any:
    return told(ucdp.facts_of(Record(1, row), SOURCE))


def read_acled(row: Row) -> Any:
    return told(acled.facts_of(Record(1, row), OPTIONS))


def makes_a_difference(read: Callable[[Row], Any], bases: tuple[Row, ...], column: str) -> bool:
    return any(read(base) != read({**base, column: other}) for base in bases for other in OTHERS)


@pytest.mark.parametrize(
    ("read", "bases", "mapping"),
    [
        *(pytest.param(read_ucdp, UCDP_BASES, mapping, id=f"ucdp-{mapping.column}") for mapping in UCDP_GED),
        *(pytest.param(read_acled, ACLED_BASES, mapping, id=f"acled-{mapping.column}") for mapping in ACLED),
    ],
)
def test_a_column_when_it_says_something_else_then_the_facts_differ_exactly_where_it_is_mapped(
    read: Callable[[Row], Any], bases: tuple[Row, ...], mapping: ColumnMapping
) -> None:
    assert makes_a_difference(read, bases, mapping.column) is bool(mapping.becomes)
    assert (mapping.how == ColumnMapping._field_defaults["how"]) is not bool(mapping.becomes)


def test_the_tables_when_held_against_the_files_then_no_column_is_missing() -> None:
    assert {mapping.column for mapping in UCDP_GED} == set(ucdp.CANDIDATE_COLUMNS)
    assert {mapping.column for mapping in ACLED} == set(ACLED_COLUMNS)
    assert (len(UCDP_GED), len(ACLED)) == (49, 31)
    assert set(MAPPINGS) == {ucdp.FAMILY, acled.FAMILY}


def test_the_rows_of_these_tests_when_read_then_they_are_told_and_not_refused() -> None:
    for read, bases in ((read_ucdp, UCDP_BASES), (read_acled, ACLED_BASES)):
        assert all(len(read(base)) == 3 for base in bases)
