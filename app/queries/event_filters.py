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
from app.queries.known import unknown_values
from app.queries.terms import FoundTerm, find_everything, find_terms
from app.vocabulary import Attribution, Role

# The filters that ask for a term, by the kind of term, which is the parameter's name too.
TERM_FILTERS = (
    "country",
    "location",
    "admin1",
    "claimant",
    "source",
    "event_type",
    "sub_event_type",
    "part_of",
    "conflict",
)


@dataclass(frozen=True, slots=True)
class Matching:
    """How the events that were asked for are found.

    `terms` are ORed, and an event has at least one of them; it meets all `clauses`, and `window` where there is one.
    """

    terms: tuple[FoundTerm, ...]
    clauses: tuple[Clause, ...]
    window: Window | None

    @property
    def finds_nothing(self) -> bool:
        return not self.terms

    @property
    def has_counts_of(self) -> int | None:
        """The release of which the counts by term and day are the answer; None where they are not enough."""
        plain = len(self.terms) == 1 and not self.clauses and (self.window is None or self.window.mode == "overlap")
        return self.terms[0].newest if plain else None


NOTHING = Matching((), (), None)


def match_events(connection: Connection, asked: EventFilters, release: int) -> Matching:
    """What was asked, as terms and clauses. Raises Problem 400 for ids and names that do not exist."""
    groups: list[Sequence[FoundTerm]] = []
    missing = False
    for kind, values in _wanted_terms(connection, asked, release):
        found = find_terms(connection, kind, values)
        missing = missing or len(found) < len(values)
        groups.append(list(found.values()))
    if missing and (faults := unknown_values(connection, asked)):
        raise invalid_parameters(faults)
    if not all(groups):
        return NOTHING
    # The fewest rows first: all others are held against them.
    groups.sort(key=lambda group: sum(term.documents for term in group))
    beginning, *others = groups or [[find_everything(connection)]]
    clauses = [_also(number, group) for number, group in enumerate(others)]
    for clause in CLAUSES:
        clauses.extend(clause(connection, asked, release))
    return Matching(tuple(beginning), tuple(clauses), _window(asked, beginning))


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


def _also(number: int, group: Sequence[FoundTerm]) -> Clause:
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
        yield Clause(("killed_min", asked.killed_on), {"killed_min": asked.killed_min})
    if asked.killed_max is not None:
        yield Clause(("killed_max", asked.killed_on), {"killed_max": asked.killed_max})


CLAUSES: tuple[Callable[[Connection, EventFilters, int], Iterator[Clause]], ...] = (_lacking, _involvement, _killed)


def _window(asked: EventFilters, terms: Sequence[FoundTerm]) -> Window | None:
    if asked.date_from is None and asked.date_to is None:
        return None
    longest = max(term.longest_days for term in terms)
    return Window(asked.date_mode, _day(asked.date_from), _day(asked.date_to), longest)


def _day(value: date | None) -> int | None:
    return None if value is None else value.toordinal()
