"""ACLED export records as facts. Every row here is invented; no real row of ACLED is in this repository."""

from datetime import date
from pathlib import Path

import pytest

from app.vocabulary import ActorKind, DatePrecision, EventType, LocationPrecision, Qualifier, Role, SubEventType
from seed.importers import acled
from seed.importers.datasets import DatasetEvent, Reject
from seed.importers.tables import Record, open_table
from seed.neutral_facts import ActorFact, EventFact, LocationFact
from tests.seed.dataset_files import write_csv


def words(text: str) -> list[str]:
    return text.split()


OPTIONS = acled.AcledOptions(source="acled-2024-03")
# The layout of today, one of 31 columns with `data_id` before it, and one of 25 in capitals before that.
TODAY = words(
    """
    event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1
    inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3
    location latitude longitude geo_precision source source_scale notes fatalities tags timestamp
    """
)
OLDER = words(
    """
    data_id iso event_id_cnty event_id_no_cnty event_date year time_precision event_type sub_event_type actor1
    assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction region country admin1 admin2 admin3 location
    latitude longitude geo_precision source source_scale notes fatalities timestamp iso3
    """
)
OLDEST = words(
    """
    GWNO EVENT_ID_CNTY EVENT_ID_NO_CNTY EVENT_DATE YEAR TIME_PRECISION EVENT_TYPE ACTOR1 ALLY_ACTOR_1 INTER1
    ACTOR2 ALLY_ACTOR_2 INTER2 INTERACTION COUNTRY ADMIN1 ADMIN2 ADMIN3 LOCATION LATITUDE LONGITUDE
    GEO_PRECISION SOURCE NOTES FATALITIES
    """
)
ROW = {
    "event_id_cnty": "IRQ90001",
    "event_date": "2024-02-14",
    "time_precision": "1",
    "event_type": "Explosions/Remote violence",
    "sub_event_type": "Air/drone strike",
    "actor1": "Military Forces of Inventia (2020-)",
    "assoc_actor_1": "Invented Ally; Invented Friend",
    "inter1": "8",
    "actor2": "Invented Militia",
    "inter2": "Political militia",
    "iso": "368",
    "country": "Iraq",
    "admin1": "Invented Governorate",
    "location": "Invented Town",
    "latitude": "33.1",
    "longitude": "44.2",
    "geo_precision": "1",
    "source": "Invented Wire; Invented Daily",
    "notes": "On 14 February, something invented happened.",
    "fatalities": "2",
}


def facts(options: acled.AcledOptions = OPTIONS, **changes: str) -> DatasetEvent:
    result = acled.facts_of(Record(1, {**ROW, **changes}), options)
    assert isinstance(result, DatasetEvent), result
    return result


def test_record_is_told_whole_when_nothing_is_wrong_with_it() -> None:
    told = facts()
    event = told.event
    assert event.id == "acled-IRQ90001"
    assert event.title == "Air/drone strike in Invented Town, Iraq, 14 February 2024"
    assert (event.event_type, event.sub_event_type, event.type_of_violence) == (
        EventType.EXPLOSIONS_REMOTE_VIOLENCE,
        SubEventType.AIR_DRONE_STRIKE,
        None,
    )
    assert (told.locations[0].country, event.locations[0].precision) == ("IQ", LocationPrecision.SETTLEMENT)
    assert [citation.quote for citation in event.citations] == [None, "Invented Wire", "Invented Daily"]
    assert event.summary is None, "the notes are ACLED's words, not a summary of ours"
    EventFact.model_validate(event.model_dump())
    for place, actor in ((place, actor) for place in told.locations for actor in told.actors):
        LocationFact.model_validate(place.model_dump())
        ActorFact.model_validate(actor.model_dump())


def test_actors_are_parties_without_direction() -> None:
    told = facts()
    roles = {actor.name: involvement.role for actor, involvement in zip(told.actors, told.event.actors, strict=True)}
    assert roles == {
        "Military Forces of Inventia (2020-)": Role.PARTY,
        "Invented Militia": Role.PARTY,
        "Invented Ally": Role.ASSOCIATED,
        "Invented Friend": Role.ASSOCIATED,
    }


@pytest.mark.parametrize("inter", ["3", "Political militia", "POLITICAL MILITIA"])
def test_kind_of_an_actor_is_read_from_numbers_and_words_alike(inter: str) -> None:
    kinds = {actor.name: actor.kind for actor in facts(inter2=inter).actors}
    assert kinds["Invented Militia"] is ActorKind.ARMED_GROUP
    assert kinds["Military Forces of Inventia (2020-)"] is ActorKind.UNSPECIFIED, "8 is external or other"


@pytest.mark.parametrize(
    ("fatalities", "zero_means_zero", "qualifier", "stored"),
    [
        ("12", False, Qualifier.CODED, (12, None, None)),
        ("0", False, Qualifier.NONE_REPORTED, (None, None, None)),
        ("0", True, Qualifier.EXACT, (0, 0, 0)),
    ],
)
def test_a_0_is_no_number_unless_the_user_says_so(
    fatalities: str, zero_means_zero: bool, qualifier: Qualifier, stored: tuple[int | None, ...]
) -> None:
    options = acled.AcledOptions(source="acled-2024-03", zero_means_zero=zero_means_zero)
    (claim,) = facts(options, fatalities=fatalities).event.casualty_claims
    assert (claim.qualifier, (claim.value, claim.low, claim.high)) == (qualifier, stored)
    assert claim.claimant == "acled"


@pytest.mark.parametrize("written", ["2024-02-14", "14 February 2024", "14-February-2024", "14/02/2024"])
def test_day_is_read_in_every_way_that_exports_wrote_it(written: str) -> None:
    event = facts(event_date=written).event
    assert (event.date_start, event.date_end, event.date_wording) == (date(2024, 2, 14), date(2024, 2, 14), written)


@pytest.mark.parametrize(
    ("precision", "expected", "start", "end"),
    [
        ("2", DatePrecision.WEEK, date(2024, 2, 12), date(2024, 2, 18)),
        ("3", DatePrecision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_interval_is_widened_when_the_day_is_a_placeholder(
    precision: str, expected: DatePrecision, start: date, end: date
) -> None:
    event = facts(time_precision=precision).event
    assert (event.date_precision, event.date_start, event.date_end) == (expected, start, end)


@pytest.mark.parametrize(
    ("old", "classes"),
    [
        ("Battle-No change of territory", (EventType.BATTLES, SubEventType.ARMED_CLASH)),
        ("Remote violence", (EventType.EXPLOSIONS_REMOTE_VIOLENCE, None)),
        ("Riots/Protests", (None, None)),
        ("Something new", (None, None)),
    ],
)
def test_older_classes_become_todays_only_where_they_say_the_same(
    old: str, classes: tuple[EventType | None, SubEventType | None]
) -> None:
    event = facts(event_type=old, sub_event_type="").event
    assert (event.event_type, event.sub_event_type) == classes


@pytest.mark.parametrize("layout", [TODAY, OLDER, OLDEST], ids=["today", "older", "oldest"])
def test_facts_are_the_same_in_every_layout(tmp_path: Path, layout: list[str]) -> None:
    names = {"assoc_actor_1": "ALLY_ACTOR_1"} if layout is OLDEST else {}
    given = {names.get(name, name.upper() if layout is OLDEST else name): value for name, value in ROW.items()}
    row = {name: value for name, value in given.items() if name in layout}
    file = write_csv(tmp_path / "export.csv", layout, [row])
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    with open_table(file, acled.NEEDED) as table:
        (result,) = [acled.facts_of(record, OPTIONS) for record in table.records()]
    assert isinstance(result, DatasetEvent)
    assert len(layout) == (25 if layout is OLDEST else 31)
    same = {"locations", "actors", "casualty_claims", "date_start", "date_end", "event_type", "citations"}
    assert result.event.model_dump(include=same) == facts().event.model_dump(include=same)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event_id_cnty": "90001"}, "event_id_cnty is '90001', not letters and a number"),
        ({"event_date": "Feb 14"}, "event_date is 'Feb 14', not a day such as 2024-02-02"),
        ({"fatalities": "dozens"}, "fatalities is 'dozens', not a whole number"),
        ({"country": "Inventia", "iso": "999"}, "country is 'Inventia', which is not known here"),
        ({"actor1": ""}, "actor1 is empty"),
        ({"geo_precision": "5"}, "geo_precision is '5', not one of [1, 2, 3]"),
    ],
)
def test_record_is_refused_with_its_reason(changes: dict[str, str], reason: str) -> None:
    result = acled.facts_of(Record(3, {**ROW, **changes}), OPTIONS)
    assert isinstance(result, Reject)
    assert (result.number, result.reasons) == (3, (reason,))
