"""Two more ways to begin finding events: from the places that lie somewhere, and from the words of their texts.

Each says how many documents it would begin from, so that the shortest way can be chosen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, text, union

from app.folding import asked_words
from app.models import FOREVER, EventDocument, EventSpot, EventTerm, EventText, Release, Term, TermCount
from app.models.event_text import TextMatches, country_mark, family_mark, text_question, year_mark
from app.params.events import EventFilters
from app.queries.event_clauses import Clause, Expression, Form
from app.queries.places import form_of_place, lies_there, values_of_place
from app.queries.prepared import Prepared
from app.queries.terms import FoundTerm

# A word that more documents have is common: exactly how many is counted only where that is the answer.
COMMON = 20_000
# A window of more years than this is told by the documents' own days alone.
MOST_YEARS = 40
_TEXT = EventText.__table__.c
_NEWEST = select(func.max(Release.number)).scalar_subquery()
# In their own words, for the index of the few documents that have ended is told by them.
_ENDED = text(f"event_document.valid_until < {FOREVER}")


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: `form` shapes the condition that finds the rows, `values` is what it is bound to.

    `found` stands in for a term: how many documents it finds, by family, in which release, and the longest of them.
    `clause` says the same of rows that were begun from elsewhere.
    """

    form: Form
    values: Mapping[str, Any]
    found: FoundTerm
    clause: Clause


def starts_at(start: Form) -> Expression:
    """The condition that finds the rows of a start."""
    name, *shape = start
    if name == "words":
        return EventDocument.number.in_(select(_TEXT.rowid).where(TextMatches(bindparam("words"))))
    return EventTerm.term.in_(_terms_at(tuple(shape)))


def _terms_at(shape: Form) -> Select[int]:
    """The terms of whereabouts that lie there, and in one of so many countries."""
    *where, countries = shape
    spots = select(EventSpot.term).where(*lies_there(EventSpot, *where))
    if not countries:
        return spots
    in_one = EventSpot.__table__.alias("spot_of_country")
    named: list[ColumnElement[str]] = [bindparam(f"country{place}") for place in range(int(str(countries)))]
    return spots.where(EventSpot.term.in_(select(in_one.c.term).where(in_one.c.country.in_(named))))


def start_from_places(connection: Connection, asked: EventFilters) -> Start:
    """Begin from the whereabouts that lie where was asked for, and in the countries that were asked for."""
    where = form_of_place(asked.bbox, asked.near)
    values = values_of_place(asked.bbox, asked.near, asked.radius_km)
    of_countries = {f"country{place}": iso2 for place, iso2 in enumerate(asked.country)}
    form = ("places", *where, len(asked.country))
    counted = _counted_at(form[1:]).all(connection, {**values, **of_countries})
    holding = {family: number for family, number, *_ in counted if family is not None}
    longest = max((days or 0 for _, _, days, _ in counted), default=0)
    newest = counted[0][-1] if counted else 0
    found = FoundTerm(-1, longest, newest or 0, holding)
    is_precise = asked.precision is not None
    return Start(form, {**values, **of_countries}, found, Clause(("is_placed", *where, is_precise), values))


@lru_cache(maxsize=64)
def _counted_at(shape: Form) -> Prepared:
    terms = _terms_at(shape).distinct().subquery()
    columns = (TermCount.family, func.sum(TermCount.holding), func.max(Term.longest_days), _NEWEST)
    query = select(*columns).select_from(terms).join(Term, Term.number == terms.c.term)
    return Prepared(query.outerjoin(TermCount, TermCount.term == terms.c.term).group_by(TermCount.family))


def start_from_words(connection: Connection, asked: EventFilters, everything: FoundTerm, *, alone: bool) -> Start:
    """Begin from the texts that have all words. `alone` says that nothing but countries is asked for beside them."""
    words, dialect = asked_words(asked.q or ""), connection.dialect.name
    marks = list(_marks(asked, everything.longest_days))
    question = text_question(dialect, words, marks)
    values = {"words": question}
    found = FoundTerm(-2, everything.longest_days, 0)
    number = _FIRST_WORDED.first(connection, {**values, "most": COMMON + 1})[0]
    found.holding = {0: number}
    if alone and number > COMMON:
        of_family = {
            family: text_question(dialect, words, [*marks, (family_mark(family),)]) for family in everything.holding
        }
        counted = {
            family: _WORDED.first(connection, {"words": question if len(of_family) == 1 else of_one})
            for family, of_one in of_family.items()
        }
        found.holding = {family: number for family, (number, _) in counted.items() if number}
        releases = {newest for _, newest in counted.values()}
        # Where a load ended meanwhile, the counts are of no one release.
        found.newest = releases.pop() if len(releases) == 1 else 0
    return Start(("words",), values, found, Clause(("is_worded",), values))


_SOME = select(_TEXT.rowid).where(TextMatches(bindparam("words"))).limit(bindparam("most")).subquery()
_FIRST_WORDED = Prepared(select(func.count()).select_from(_SOME))
# Whatever has ended is taken out; the sum keeps the database from asking the index for each of those by itself.
_GONE = select(EventDocument.number).where(_ENDED)
_WORDED = Prepared(
    select(func.count(), _NEWEST).where(TextMatches(bindparam("words")), (_TEXT.rowid + 0).not_in(_GONE))
)


def _marks(asked: EventFilters, longest_days: int) -> Iterator[Sequence[str]]:
    """What the index of texts itself can tell of countries and days."""
    if asked.country:
        yield [country_mark(iso2) for iso2 in asked.country]
    # In the other modes, an event that began long before the window may match, or be told of as left out.
    if asked.date_from and asked.date_to and asked.date_mode in ("overlap", "start"):
        first = date.fromordinal(max(1, asked.date_from.toordinal() - longest_days)).year
        if asked.date_to.year - first < MOST_YEARS:
            yield [year_mark(None), *(year_mark(year) for year in range(first, asked.date_to.year + 1))]


def has_events_without_points(connection: Connection, release: int) -> bool:
    """Whether any event of a release has no point, so that no question for a place can find it."""
    spot, pointed, row = EventSpot.__table__, EventSpot.__table__.alias("pointed"), EventTerm
    a_point = select(pointed.c.term).where(pointed.c.term == spot.c.term, pointed.c.latitude.is_not(None))
    pointless = select(spot.c.term).where(spot.c.latitude.is_(None), ~a_point.exists())
    placeless = select(Term.number).where(Term.kind == "whereabouts", Term.value == "")
    holds = (row.valid_from <= release, row.valid_until > release)
    query = select(row.term).where(row.term.in_(union(pointless, placeless)), *holds)
    return connection.execute(query.limit(1)).first() is not None
