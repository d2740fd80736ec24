"""The digest by which an import knows a fact again: equal for equal facts of two releases, and for no others."""

from collections.abc import Iterator
from datetime import date
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seed.importers import acled, ucdp
from seed.importers.datasets import DatasetEvent
from seed.importers.digests import digest_of_dataset_fact
from seed.importers.tables import Record
from seed.neutral_facts import ActorFact, CitationFact, DatasetCodesFact, EventFact, Fact, LocationFact
from tests.seed.test_acled_records import facts as acled_facts
from tests.seed.test_ucdp_records import ROW as UCDP_ROW
from tests.seed.test_ucdp_records import facts as ucdp_facts

NOT_COMPARED = {
    (CitationFact, "source"),
    (EventFact, "external_ids"),
    (DatasetCodesFact, "code_status"),
    (LocationFact, "citations"),
    (ActorFact, "citations"),
}
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=4),
    int: st.integers(-(2**31), 2**31),
    float: st.floats(-180, 180).map(lambda number: number + 0.0),  # no negative 0, which equals 0
    bool: st.booleans(),
    date: st.dates(),
    type(None): st.none(),
}
Step = tuple[Fact, str, int | None]


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type; of ids and texts also such as no file holds."""
    if annotation in SIMPLE:
        return SIMPLE[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values_of(arguments[0])
    if origin in (Union, UnionType):
        return st.one_of([values_of(argument) for argument in arguments])
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    if issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    fields = {name: values_of(field.annotation) for name, field in annotation.model_fields.items()}
    return st.builds(annotation.model_construct, **fields)


def fields_of(fact: Fact, way: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The way to each field of a fact and of the facts in it: facts, their fields, and which of several."""
    for name in type(fact).model_fields:
        yield (*way, (fact, name, None))
        value = getattr(fact, name)
        if isinstance(value, Fact):
            yield from fields_of(value, (*way, (fact, name, None)))
        for number, inner in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(inner, Fact):
                yield from fields_of(inner, (*way, (fact, name, number)))


def with_other(way: tuple[Step, ...], value: Any) -> Any:
    """The fact at the way's beginning, with this value at its end."""
    for fact, name, number in reversed(way):
        if number is not None:
            row = list(getattr(fact, name))
            row[number] = value
            value = tuple(row)
        value = fact.model_copy(update={name: value})
    return value


def facts_in(told: DatasetEvent) -> list[Fact]:
    return [told.event, *told.locations, *told.actors]


def name_of(way: tuple[Step, ...]) -> str:
    return ".".join([type(way[0][0]).__name__, *(name for _, name, _ in way)])


TOLD = (ucdp_facts(), acled_facts())
WAYS = {name_of(way): way for told in TOLD for fact in facts_in(told) for way in fields_of(fact)}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_digests_differ_when_any_compared_field_does_and_only_then(data: st.DataObject, way: tuple[Step, ...]) -> None:
    fact, (inner, name, _) = way[0][0], way[-1]
    other = with_other(way, data.draw(values_of(type(inner).model_fields[name].annotation)))
    is_told_alike = without_what_is_not_compared(other) == without_what_is_not_compared(fact)
    assert (digest_of_dataset_fact(other) == digest_of_dataset_fact(fact)) == is_told_alike


def without_what_is_not_compared(value: Any) -> Any:
    """A fact as a mapping of what is compared, the facts in it likewise."""
    if isinstance(value, Fact):
        names = [name for name in type(value).model_fields if (type(value), name) not in NOT_COMPARED]
        return {name: without_what_is_not_compared(getattr(value, name)) for name in names}
    return [without_what_is_not_compared(inner) for inner in value] if isinstance(value, tuple) else value


def test_digests_of_a_record_are_the_same_when_only_the_release_differs() -> None:
    later = ucdp.facts_of(Record(7, {**UCDP_ROW, "relid": "", "code_status": ""}), "ucdp-ged-25.1")
    assert isinstance(later, DatasetEvent)
    assert list(map(digest_of_dataset_fact, facts_in(later))) == list(
        map(digest_of_dataset_fact, facts_in(ucdp_facts()))
    )
    assert later.event != ucdp_facts().event


@pytest.mark.parametrize("source", [ucdp.source_of("24.1"), acled.source_of("2024-03")], ids=["ucdp", "acled"])
def test_digest_of_a_source_is_of_all_its_fields(source: Fact) -> None:
    assert digest_of_dataset_fact(source) == digest_of_dataset_fact(source.model_copy())
    assert digest_of_dataset_fact(source) != digest_of_dataset_fact(source.model_copy(update={"licence": "another"}))


def test_digest_is_the_same_for_a_fact_that_was_validated() -> None:
    for told in TOLD:
        for fact in facts_in(told):
            validated = type(fact).model_validate(fact.model_dump())
            assert (validated, digest_of_dataset_fact(validated)) == (fact, digest_of_dataset_fact(fact))
            assert hash(validated.citations[0]) == hash(fact.citations[0])  # type: ignore[attr-defined]
