"""Any facts that the loader takes, for hypothesis: few ids, so that they name one another, and odd texts."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.counts import bounds_of
from app.vocabulary import (
    SUB_EVENT_TYPES,
    ActorKind,
    AgeGroup,
    Attribution,
    Cause,
    DatePrecision,
    EventType,
    LocationKind,
    LocationPrecision,
    Measure,
    Outcome,
    Qualifier,
    RelationshipKind,
    Reporting,
    ReviewStatus,
    Role,
    Sex,
    SourceKind,
    Standing,
    TypeOfViolence,
    VictimScope,
    VictimStatus,
)
from seed.neutral_facts import ActorFact, DatasetCodesFact, EventFact, Facts, LocationFact, SourceFact

SOURCES, PLACES, ACTORS, EVENTS = (
    tuple(f"{kind}-{n}" for n in range(3)) for kind in ("source", "place", "actor", "event")
)
Draw = st.DrawFn
# Whatever can be stored: all but NUL, which PostgreSQL has no place for, and halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(str.strip)
GIVEN_TEXTS = TEXTS.filter(bool)
MAYBE = st.none() | GIVEN_TEXTS
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
COUNTRIES = st.sampled_from(["IQ", "SY", "PS"])
CITATIONS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(SOURCES),
            "locator": st.sampled_from(["p. 1", "p. 2"]),
            "quote": st.none() | st.just("a quote – “so”"),
            "supports": st.lists(st.sampled_from(["name", "country"]), max_size=2),
        }
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def counts(draw: Draw) -> dict[str, Any]:
    """The columns of a count that agree with one another."""
    qualifier = draw(st.sampled_from(Qualifier))
    one, two = sorted((draw(st.integers(1, 50)), draw(st.integers(51, 2_147_483_646))))
    row: dict[str, Any] = {"wording": draw(GIVEN_TEXTS), "qualifier": qualifier, "citations": draw(CITATIONS)}
    if qualifier is Qualifier.RANGE:
        row |= {"value": draw(st.sampled_from([None, one, two])), "low": one, "high": two}
    elif qualifier is Qualifier.DISORDERED:
        row |= {"value": one, "low": two, "high": one}
    else:
        named = qualifier not in (Qualifier.VAGUE, Qualifier.UNKNOWN, Qualifier.NONE_REPORTED)
        bounds = bounds_of(qualifier, one if named else None)
        row |= {"value": one if named else None, "low": bounds.low, "high": bounds.high}
    reporting = draw(st.sampled_from(Reporting))
    claimant = draw(st.sampled_from(ACTORS)) if reporting is Reporting.ATTRIBUTED else None
    return row | {"reporting": reporting, "claimant": claimant}


@st.composite
def claims_of(draw: Draw, event: str) -> list[dict[str, Any]]:
    """Claims on an event, of which some are about parts of others' groups, standing before or after them."""
    ids = [f"{event}.claim-{n}" for n in range(draw(st.integers(0, 3)))]
    claims = []
    for place, claim in enumerate(ids):
        group = draw(st.none() | st.sampled_from(ids[:place])) if place else None
        count = draw(counts())
        victims = {
            "scope": VictimScope.GROUP if group else draw(st.sampled_from(VictimScope)),
            "description": draw(GIVEN_TEXTS),
            "status": draw(st.sampled_from(VictimStatus)),
            "actor": draw(st.none() | st.sampled_from(ACTORS)),
            "sex": draw(st.sampled_from(Sex)),
            "age_group": draw(st.sampled_from(AgeGroup)),
            "part_of_group": group,
        }
        claims.append(
            count
            | {
                "id": claim,
                "outcome": Outcome.INJURED,
                "victims": victims,
                "claimant_is_party": None if count["claimant"] is None else draw(st.booleans()),
                "claimed_on": draw(st.none() | DAYS),
                "standing": draw(st.sampled_from(Standing)),
                "cause": draw(st.sampled_from(Cause)),
                "covers": draw(st.lists(st.sampled_from(EVENTS), unique=True)),
            }
        )
    return draw(st.permutations(claims))


@st.composite
def involvements(draw: Draw) -> dict[str, Any]:
    """One that says whose word it is only where it may be another's."""
    attribution = draw(st.sampled_from(Attribution))
    others_word = attribution in (Attribution.ATTRIBUTED, Attribution.SUSPECTED)
    return {
        "actor": draw(st.sampled_from(ACTORS)),
        "role": draw(st.sampled_from(Role)),
        "attribution": attribution,
        "attributed_by": draw(st.none() | st.sampled_from(ACTORS)) if others_word else None,
        "wording": draw(MAYBE),
        "citations": draw(CITATIONS),
    }


@st.composite
def dated(draw: Draw) -> dict[str, Any]:
    """Days and a precision that agree."""
    start: date | None
    end: date | None
    start, end = sorted((draw(DAYS), draw(DAYS)))
    precision = draw(st.sampled_from(DatePrecision))
    if precision is DatePrecision.UNKNOWN:
        start, end = draw(st.sampled_from([(None, None), (start, None), (None, end)]))
    elif precision is DatePrecision.DAY:
        end = start
    return {"date_start": start, "date_end": end, "date_precision": precision, "date_wording": draw(MAYBE)}


CODES = st.builds(
    DatasetCodesFact,
    code_status=MAYBE,
    where_prec=st.integers(-(2**63), 2**63 - 1),
    number_of_sources=st.none() | st.integers(0, 9),
    country=MAYBE,
    country_id=st.none() | st.integers(0, 999),
)


@st.composite
def events(draw: Draw, event: str, earlier: tuple[str, ...]) -> EventFact:
    """An event that may lie in an earlier one, so that nothing goes in a circle."""
    event_type = draw(st.none() | st.sampled_from(EventType))
    whole = st.none() | st.sampled_from(earlier) if earlier else st.none()
    place = st.fixed_dictionaries(
        {"location": st.sampled_from(PLACES), "precision": st.sampled_from(LocationPrecision), "citations": CITATIONS}
    )
    said = ("actor", "role", "attribution", "attributed_by")
    known_as = st.fixed_dictionaries({"scheme": st.just("other"), "value": GIVEN_TEXTS})
    return EventFact.model_validate(
        {
            "id": event,
            "title": draw(GIVEN_TEXTS),
            "summary": draw(MAYBE),
            "is_aggregate": draw(st.booleans()),
            "part_of": draw(whole),
            "in_response_to": draw(whole),
            "event_type": event_type,
            "sub_event_type": draw(st.none() | st.sampled_from(SUB_EVENT_TYPES[event_type])) if event_type else None,
            "type_of_violence": draw(st.none() | st.sampled_from(TypeOfViolence)),
            "conflict": draw(st.none() | st.fixed_dictionaries({"id": st.just("c-1"), "name": GIVEN_TEXTS})),
            **draw(dated()),
            "locations": draw(st.lists(place, max_size=2, unique_by=lambda row: row["location"])),
            "actors": draw(st.lists(involvements(), max_size=3, unique_by=lambda row: tuple(row[of] for of in said))),
            "reported_counts": [
                count | {"measure": draw(st.sampled_from(Measure))} for count in draw(st.lists(counts(), max_size=2))
            ],
            "casualty_claims": draw(claims_of(event)),
            "external_ids": draw(st.lists(known_as, max_size=2)),
            "review_status": draw(st.lists(st.sampled_from(ReviewStatus), max_size=2)),
            "dataset": draw(st.none() | CODES),
            "citations": draw(CITATIONS),
        }
    )


@st.composite
def sources(draw: Draw, source: str, earlier: tuple[str, ...]) -> SourceFact:
    """A source that may be a version of an earlier one."""
    author = st.fixed_dictionaries({"name": GIVEN_TEXTS, "affiliation": MAYBE})
    return SourceFact.model_validate(
        {
            "id": source,
            "kind": draw(st.sampled_from(SourceKind)),
            "title": draw(GIVEN_TEXTS),
            "authors": draw(st.lists(author, max_size=2)),
            "publisher": draw(MAYBE),
            "published_on": draw(st.none() | DAYS),
            "url": draw(st.sampled_from([None, "https://example.org/a"])),
            "retrieved_on": draw(st.none() | DAYS),
            "republication_of": draw(st.none() | st.sampled_from(earlier)) if earlier else None,
            "family": draw(st.sampled_from([None, "family"])),
            "notes": draw(MAYBE),
            "text_sha256": draw(st.sampled_from([None, "0f" * 32])),
        }
    )


@st.composite
def locations(draw: Draw, place: str, earlier: tuple[str, ...]) -> LocationFact:
    """A place that may lie within an earlier one."""
    # SQLite keeps no negative zero, which is the same place.
    point = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    latitude, longitude = draw(point | st.just((None, None)))
    return LocationFact.model_validate(
        {
            "id": place,
            "name": draw(GIVEN_TEXTS),
            "names": draw(st.lists(GIVEN_TEXTS, max_size=2)),
            "kind": draw(st.sampled_from(LocationKind)),
            "country": draw(COUNTRIES),
            "admin1": draw(MAYBE),
            "latitude": latitude,
            "longitude": longitude,
            "within": draw(st.none() | st.sampled_from(earlier)) if earlier else None,
            "citations": draw(CITATIONS),
        }
    )


@st.composite
def actors(draw: Draw, actor: str) -> ActorFact:
    """An actor with relationships to others."""
    relationship = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(RelationshipKind),
            "actor": st.sampled_from([other for other in ACTORS if other != actor]),
            "since": st.sampled_from([None, "2019", "2019-03"]),
            "until": st.sampled_from([None, "2020-03-01"]),
            "wording": GIVEN_TEXTS,
            "citations": CITATIONS,
        }
    )
    said = ("kind", "actor", "since", "until")
    return ActorFact.model_validate(
        {
            "id": actor,
            "name": draw(GIVEN_TEXTS),
            "names": draw(st.lists(GIVEN_TEXTS, max_size=2)),
            "kind": draw(st.sampled_from(ActorKind)),
            "country": draw(st.none() | COUNTRIES),
            "description": draw(MAYBE),
            "relationships": draw(
                # With one date missing, nothing says that two are the same.
                st.lists(relationship, max_size=3, unique_by=lambda row: tuple(row[of] for of in said))
            ),
            "citations": draw(CITATIONS),
        }
    )


@st.composite
def all_facts(draw: Draw) -> Facts:
    """Facts of every kind, each kind in any order."""
    told: dict[str, list[Any]] = {
        "sources": [draw(sources(each, SOURCES[:n])) for n, each in enumerate(SOURCES)],
        "locations": [draw(locations(each, PLACES[:n])) for n, each in enumerate(PLACES)],
        "actors": [draw(actors(each)) for each in ACTORS],
        "events": [draw(events(each, EVENTS[:n])) for n, each in enumerate(EVENTS)],
    }
    ordered: dict[str, Any] = {kind: tuple(draw(st.permutations(rows))) for kind, rows in told.items()}
    return Facts.model_construct(None, **ordered)
