"""What the published side keeps beside the documents is what the documents say, on both databases alike."""

import math
import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, RowMapping, select

from app.counts import OFFERING
from app.models import (
    COUNTED_BY_DAY,
    EVERYTHING,
    FOREVER,
    UNKNOWN_LAST,
    ClaimEntry,
    ClaimSource,
    DayCount,
    EventDocument,
    EventInvolvement,
    EventSpot,
    EventTerm,
    Release,
    Term,
    TermCount,
)
from app.params.events import EventFilters
from app.queries import event_totals
from app.queries.event_filters import match_events
from app.vocabulary import LocationPrecision, SourceKind
from seed import dataset_telling
from seed.dataset_loader import load_dataset
from seed.dataset_scope import Scope
from seed.dataset_telling import DatasetFile
from seed.importers import ucdp
from seed.importers.tables import Record
from seed.neutral_facts import EventFact, Facts, SourceFact
from tests.postgres_cluster import Database
from tests.record.factories import table_of
from tests.seed.loading import (
    IRAQ,
    OPERATION,
    SYRIA,
    TOWER_22,
    Document,
    a_claim,
    added,
    an_event,
    changed,
    documents,
    dump,
    load_and_publish,
    migrated,
    without,
)
from tests.seed.test_ucdp_records import ROW as UCDP_ROW

Json = dict[str, Any]
RANKS = {precision.value: rank for rank, precision in enumerate(LocationPrecision)}
# A kind of term and its value.
Named = tuple[str, str]
PUBLISHED = (
    "term",
    "event_document",
    "event_body",
    "event_original",
    "event_term",
    "event_spot",
    "event_involvement",
    "term_count",
    "day_count",
    "claim_entry",
    "claim_source",
    "reference_document",
    "membership",
    "compression_dictionary",
)


def rows(connection: Connection, model: Any, *columns: str) -> set[tuple[Any, ...]]:
    table = table_of(model)
    return {tuple(row) for row in connection.execute(select(*(table.c[column] for column in columns)))}


def load_ucdp(connection: Connection, release: str, *changes: Mapping[str, object], scope: Scope = Scope.NONE) -> None:
    """Import invented records as one file of a release of UCDP GED."""
    source = ucdp.source_of(release)
    records = [
        Record(number, {**UCDP_ROW, **{name: str(value) for name, value in each.items()}})
        for number, each in enumerate(changes, start=1)
    ]
    file = DatasetFile(
        f"ged-{release}.csv",
        source,
        ucdp.claimant_of(source.id),
        scope,
        lambda: (ucdp.facts_of(record, source.id) for record in records),
        lambda _: False,
    )
    with connection.begin_nested():
        report = load_dataset(connection, ucdp.FAMILY, [file], allow_withdrawals=True)
    assert [reject for of_file in report.files for reject in of_file.rejects] == []


@dataclass(slots=True)
class Told:
    """What the JSON of a document, and of the places and sources beside it, says of how it is found."""

    document: Document
    row: RowMapping
    terms: set[Named]
    sources: set[str]
    days: int
    keys: Json = field(default_factory=dict)


def every_version(connection: Connection) -> list[Told]:
    """Every document of an event that any release ever held, told from JSON alone."""
    columns = {row["number"]: row for row in connection.execute(select(table_of(EventDocument))).mappings()}
    told: dict[int, Told] = {}
    for release in connection.scalars(select(Release.number).order_by(Release.number)):
        there = documents(connection, release)
        within = {thing: each.json["within"] for (resource, thing), each in there.items() if resource == "location"}
        families = {thing: each.json["family"] for (resource, thing), each in there.items() if resource == "source"}
        for (resource, _), document in there.items():
            if resource == "event" and document.number not in told:
                told[document.number] = _told(document, columns[document.number], within, families)
    assert set(told) == set(columns)
    return list(told.values())


def _told(
    document: Document, row: RowMapping, within: Mapping[str, str | None], families: Mapping[str, str | None]
) -> Told:
    told = document.json
    cited = {note["source"]["id"] for note in told["citations"]}
    sources = cited | {families[source] or source for source in cited}
    terms = {("source", source) for source in sources} | {("actor", actor["id"]) for actor in told["actors"]}
    for place in told["locations"]:
        at: str | None = place["id"]
        while at:
            terms.add(("location", at))
            at = within[at]
        if place["country"]:
            terms.add(("country", place["country"]["iso2"]))
        if place["admin1"]:
            terms.add(("admin1", place["admin1"]))
    said = [count["claimant"] for count in (*told["casualty_claims"], *told["reported_counts"]) if count["claimant"]]
    terms |= {("claimant", claimant["id"]) for claimant in said}
    for kind in ("event_type", "sub_event_type", "type_of_violence", "part_of"):
        if told[kind] is not None:
            terms.add((kind, told[kind]))
    if told["conflict"]:
        terms.add(("conflict", told["conflict"]["id"]))
    if any(figure["disputed"] for figure in told["casualties"].values() if figure):
        terms.add(("disputed", "true"))
    if told["parts"]:
        terms.add(("level", "operation"))
    start, end = (
        date.fromisoformat(told[name]).toordinal() if told[name] else None for name in ("date_start", "date_end")
    )
    told_by = told["citations"][0]["source"]["id"]
    figure = told["casualties"]["killed"] or {"low": None, "best": None, "high": None}
    stated = [number for number in (figure["low"], figure["best"], figure["high"]) if number is not None]
    low = None if figure["low"] is None else min(stated)
    high = None if figure["high"] is None else max(stated)
    sorted_by = figure["best"] if figure["best"] is not None else low
    keys = {
        "id": told["id"],
        "valid_from": document.valid_from,
        "valid_until": document.valid_until,
        "start_day": start,
        "end_day": end,
        "last_day": end if end is not None else start,
        "by_newest": UNKNOWN_LAST if start is None else -start,
        "by_most_killed": UNKNOWN_LAST if sorted_by is None else -sorted_by,
        "killed_low": low,
        "killed_best": figure["best"],
        "killed_high": high,
        "family": families[told_by] or told_by,
        "precision": min((RANKS[place["precision"]] for place in told["locations"]), default=None),
    }
    days = end - start if start is not None and end is not None else 0
    return Told(document, row, terms, sources, days, keys)


def term_names(connection: Connection) -> dict[int, Named]:
    return {number: (kind, value) for number, kind, value in rows(connection, Term, "number", "kind", "value")}


@pytest.fixture(params=["the article", "many releases", "in small batches"])
def published(
    loaded: Connection, facts: Facts, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Connection:
    """The article's facts; and many releases after them."""
    if request.param == "in small batches":
        monkeypatch.setattr(dataset_telling, "BATCH", 2)
    if request.param != "the article":
        for _ in load_much(loaded, facts):
            pass
    return loaded


def load_much(loaded: Connection, facts: Facts) -> Iterator[None]:
    """Releases of facts that are changed, withdrawn and odd, and of a dataset that repeats, revises and renames."""
    odd = [
        an_event("half-a", date_start=date(2020, 5, 1)),
        an_event("half-b", date_end=date(2020, 5, 9)),
        an_event(
            "long",
            date_start=date(2019, 1, 1),
            date_end=date(2021, 12, 31),
            date_precision="days",
            event_type="battles",
            conflict={"id": "c-1", "name": "A conflict"},
            part_of="half-a",
            casualty_claims=[
                a_claim("long.a", victims={"scope": "all", "description": "people"}, value=3, wording="3"),
                a_claim(
                    "long.b",
                    victims={"scope": "all", "description": "people"},
                    reporting="attributed",
                    claimant="us-officials",
                    claimant_is_party=False,
                    citations=[{"source": "geonames", "locator": "x"}],
                ),
            ],
        ),
    ]
    load_and_publish(loaded, added(facts, events=odd))
    yield
    month = {"date_end": "2014-06-30", "date_prec": 4}
    load_ucdp(
        loaded,
        "23.1",
        {"id": 1, **month},
        {"id": 2},
        {"id": 3, "low": 1, "best": 1, "high": 0, "deaths_a": 1, "deaths_b": 0},
        {"id": 4, "country": "Syria", "country_id": 652, "where_coordinates": "Elsewhere", "best": 0, "low": 0},
        {"id": 5, "date_start": "2013-01-01", "date_end": "2013-12-31", "date_prec": 5, "type_of_violence": 3},
    )
    yield
    load_and_publish(
        loaded, without(changed(facts, "actors", "iran", name="Islamic Republic of Iran"), "events", SYRIA)
    )
    yield
    # It repeats two, which fill a batch of their own, before it has one that is new.
    load_ucdp(loaded, "24.1", {"id": 1, **month}, {"id": 2}, {"id": 6}, {"id": 4, "best": 7, "high": 12})
    yield
    load_ucdp(loaded, "25.1", {"id": 1, **month, "best": 6}, {"id": 2, "side_a": "Government of Renamed"}, {"id": 7})
    yield
    load_ucdp(loaded, "26.1", {"id": 6}, {"id": 7}, scope=Scope.ALL)
    yield


def test_columns_of_a_document_are_what_the_document_says(published: Connection) -> None:
    """Calculated again from the JSON alone, for every document that any release held."""
    names = term_names(published)
    differing = {}
    for told in every_version(published):
        row = {**told.row, "family": names[told.row["family"]][1]}
        assert names[told.row["family"]][0] == "source"
        assert set(row) == {*told.keys, "number", "terms", "whereabouts"}, "a column that this test does not know"
        assert names[row["whereabouts"]][0] == "whereabouts"
        if unequal := {name: (row[name], value) for name, value in told.keys.items() if row[name] != value}:
            differing[told.keys["id"]] = unequal
    assert differing == {}


def test_terms_of_a_document_are_what_the_document_says(published: Connection) -> None:
    names = term_names(published)
    of_document: dict[int, dict[Named, RowMapping]] = defaultdict(dict)
    for row in published.execute(select(table_of(EventTerm))).mappings():
        assert names[row["term"]] not in of_document[row["document"]], "a document has a term once"
        of_document[row["document"]][names[row["term"]]] = row
    releases = {f"ucdp-ged-{release}" for release in ("23.1", "24.1", "25.1", "26.1")}

    for told in every_version(published):
        there = of_document.pop(told.document.number)
        own = {named for named, row in there.items() if row["valid_from"] == told.document.valid_from}
        told.terms.add(names[told.row["whereabouts"]])
        assert own == told.terms, told.keys["id"]
        later = {value for kind, value in set(there) - own if kind == "source"}
        assert len(later) == len(there) - len(own), "only a later release of a dataset is added"
        assert later <= releases
        packed = list(array("I", told.row["terms"]))
        assert packed == sorted(packed)
        assert {names[number] for number in packed} == told.terms
        same = ("id", "by_newest", "by_most_killed", "last_day", "valid_until", "family")
        for row in there.values():
            assert {name: row[name] for name in same} == {name: told.row[name] for name in same}
            assert told.document.valid_from <= row["valid_from"] <= row["valid_until"]
    assert of_document == {}


def test_spots_of_a_document_are_where_its_locations_are(published: Connection) -> None:
    spots: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for spot in published.execute(select(table_of(EventSpot))).mappings():
        spots[spot["term"]].add(tuple(spot[name] for name in ("latitude", "longitude", "precision", "country")))
        if spot["latitude"] is not None:
            north, east = math.radians(spot["latitude"]), math.radians(spot["longitude"])
            vector = (math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north))
            assert (spot["x"], spot["y"], spot["z"]) == pytest.approx(vector)

    for told in every_version(published):
        there = {
            (latitude, longitude, told.row["precision"] if rank is None else rank, country)
            for latitude, longitude, rank, country in spots[told.row["whereabouts"]]
        }
        assert there == {
            (
                place["latitude"],
                place["longitude"],
                RANKS[place["precision"]],
                place["country"]["iso2"] if place["country"] else None,
            )
            for place in told.document.json["locations"]
        }


def test_involvements_of_a_document_are_what_the_document_says(published: Connection) -> None:
    names = term_names(published)
    expected = {
        (actor["role"], actor["attribution"], ("actor", actor["id"]), told.document.number)
        for told in every_version(published)
        for actor in told.document.json["actors"]
    }
    there = rows(published, EventInvolvement, "role", "attribution", "actor", "document")
    assert {(role, attribution, names[actor], number) for role, attribution, actor, number in there} == expected


def test_claim_entries_are_what_the_documents_claims_say(published: Connection) -> None:
    names = term_names(published)
    expected, sources = set(), set()
    families = {
        thing: each.json["family"] for (resource, thing), each in documents(published).items() if resource == "source"
    }
    for told in every_version(published):
        of_citation = {citation["id"]: citation["source"]["id"] for citation in told.document.json["citations"]}
        for position, claim in enumerate(told.document.json["casualty_claims"]):
            counts = claim["outcome"] == "killed" and claim["standing"] == "in_force"
            best = claim["value"] if counts and claim["qualifier"] in OFFERING else None
            low, high = (claim["low"], claim["high"]) if counts else (None, None)
            if low is not None and high is not None and best is not None:
                low, high = min(low, best, high), max(low, best, high)
            sorted_by = best if best is not None else low
            claimant = ("claimant", claim["claimant"]["id"]) if claim["claimant"] else None
            cited = {of_citation[name] for name in claim["citations"]}
            cited |= {families[source] or source for source in cited}
            at = (told.document.number, position)
            figures = (low, best, high, UNKNOWN_LAST if sorted_by is None else -sorted_by)
            expected.add((*at, claim["id"], claim["outcome"], claimant, *figures, cited == told.sources))
            if cited != told.sources:
                sources |= {(*at, ("source", source)) for source in cited}

    columns = ("document", "position", "id", "outcome", "claimant", "low", "best", "high", "by_most_killed")
    there = {
        (*row[:4], None if row[4] is None else names[row[4]], *row[5:])
        for row in rows(published, ClaimEntry, *columns, "cites_all")
    }
    assert there == expected
    assert {
        (number, position, names[source])
        for number, position, source in rows(published, ClaimSource, "document", "position", "source")
    } == sources


def test_claims_that_count_nobody_killed_are_not_compared_as_if_they_did(loaded: Connection, facts: Facts) -> None:
    claims = [
        a_claim("x.injured", outcome="injured"),
        a_claim("x.at-least", qualifier="at_least", wording="at least 16"),
        a_claim("x.retracted", standing="retracted"),
        a_claim("x.vague", qualifier="vague", value=None, wording="dozens"),
    ]
    load_and_publish(loaded, added(facts, events=[an_event("x", casualty_claims=claims)]))

    keys = dict(loaded.execute(select(ClaimEntry.id, ClaimEntry.by_most_killed)).all())
    assert keys == {
        f"{IRAQ}.killed": -16,
        f"{SYRIA}.killed": -18,
        f"{TOWER_22}.killed": -3,
        "x.injured": UNKNOWN_LAST,
        "x.at-least": -16,
        "x.retracted": UNKNOWN_LAST,
        "x.vague": UNKNOWN_LAST,
    }


def test_terms_know_the_longest_event_that_ever_had_them(published: Connection) -> None:
    """Of later releases of a dataset too, which repeat an event."""
    names = term_names(published)
    days = {told.document.number: told.days for told in every_version(published)}
    longest: dict[Named, int] = defaultdict(int)
    for term, document in rows(published, EventTerm, "term", "document"):
        longest[names[term]] = max(longest[names[term]], days[document])
    longest[names[EVERYTHING]] = max(days.values())

    there = {(kind, value): most for kind, value, most in rows(published, Term, "kind", "value", "longest_days")}
    too_short = {named: (there[named], most) for named, most in longest.items() if there[named] != most}
    assert too_short == {}
    # A value that nothing has any more, or that a claimant or a family alone has, lasts no time.
    assert {named for named in set(there) - set(longest) if there[named]} == set()


def counted_by_hand(connection: Connection) -> Counter[tuple[int, int]]:
    """How many documents of the newest release have each term, by family."""
    held = EventTerm.valid_until == FOREVER
    having = connection.execute(select(EventTerm.term, EventTerm.family).where(held)).all()
    everything = connection.scalars(select(EventDocument.family).where(EventDocument.valid_until == FOREVER)).all()
    return Counter([*((term, family) for term, family in having), *((EVERYTHING, family) for family in everything)])


def test_counts_by_term_are_what_counting_gives_after_every_load(loaded: Connection, facts: Facts) -> None:
    for _ in load_much(loaded, facts):
        names = term_names(loaded)
        counts = rows(loaded, TermCount, "term", "family", "holding")
        there = {(names[term], names[family]): number for term, family, number in counts}
        expected = {(names[term], names[family]): number for (term, family), number in counted_by_hand(loaded).items()}

        assert there == expected
        assert rows(loaded, DayCount, "term") == set(), f"nothing here has {COUNTED_BY_DAY} documents"


def count_by_day_from(monkeypatch: pytest.MonkeyPatch, documents_of_a_term: int) -> None:
    """Make terms that many documents have out of terms that few have."""
    monkeypatch.setattr("seed.publish.counts.COUNTED_BY_DAY", documents_of_a_term)
    monkeypatch.setattr("app.queries.event_totals.COUNTED_BY_DAY", documents_of_a_term)


def test_counts_by_day_are_what_counting_gives_after_every_load(
    empty: Connection, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_by_day_from(monkeypatch, 3)
    load_and_publish(empty, facts)
    for _ in load_much(empty, facts):
        expected = days_counted_by_hand(empty, 3)
        assert expected
        assert rows(empty, DayCount, "term", "family", "day", "begun", "over") == expected


def days_counted_by_hand(connection: Connection, least: int) -> set[tuple[int, int, int, int, int]]:
    """How many had begun by each day that is any event's, and how many were over, by term and family."""
    held = EventTerm.valid_until == FOREVER
    columns = ("family", "start_day", "end_day")
    of_document = {row[0]: row[1:] for row in rows(connection, EventDocument, "number", *columns)}
    having: dict[int, list[tuple[int, int | None, int | None]]] = defaultdict(list)
    for term, document in connection.execute(select(EventTerm.term, EventTerm.document).where(held)):
        having[term].append(of_document[document])
    for number in connection.scalars(select(EventDocument.number).where(EventDocument.valid_until == FOREVER)):
        having[EVERYTHING].append(of_document[number])
    expected = set()
    for term, of_term in having.items():
        for family in {of for of, _, _ in of_term} if len(of_term) >= least else ():
            known = [(start or end, end or start) for of, start, end in of_term if of == family and (start or end)]
            for day in {day for both in known for day in both if day}:
                begun = sum(first <= day for first, _ in known if first)
                over = sum(last <= day for _, last in known if last)
                expected.add((term, family, day, begun, over))
    return expected


DAYS = 60
FIRST = date(2024, 1, 1)


def any_events(seed: int, number: int) -> list[EventFact]:
    """Events of few days and places, some of which lack the first day, the last one or both."""
    chance = random.Random(seed)  # noqa: S311
    made = []
    for n in range(number):
        start = FIRST + timedelta(days=chance.randrange(DAYS))
        end = start + timedelta(days=chance.choice([0, 0, 0, 1, 2, 30]))
        dates: Json = {"date_start": start, "date_end": end, "date_precision": "days"}
        lacking = chance.choice([(), (), (), ("date_start",), ("date_end",), ("date_start", "date_end")])
        if lacking:
            dates |= {**dict.fromkeys(lacking), "date_precision": "unknown"}
        elif start == end:
            dates["date_precision"] = "day"
        place = chance.choice(["anbar", "al-mayadeen", "jordan"])
        cited = [{"source": chance.choice(["conversation-2024-02-03-us-raids", "geonames"]), "locator": "p. 1"}]
        at = [{"location": place, "precision": "admin1", "citations": cited}]
        made.append(an_event(f"e-{n:03}", locations=at, citations=cited, **dates))
    return made


def tallied(connection: Connection, asked: EventFilters, release: int) -> tuple[Counter[str], int]:
    """The tally with families by name."""
    names = term_names(connection)
    tally = event_totals.count_events(connection, match_events(connection, asked, release), release)
    return Counter({names[family][1]: number for family, number in tally.by_family.items()}), tally.undated


def test_totals_that_are_looked_up_by_day_are_those_that_counting_gives(
    empty: Connection, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any window, of events that lack either day too, and after events were changed and withdrawn."""
    chance = random.Random(0)  # noqa: S311
    look_ups: list[object] = []
    build = event_totals._looked_up

    def look_up(shape: Any) -> Any:
        look_ups.append(shape)
        return build(shape)

    monkeypatch.setattr(event_totals, "_looked_up", look_up)
    for step in range(3):
        count_by_day_from(monkeypatch, 5)
        load_and_publish(empty, added(facts, events=any_events(step, 90 - 20 * step)))
        release = step + 1
        for _ in range(60):
            bounds = sorted(FIRST + timedelta(days=chance.randrange(-40, DAYS + 45)) for _ in range(2))
            window = dict(zip(("date_from", "date_to"), bounds, strict=True))
            window.pop(chance.choice(["date_from", "date_to", "neither", "neither"]), None)
            of: Json = chance.choice([{}, {"country": ["IQ"]}, {"country": ["SY"]}, {"source": ["geonames"]}])
            asked = EventFilters.model_validate({name: str(day) for name, day in window.items()} | of)
            count_by_day_from(monkeypatch, 5)
            by_look_up, before = tallied(empty, asked, release), len(look_ups)
            count_by_day_from(monkeypatch, 10**9)
            by_counting = tallied(empty, asked, release)
            assert len(look_ups) == before
            assert by_look_up == by_counting, (asked.asked_for, by_look_up, by_counting)
            assert by_look_up[0].total() == _by_hand(empty, window, of)
    assert len(look_ups) > 100


def _by_hand(connection: Connection, window: Mapping[str, date], of: Json) -> int:
    """The number of events that meet the window, told from their JSON."""
    first, last = window.get("date_from", date.min), window.get("date_to", date.max)
    number = 0
    for document in _events(connection):
        json = document.json
        start, end = (date.fromisoformat(json[name]) if json[name] else None for name in ("date_start", "date_end"))
        meets = start <= last and end >= first if start and end else any(d and first <= d <= last for d in (start, end))
        countries = {place["country"]["iso2"] for place in json["locations"]}
        sources = {note["source"]["id"] for note in json["citations"]}
        fits = ("country" not in of or set(of["country"]) & countries) and (
            "source" not in of or set(of["source"]) & sources
        )
        number += bool(meets and fits)
    return number


def test_terms_take_a_datasets_family_beside_its_release(loaded: Connection, facts: Facts) -> None:
    release = SourceFact(id="ucdp-ged-24.1", kind=SourceKind.DATASET, title="UCDP GED 24.1", family="ucdp-ged")
    cited = [{"source": "ucdp-ged-24.1", "locator": "row 1"}]
    both = [*cited, {"source": "geonames", "locator": "1"}]
    event = an_event(
        "ucdp-1",
        citations=both,
        casualty_claims=[a_claim("ucdp-1.killed", citations=cited), a_claim("ucdp-1.killed-2", citations=both)],
    )
    load_and_publish(loaded, added(facts, sources=[release], events=[event]))

    number, names = documents(loaded)["event", "ucdp-1"].number, term_names(loaded)
    terms = {names[term] for term, of in rows(loaded, EventTerm, "term", "document") if of == number}
    of_sources = {("source", "ucdp-ged-24.1"), ("source", "ucdp-ged"), ("source", "geonames")}
    assert terms == {*of_sources, ("whereabouts", "")}
    of_claims = {
        (position, names[source][1])
        for document, position, source in rows(loaded, ClaimSource, "document", "position", "source")
        if document == number
    }
    assert of_claims == {(0, "ucdp-ged"), (0, "ucdp-ged-24.1")}, "the other one cites all that its event does"
    cites_all = select(ClaimEntry.id, ClaimEntry.cites_all).where(ClaimEntry.document == number)
    assert dict(loaded.execute(cites_all).all()) == {"ucdp-1.killed": False, "ucdp-1.killed-2": True}


def _events(connection: Connection) -> list[Document]:
    return [document for (resource, _), document in documents(connection).items() if resource == "event"]


@pytest.fixture
def other_kind(engine: Engine, request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Connection]:
    """A database of the other kind than the one under test, whose order of text is not C's where it is PostgreSQL."""
    if engine.dialect.name == "postgresql":
        url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
        other = migrated(Database("sqlite", url, url))
    else:
        cluster = request.getfixturevalue("icu_postgres_cluster")
        other = migrated(cluster.create_database(f"other_{id(request)}"))
    with other.connect() as connection:
        yield connection
        connection.rollback()
    other.dispose()


def test_databases_of_both_kinds_when_they_hold_the_same_facts_hold_the_same_documents(
    loaded: Connection, other_kind: Connection, facts: Facts
) -> None:
    """Byte for byte, with the same numbers, columns, terms and counts, after a change as well."""
    load_and_publish(other_kind, facts)
    step = without(changed(facts, "actors", "iran", name="Islamic Republic of Iran"), "events", SYRIA)
    step = added(step, events=[an_event(name, part_of=OPERATION) for name in ("Zz", "a_", "aa", "a.")])
    for connection in (loaded, other_kind):
        load_and_publish(connection, step)
        load_ucdp(connection, "24.1", *({"id": number} for number in range(300)))

    here, there = dump(loaded), dump(other_kind)
    for table in PUBLISHED:
        assert here[table] == there[table], table
    assert here["compression_dictionary"], "packed with one"
