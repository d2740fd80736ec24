"""The filters on events: what was asked, as terms to begin from and clauses to hold the rest against.

To add a filter on a term: a line in `TERM_FILTERS`. To add another: a function in `CLAUSES`, which yields a clause, and
one in `app.queries.event_clauses`, which says it in SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from app.models import Membership
from app.params.events import EventFilters
from app.problems import invalid_parameters
from app.queries.event_clauses import Clause, Window
from app.queries.event_starts import Start, share_of_window, start_from_places, start_from_words
from app.queries.known import unknown_values
from app.queries.terms import FoundTerm, find_everything, find_terms
from app.vocabulary import Attribution, LocationPrecision, Role

# The filters that ask for a term, by the kind of term, which is the parameter's name too.
TERM_FILTERS = (
    "country",
    "location",
    "admin1",
    "claimant",
    "source",
    "event_type",
    "sub_event_type",
    "type_of_violence",
    "part_of",
    "conflict",
)
# About how many microseconds it takes SQLite to hold a row against places or words; to read a row that is begun from,
# and, where more is asked, to look up its document; and to find the days of a window among the rows of a term.
COST_OF_CHECKING = {"places": 2.5, "words": 65.0}
COST_OF_CHECKING_ALL = {"places": 1.0, "words": 65.0}
COST_OF_READING = {"places": 0.2, "words": 1.2}
COST_OF_A_DOCUMENT = 2.0
COST_OF_A_TERM = 6.0
Groups = dict[str, Sequence[FoundTerm]]


@dataclass(frozen=True, slots=True)
class Matching:
    """How the events that were asked for are found.

    `terms` are ORed, and an event has at least one of them; it meets all `clauses`, and `window` where there is one.
    Where there is a `start`, its rows are begun from in place of the terms'. `walked` finds the same in the order of
    the page, looking at each event on the way: where very many match, the first of them are soon met.
    """

    terms: tuple[FoundTerm, ...]
    clauses: tuple[Clause, ...]
    window: Window | None
    start: Start | None = None
    walked: "Matching | None" = None

    @property
    def finds_nothing(self) -> bool:
        return not self.terms

    @property
    def has_counts_of(self) -> int | None:
        """The release of which the counts by term and day are the answer; None where they are not enough."""
        plain = (
            len(self.terms) == 1
            and not (self.start and self.window)
            and not self.clauses
            and (self.window is None or self.window.mode == "overlap")
        )
        return self.terms[0].newest if plain else None

    def families_in(self, release: int) -> dict[int, int]:
        """How many events are begun from, by family; empty where that is not known of the release."""
        known = all(term.newest == release for term in self.terms) and not (
            self.start and self.start.form[0] == "words"
        )
        families: dict[int, int] = {}
        for term in self.terms if known else ():
            for family, number in term.holding.items():
                families[family] = families.get(family, 0) + number
        return families


NOTHING = Matching((), (), None)


def match_events(connection: Connection, asked: EventFilters, release: int) -> Matching:
    """What was asked, as terms and clauses. Raises Problem 400 for ids and names that do not exist."""
    groups: Groups = {}
    missing = False
    for kind, values in _wanted_terms(connection, asked, release):
        found = find_terms(connection, kind, values)
        missing = missing or len(found) < len(values)
        groups[kind] = list(found.values())
    if missing and (faults := unknown_values(connection, asked)):
        raise invalid_parameters(faults)
    if not all(groups.values()):
        return NOTHING
    clauses = [clause for clauses_of in CLAUSES for clause in clauses_of(connection, asked, release)]
    if not asked.asks_for_a_place and asked.q is None:
        return _begin_from_terms(list(groups.values()) or [[find_everything(connection)]], clauses, asked)
    return _begin_from_least(connection, asked, groups, clauses)


def _begin_from_terms(
    groups: Sequence[Sequence[FoundTerm]], clauses: Sequence[Clause], asked: EventFilters
) -> Matching:
    # The fewest rows first: all others are held against them.
    beginning, *others = sorted(groups, key=_documents)
    also = [has_one_of(number, group) for number, group in enumerate(others)]
    return Matching(tuple(beginning), (*also, *clauses), _window(asked, beginning))


def _begin_from_least(
    connection: Connection, asked: EventFilters, groups: Groups, clauses: Sequence[Clause]
) -> Matching:
    """Begin from the places, from the words, or from a term that far fewer events have."""
    everything = find_everything(connection)
    starts = [start_from_places(connection, asked, everything)] if asked.asks_for_a_place else []
    if asked.q is not None:
        alone = not (starts or clauses or groups.keys() - {"country"} or asked.date_from or asked.date_to)
        compared = bool(starts or groups.keys() - {"country"})
        starts.append(start_from_words(connection, asked, everything, alone=alone, compared=compared))
    checked = [*clauses, *(each.clause for each in starts)]
    share = share_of_window(connection, asked.date_from, asked.date_to) if asked.date_mode == "overlap" else 1.0
    held_against_more = bool(clauses or groups.keys() - {"country"} or len(starts) > 1)
    start = min(starts, key=lambda each: _cost(each, asked, share, more=held_against_more))
    least = min(groups.values(), key=_documents, default=[everything])
    # To read all in the order that they lie in costs less than to look up as many.
    costs = COST_OF_CHECKING if groups or share < 1 else COST_OF_CHECKING_ALL
    to_check = sum(costs[str(each.form[0])] for each in starts)
    if _documents(least) * share * to_check < _cost(start, asked, share, more=held_against_more):
        return _begin_from_terms(list(groups.values()) or [[everything]], checked, asked)
    walked = _walked(everything, groups, checked, asked)
    # What a start finds is in the countries already.
    others = [has_one_of(number, group) for number, (kind, group) in enumerate(groups.items()) if kind != "country"]
    held = [each.clause for each in starts if each is not start or asked.precision is not None]
    window = _window(asked, [start.found])
    return Matching((start.found,), (*others, *clauses, *held), window, start, walked)


def _cost(start: Start, asked: EventFilters, share: float, *, more: bool) -> float:
    """About how many microseconds it takes to count what is found from a start; a question's marks know its window."""
    way = str(start.form[0])
    each = COST_OF_READING[way] + (COST_OF_A_DOCUMENT if more else 0)
    if way == "words":
        return start.found.documents * each
    in_a_window = asked.date_from is not None or asked.date_to is not None
    return start.found.documents * share * each + (start.terms * COST_OF_A_TERM if in_a_window else 0)


def _walked(everything: FoundTerm, groups: Groups, checked: Sequence[Clause], asked: EventFilters) -> Matching:
    """The same in the order of one term's rows, or of all: rows of several would have to be put in order first."""
    by_number = sorted(groups.values(), key=_documents)
    if by_number and len(by_number[0]) == 1:
        return _begin_from_terms(by_number, checked, asked)
    also = [has_one_of(number, group) for number, group in enumerate(by_number)]
    return Matching((everything,), (*also, *checked), _window(asked, [everything]))


def _documents(group: Sequence[FoundTerm]) -> int:
    return sum(term.documents for term in group)


def _wanted_terms(connection: Connection, asked: EventFilters, release: int) -> Iterator[tuple[str, Sequence[str]]]:
    for kind in TERM_FILTERS:
        if values := getattr(asked, kind):
            yield kind, [str(value) for value in values]
    if asked.actor:
        yield "actor", _members(connection, asked.actor, release) if asked.network else asked.actor
    if asked.disputed:
        yield "disputed", ("true",)
    if asked.level == "operation":
        yield "level", ("operation",)


def _members(connection: Connection, actors: Sequence[str], release: int) -> list[str]:
    """The actors, and all that are part of them or under their umbrella, at any depth; backers are no members."""
    holds = (Membership.valid_from <= release, Membership.valid_until > release)
    direct = select(Membership.member.label("actor")).where(Membership.whole.in_(actors), *holds)
    network = direct.cte("network", recursive=True)
    network = network.union(select(Membership.member).join(network, Membership.whole == network.c.actor).where(*holds))
    return sorted({*actors, *connection.scalars(select(network.c.actor))})


def has_one_of(number: int, group: Sequence[FoundTerm]) -> Clause:
    """That an event has one of these terms; `number` tells such clauses of one question apart."""
    return Clause(
        ("has_a_term", number, len(group)),
        {f"also{number}_{place}": term.number for place, term in enumerate(group)},
    )


def _lacking(connection: Connection, asked: EventFilters, _: int) -> Iterator[Clause]:
    """What is asked not to be: disputed, or with parts. Where no event ever was, all match."""
    for kind, value, asked_for in (
        ("disputed", "true", asked.disputed is False),
        ("level", "operation", asked.level == "event"),
    ):
        if asked_for and (found := find_terms(connection, kind, (value,))):
            yield Clause(("lacks_the_term", kind), {f"lacks_{kind}": found[value].number})


def _involvement(connection: Connection, asked: EventFilters, release: int) -> Iterator[Clause]:
    """Actor, role and attribution are about the same involvement; a denial counts for no role."""
    if not (asked.role or asked.attribution):
        return
    roles = asked.role or tuple(Role)
    attributions = asked.attribution or tuple(Attribution)
    if asked.role:
        # Where only denials are asked for, none is left, and nothing is found.
        attributions = tuple(attribution for attribution in attributions if attribution is not Attribution.DENIED)
    actors: Sequence[int] = ()
    if asked.actor:
        ids = _members(connection, asked.actor, release) if asked.network else asked.actor
        actors = [term.number for term in find_terms(connection, "actor", ids).values()]
    values = {
        **{f"role{place}": role.value for place, role in enumerate(roles)},
        **{f"attribution{place}": attribution.value for place, attribution in enumerate(attributions)},
        **{f"actor{place}": actor for place, actor in enumerate(actors)},
    }
    yield Clause(("is_involved", len(roles), len(attributions), len(actors)), values)


def _killed(_: Connection, asked: EventFilters, __: int) -> Iterator[Clause]:
    if asked.killed_min is not None:
        least = asked.killed_min
        yield Clause(("killed_min", asked.killed_on), {"killed_min": least, "most_killed_from": -least})
    if asked.killed_max is not None:
        yield Clause(("killed_max", asked.killed_on), {"killed_max": asked.killed_max})


def _precision(_: Connection, asked: EventFilters, __: int) -> Iterator[Clause]:
    """Of any of its places; where one is asked for by its point, the same place has to be as precise."""
    if asked.precision is not None:
        rank = list(LocationPrecision).index(asked.precision)
        yield Clause(("is_as_precise",), {"precision": rank})


CLAUSES: tuple[Callable[[Connection, EventFilters, int], Iterator[Clause]], ...] = (
    _lacking,
    _involvement,
    _killed,
    _precision,
)


def _window(asked: EventFilters, terms: Sequence[FoundTerm]) -> Window | None:
    if asked.date_from is None and asked.date_to is None:
        return None
    longest = max(term.longest_days for term in terms)
    return Window(asked.date_mode, _day(asked.date_from), _day(asked.date_to), longest)


def _day(value: date | None) -> int | None:
    return None if value is None else value.toordinal()
