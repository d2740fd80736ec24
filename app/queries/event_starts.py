"""Two more ways to begin finding events: from the places that lie somewhere, and from the words of their texts.

Each says how many documents it would begin from, so that the shortest way can be chosen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, text, union

from app.folding import AskedWord, asked_words
from app.models import (
    EVERYTHING,
    FOREVER,
    UNKNOWN_LAST,
    DayCount,
    EventDocument,
    EventSpot,
    EventTerm,
    EventText,
    Release,
    Term,
    TermCount,
)
from app.models.event_text import (
    TextMatches,
    country_mark,
    family_mark,
    last_month_mark,
    month_mark,
    month_of,
    text_question,
    year_mark,
)
from app.params.cursors import Cursor
from app.params.events import EventFilters
from app.queries.event_clauses import Clause, Expression, Form, Window
from app.queries.places import form_of_place, lies_there, values_of_place
from app.queries.prepared import Prepared, whole_sum
from app.queries.terms import FoundTerm

# So many texts are counted to choose a way; a word that more of them have is common.
COMMON = 20_000
# A window of at most so many months is told by months, of at most so many years by years, else by documents alone.
MOST_MONTHS = 15
MOST_YEARS = 60
_TEXT = EventText.__table__.c
_NEWEST = select(func.max(Release.number)).scalar_subquery()
# In their own words, for the index of the few documents that have ended is told by them.
_ENDED = text(f"event_document.valid_until < {FOREVER}")


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: `form` shapes the condition that finds the rows, `values` is what it is bound to.

    `found` stands in for a term: how many documents it finds, by family, in which release, and the longest of them.
    `clause` says the same of rows that were begun from elsewhere. `terms` is from how many terms it begins.
    """

    form: Form
    values: Mapping[str, Any]
    found: FoundTerm
    clause: Clause
    terms: int = 0
    words: Sequence[AskedWord] = ()
    marks: Sequence[Sequence[str]] = ()

    def values_in_years(self, dialect: str, years: Sequence[int]) -> dict[str, Any]:
        """The same for texts of events that begin in these years alone, for a start from words."""
        in_one = [year_mark(year) for year in years]
        return {"words": text_question(dialect, self.words, [*self.marks, in_one])}


def starts_at(start: Form) -> Expression:
    """The condition that finds the rows of a start."""
    name, *shape = start
    if name == "words":
        return EventDocument.number.in_(select(_TEXT.rowid).where(TextMatches(bindparam("words"))))
    return EventTerm.term.in_(_terms_at(tuple(shape)))


def _terms_at(shape: Form) -> Select[int]:
    """The terms of whereabouts that lie there, or have no point where those match too, in one of so many countries."""
    *where, finds_pointless, countries = shape
    spots, term = select(EventSpot.term).where(*lies_there(EventSpot, *where)), EventSpot.term.expression
    if finds_pointless:
        either = union(spots, *_terms_without_points()).subquery()
        term = either.c.term
        spots = select(term)
    if not countries:
        return spots
    in_one = EventSpot.__table__.alias("spot_of_country")
    named: list[ColumnElement[str]] = [bindparam(f"country{place}") for place in range(int(str(countries)))]
    return spots.where(term.in_(select(in_one.c.term).where(in_one.c.country.in_(named))))


def _terms_without_points() -> tuple[Select[int], Select[int]]:
    """The terms of whereabouts without any point: all places have none, and there is no place at all."""
    spot, pointed = EventSpot.__table__.alias("pointless"), EventSpot.__table__.alias("pointed")
    a_point = select(pointed.c.term).where(pointed.c.term == spot.c.term, pointed.c.latitude.is_not(None))
    pointless = select(spot.c.term).where(spot.c.latitude.is_(None), ~a_point.exists())
    return pointless, select(Term.number.label("term")).where(Term.kind == "whereabouts", Term.value == "")


def start_from_places(connection: Connection, asked: EventFilters, everything: FoundTerm) -> Start:
    """Begin from the whereabouts that lie where was asked for, and in the countries that were asked for."""
    where = form_of_place(asked.bbox, asked.near)
    values = values_of_place(asked.bbox, asked.near, asked.radius_km)
    of_countries = {f"country{place}": iso2 for place, iso2 in enumerate(asked.country)}
    form = ("places", *where, asked.finds_pointless, len(asked.country))
    counted = _counted_at(form[1:]).all(connection, {**values, **of_countries})
    holding = {family: number for family, number, *_ in counted}
    terms = sum(row[2] for row in counted)
    found = FoundTerm(-1, everything.longest_days, counted[0][-1] if counted else 0, holding)
    placed = Clause(("is_placed", *where, asked.finds_pointless, asked.precision is not None), values)
    return Start(form, {**values, **of_countries}, found, placed, terms)


@lru_cache(maxsize=64)
def _counted_at(shape: Form) -> Prepared:
    query = select(TermCount.family, whole_sum(TermCount.holding), func.count(), _NEWEST)
    query = query.where(TermCount.term.in_(_terms_at(shape))).group_by(TermCount.family)
    return Prepared(query, plan_kept=False)


def start_from_words(
    connection: Connection, asked: EventFilters, everything: FoundTerm, *, alone: bool, compared: bool
) -> Start:
    """Begin from the texts that have all words.

    How many those are is counted where that is the answer, as countries and words `alone` are asked for; and as far as
    COMMON where it is `compared` with other ways to begin.
    """
    words, dialect = asked_words(asked.q or ""), connection.dialect.name
    marks = list(_marks(asked, everything.longest_days))
    values = {"words": text_question(dialect, words, marks)}
    found = FoundTerm(-2, everything.longest_days, 0)
    if alone:
        of_family = dict.fromkeys(everything.holding, values["words"])
        if len(of_family) > 1:
            of_family = {
                family: text_question(dialect, words, [*marks, (family_mark(family),)]) for family in of_family
            }
        statement = _WORDED if connection.scalar(_ANY_ENDED) else _ALL_WORDED
        counted = {family: statement.first(connection, {"words": text}) for family, text in of_family.items()}
        found.holding = {family: number for family, (number, _) in counted.items() if number}
        releases = {newest for _, newest in counted.values()}
        # Where a load ended meanwhile, the counts are of no one release.
        found.newest = releases.pop() if len(releases) == 1 else 0
    elif compared:
        found.holding = {0: _FIRST_WORDED.first(connection, {**values, "most": COMMON + 1})[0]}
    return Start(("words",), values, found, Clause(("is_worded",), values), 1, words, marks)


_SOME = select(_TEXT.rowid).where(TextMatches(bindparam("words"))).limit(bindparam("most")).subquery()
_FIRST_WORDED = Prepared(select(func.count()).select_from(_SOME), plan_kept=False)
# Whatever has ended is taken out; the sum keeps the database from asking the index for each of those by itself.
_GONE = select(EventDocument.number).where(_ENDED)
_ANY_ENDED = select(EventDocument.number).where(_ENDED).limit(1)
_ALL_WORDED = Prepared(
    select(func.count(), _NEWEST).select_from(EventText).where(TextMatches(bindparam("words"))), plan_kept=False
)
_WORDED = Prepared(
    select(func.count(), _NEWEST).where(TextMatches(bindparam("words")), (_TEXT.rowid + 0).not_in(_GONE)),
    plan_kept=False,
)


def _marks(asked: EventFilters, longest_days: int) -> Iterator[Sequence[str]]:
    """What the index of texts itself can tell of countries and days, of those that match and those told as left out."""
    if asked.country:
        yield [country_mark(iso2) for iso2 in asked.country]
    # In the other modes, an event that began long before the window may match, or be told of as left out.
    if asked.date_from is None or asked.date_to is None or asked.date_mode != "overlap":
        return
    earliest = date.fromordinal(max(1, asked.date_from.toordinal() - longest_days))
    latest = date.fromordinal(min(date.max.toordinal(), asked.date_to.toordinal() + longest_days))
    begins, ends = (
        range(month_of(earliest), month_of(asked.date_to) + 1),
        range(month_of(asked.date_from), month_of(latest) + 1),
    )
    if len(begins) <= MOST_MONTHS:
        yield [month_mark(None), *(month_mark(month) for month in begins)]
        yield [last_month_mark(None), *(last_month_mark(month) for month in ends)]
    elif asked.date_to.year - earliest.year < MOST_YEARS:
        yield [year_mark(None), *(year_mark(year) for year in range(earliest.year, asked.date_to.year + 1))]


def years_of_stretch(
    connection: Connection, window: Window | None, after: Cursor | None, *, descending: bool
) -> Sequence[int]:
    """The years that the events of a stretch begin in, in its order, from the first that the page can have some of.

    Keys are negated: a stretch that is `descending` goes from the first day on.
    """
    last, first = _FIRST_AND_LAST.first(connection, {"unknown": UNKNOWN_LAST})
    if first is None or last is None:
        return ()
    earliest, latest = -first, -last
    if after is not None and after.key is not None:
        earliest, latest = (-after.key, latest) if descending else (earliest, -after.key)
    if window is not None and window.last is not None:
        latest = min(latest, window.last)
    if window is not None and window.first is not None and window.mode != "possible":
        earliest = max(earliest, window.first - window.longest_days)
    years = range(date.fromordinal(max(1, earliest)).year, date.fromordinal(max(1, latest)).year + 1)
    return years if descending else years[::-1]


_KEY = EventDocument.by_newest.expression
_KNOWN = EventDocument.by_newest.expression < bindparam("unknown")
_FIRST_AND_LAST = Prepared(
    select(
        select(func.min(_KEY)).where(_KNOWN).scalar_subquery(), select(func.max(_KEY)).where(_KNOWN).scalar_subquery()
    )
)


def share_of_window(connection: Connection, first: date | None, last: date | None) -> float:
    """About which share of all events lies in a window, from 0 to 1; 1 where nobody has counted them."""
    if first is None and last is None:
        return 1.0
    days = {
        "last": date.max.toordinal() if last is None else last.toordinal(),
        "before": 0 if first is None else first.toordinal() - 1,
    }
    begun, over, every = _IN_WINDOW.first(connection, days)
    return (begun - (over or 0)) / every if begun and every else 1.0


def _of_everything(count: Any, day: Any = None) -> Any:
    """The largest family's count of all events up to a day, or at the end."""
    query = select(func.max(count)).where(DayCount.term == EVERYTHING)
    return (query if day is None else query.where(DayCount.day <= day)).scalar_subquery()


_IN_WINDOW = Prepared(
    select(
        _of_everything(DayCount.begun, bindparam("last")),
        _of_everything(DayCount.over, bindparam("before")),
        _of_everything(DayCount.begun),
    )
)


def has_events_without_points(connection: Connection, release: int) -> bool:
    """Whether any event of a release has no point, so that no question for a place can find it."""
    row = EventTerm
    holds = (row.valid_from <= release, row.valid_until > release)
    query = select(row.term).where(row.term.in_(union(*_terms_without_points())), *holds)
    return connection.execute(query.limit(1)).first() is not None
