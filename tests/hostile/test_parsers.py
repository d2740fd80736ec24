"""Whatever a client writes, each parser understands it or refuses it by its own problem, and never fails."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from app.folding import asked_words
from app.formats.registry import formats_of
from app.params.acled import read_acled_query
from app.params.asking import Asked, Reading, read_query
from app.params.changes import ChangeQuery
from app.params.claims import ClaimQuery
from app.params.cursors import read_cursor, write_cursor
from app.params.events import EventQuery
from app.params.features import FeaturesAsked
from app.params.references import ActorQuery, LocationQuery, SourceQuery
from app.params.stats import StatsQuery
from app.params.ucdp import read_ged_query
from app.problems import Problem
from app.web.answer_cache import _is_among
from app.web.caching import is_known_to_client
from app.web.clients import address_of, one_client
from app.web.encodings import ENCODERS, choose_encoding
from app.web.links import address
from app.web.negotiation import choose_format

MODELS: list[type[Asked]] = [
    EventQuery, StatsQuery, ClaimQuery, ChangeQuery, LocationQuery, ActorQuery, SourceQuery, FeaturesAsked,
]  # fmt: skip
NAMES = sorted({name for model in MODELS for name in model.model_fields} | {"", "x", "EVENT_TYPE", "__class__"})
# What has broken readers before: numbers without end, other digits, signs that turn or join what is around them.
TRICKS = [
    "", " ", ",", ",,,", "0", "-0", "1e999", "NaN", "nan", "inf", "-Infinity", "9" * 400, "0x10", "1_000", "١٢٣", "½",
    "2024-02-30", "0000-01-01", "9999-12-31", "10000-01-01", "2024-W05", "٢٠٢٤-٠١-٠١", "-2024", "2024-02-02T00:00:00Z",
    "180,90,-180,-90", "NaN,NaN,NaN,NaN", "1e308,1e308", "90,180", "90.0000000000000000001,0", "' OR 1=1 --", "%", "_%",
    "*", "\\", '"', "a*", "NEAR(a b)", "a AND b", "\x00", "\r\nX: y", "\u202eqari", "ｉｒａｑ", "İraq", "ﬁ", "e\u0301",
    "\ud800", "\U0010ffff", "\ufeffiraq", "i\u200braq", "gw:", "gw:99999999999999999999", "gw:٦٤٥", "all", "true",
    "TRUE",
    "../../etc/passwd", "iraq" * 50, "a" * 2000, "1|2|3", ":OR:", "a=b:OR:c=d", "<script>", "{}", "[[[[", "=cmd()",
]  # fmt: skip
values = st.one_of(
    st.sampled_from(TRICKS), st.text(max_size=60), st.lists(st.sampled_from(TRICKS), max_size=4).map(",".join)
)
items = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=12)), values), max_size=6)


def assert_understood_or_refused(reading: Reading[Any]) -> None:
    for fault in reading.faults:
        assert fault.detail
        assert isinstance(fault.parameter, str)
        assert all(isinstance(word, str) for word in fault.did_you_mean)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
@settings(max_examples=150, deadline=None)
@given(asked=items)
def test_a_query_when_it_is_understood_then_its_own_spelling_asks_the_same(
    model: type[Asked], asked: list[tuple[str, str]]
) -> None:
    reading = read_query(model, asked)
    assert_understood_or_refused(reading)
    if not reading.faults:
        spelt = address("/x", reading.asked.asked_for)
        assert spelt.isascii()
        assert not set(spelt) & set('\r\n "<>\\')
        again = read_query(model, parse_qsl(spelt.partition("?")[2], keep_blank_values=True))
        assert again.faults == []
        assert again.asked.asked_for == reading.asked.asked_for


@settings(max_examples=300, deadline=None)
@given(asked=st.lists(st.tuples(st.sampled_from(["country", "country_where", "event_date", "event_date_where", "notes",
       "fatalities", "fatalities_where", "fields", "limit", "page", "_format", "Id", "Country", "Geography",
       "StartDate",
       "Version", "pagesize", "TypeOfViolence", "x"]), values), max_size=6))  # fmt: skip
def test_other_apis_parameters_when_they_are_anything_then_they_are_understood_or_refused(
    asked: list[tuple[str, str]],
) -> None:
    assert_understood_or_refused(read_acled_query(asked))
    assert_understood_or_refused(read_ged_query(asked))


@settings(max_examples=400, deadline=None)
@given(cursor=st.one_of(values, st.text(alphabet="ABCDEFghij0123-_=", max_size=200)))
@example(cursor="W10")
@example(cursor="W1sxXV0")
@example(cursor="MQ")
@example(cursor="bnVsbA")
def test_a_cursor_when_it_is_not_ours_then_it_is_the_problem_of_a_cursor(cursor: str) -> None:
    asked = EventQuery.model_construct(**{**_defaults(), "cursor": cursor})
    with pytest.raises(Problem) as refusal:
        read_cursor(asked)
    assert refusal.value.problem_type.slug == "invalid-cursor"


@settings(max_examples=200, deadline=None)
@given(
    key=st.one_of(st.none(), st.integers(-(2**31) + 1, 2**31 - 1)),
    release=st.integers(1, 2**31 - 1),
    last=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200),
)
def test_a_cursor_when_it_is_ours_then_it_says_again_what_it_was_made_of(
    key: int | None, release: int, last: str
) -> None:
    asked = EventQuery.model_construct(**_defaults())
    text = write_cursor(asked, release, key, last)
    found = read_cursor(asked.model_copy(update={"cursor": text}))
    assert found is not None
    assert (found.release, found.key, found.id) == (release, key, last)
    changed = read_query(EventQuery, [("country", "iraq"), ("cursor", text)]).asked
    with pytest.raises(Problem):
        read_cursor(changed)


def _defaults() -> dict[str, Any]:
    return {name: field.default for name, field in EventQuery.model_fields.items()}


def _format_or_problem(request: Request) -> str:
    try:
        return choose_format(request, EventQuery.model_construct(**_defaults())).name
    except Problem as problem:
        return problem.problem_type.slug


headers = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(["*/*", "text/csv", "application/json;q=nan", "q=1", ";;;", "gzip;q=inf", "br;q=-1",
             "*;q=0",
             "text/*;q=1e999", "zstd;q=0.5;q=1", 'W/"a"', '"', "W/", "*", "identity"]), max_size=6).map(",".join),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(value=headers)
def test_headers_when_they_are_anything_then_a_choice_is_made(value: str) -> None:
    raw = value.encode("utf-8", "surrogatepass")
    request = Request({"type": "http", "headers": [(b"accept", raw), (b"if-none-match", raw)]})
    assert choose_encoding(value) in (None, *ENCODERS)
    assert _format_or_problem(request) in {"not-acceptable", *formats_of(EventQuery.table)}
    assert is_known_to_client(request, 'W/"0123"') in (True, False)
    assert _is_among(b'W/"0123"', raw) in (True, False)


@settings(max_examples=400, deadline=None)
@given(
    value=st.one_of(
        st.text(max_size=60), st.ip_addresses().map(str), st.ip_addresses().map(lambda each: f"[{each}]:80")
    )
)
def test_an_address_when_it_is_anything_then_it_is_one_or_none(value: str) -> None:
    address_of(value)
    assert one_client((value, 0))


@settings(max_examples=300, deadline=None)
@given(value=values)
def test_words_when_they_are_anything_then_they_are_words(value: str) -> None:
    for word in asked_words(value):
        assert all(word.spellings)
