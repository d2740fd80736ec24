"""UCDP GED records as facts: the codebook's meanings, the traps of real files, and real files to the last sum."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from app.vocabulary import (
    ActorKind,
    DatePrecision,
    LocationPrecision,
    Qualifier,
    ReviewStatus,
    Role,
    TypeOfViolence,
    VictimScope,
    VictimStatus,
)
from seed.importers import ucdp
from seed.importers.datasets import DatasetEvent, Reject
from seed.importers.tables import Record, open_table
from seed.neutral_facts import ActorFact, EventFact, LocationFact
from tests.seed.dataset_files import real_ucdp_file

SOURCE = "ucdp-ged-24.1"
ROW = {
    "id": "412345",
    "relid": "IRQ-2014-1-1-1",
    "code_status": "Clear",
    "type_of_violence": "1",
    "conflict_new_id": "259",
    "conflict_name": "Iraq: Government",
    "side_a_new_id": "116",
    "side_a": "Government of Invented",
    "gwnoa": "645.0",
    "side_b_new_id": "9001",
    "side_b": "Invented  group ",
    "number_of_sources": "-1",
    "source_article": '"Invented Wire,2014-06-01,Ten dead; more feared";"Invented News,2014-06-02,Clash"',
    "where_prec": "2",
    "where_coordinates": "Invented\u200b town",
    "adm_1": "Invented governorate",
    "adm_2": "",
    "latitude": "33.5",
    "longitude": "44.25",
    "country": "Iraq",
    "country_id": "645.0",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2014-06-01 00:00:00.000",
    "date_end": "2014-06-01T00:00:00",
    "deaths_a": "2",
    "deaths_b": "3",
    "deaths_civilians": "0",
    "deaths_unknown": "0",
    "best": "5",
    "high": "9",
    "low": "3",
}


def facts(**changes: str) -> DatasetEvent:
    result = ucdp.facts_of(Record(1, {**ROW, **changes}), SOURCE)
    assert isinstance(result, DatasetEvent), result
    return result


def test_record_is_told_whole_when_nothing_is_wrong_with_it() -> None:
    told = facts()
    event, place = told.event, told.locations[0]
    assert event.id == "ucdp-412345"
    assert event.title == "State-based violence in Invented town, Iraq, 1 June 2014"
    assert (event.type_of_violence, event.event_type) == (TypeOfViolence.STATE_BASED, None)
    assert (event.date_start, event.date_end, event.date_precision) == (date(2014, 6, 1),) * 2 + (DatePrecision.DAY,)
    assert (place.name, place.country, place.latitude, place.longitude) == ("Invented town", "IQ", 33.5, 44.25)
    assert event.locations[0].precision is LocationPrecision.NEAR
    assert event.conflict is not None
    assert event.conflict.id == "ucdp-conflict-259"
    assert [(actor.name, actor.kind) for actor in told.actors] == [
        ("Government of Invented", ActorKind.STATE),
        ("Invented group", ActorKind.ARMED_GROUP),
    ]
    assert [involvement.role for involvement in event.actors] == [Role.SIDE_A, Role.SIDE_B]
    assert event.dataset is not None
    assert event.dataset.number_of_sources is None, "-1 sources means that the number is missing"
    assert told.original["side_b"] == "Invented  group ", "the record itself stays as it was read"


def test_every_row_cites_the_release_and_the_articles_become_further_citations_of_the_event() -> None:
    event = facts().event
    assert [citation.quote for citation in event.citations] == [
        None,
        "Invented Wire,2014-06-01,Ten dead; more feared",
        "Invented News,2014-06-02,Clash",
    ]
    rows = (*event.locations, *event.actors, *event.casualty_claims)
    assert {(row.citations[0].source, row.citations[0].locator) for row in rows} == {(SOURCE, "event 412345")}


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("", []),
        ("Reuters 3 Jan 1994 Heavy fighting; talks go on", ["Reuters 3 Jan 1994 Heavy fighting; talks go on"]),
        ("A, one///B, two", ["A, one", "B, two"]),
        ('"A,2014,one"', ["A,2014,one"]),
        ('"A,2014,one; two";"B,2015,three"', ["A,2014,one; two", "B,2015,three"]),
        ('"A,one";"A,one"', ["A,one"]),
    ],
)
def test_articles_are_parted_where_the_dataset_parts_them(text: str, articles: list[str]) -> None:
    assert ucdp.split_articles(text or None) == articles


@pytest.mark.parametrize(
    ("low", "best", "high", "qualifier", "stored", "flags"),
    [
        ("3", "5", "9", Qualifier.RANGE, (5, 3, 9), ()),
        ("0", "0", "4", Qualifier.RANGE, (None, 0, 4), ()),
        ("8", "8", "5", Qualifier.DISORDERED, (8, 8, 5), (ReviewStatus.DISORDERED_BOUNDS,)),
        ("1", "0", "4", Qualifier.RANGE, (None, 1, 4), (ReviewStatus.DISORDERED_BOUNDS,)),
        ("0", "0", "0", Qualifier.UNKNOWN, (None, None, None), ()),
    ],
)
def test_estimate_is_kept_as_printed_and_a_best_of_0_is_no_number(
    low: str, best: str, high: str, qualifier: Qualifier, stored: tuple[int | None, ...], flags: tuple[str, ...]
) -> None:
    event = facts(low=low, best=best, high=high, deaths_a="0", deaths_b="0").event
    (claim,) = event.casualty_claims
    assert (claim.qualifier, (claim.value, claim.low, claim.high)) == (qualifier, stored)
    assert (claim.victims.scope, claim.claimant, claim.claimant_is_party) == (VictimScope.ALL, "ucdp", False)
    assert event.review_status == flags


def test_parts_are_the_dead_of_each_side_and_a_part_of_0_is_no_claim() -> None:
    parts = facts(deaths_unknown="4").event.casualty_claims[1:]
    assert [(claim.value, claim.qualifier, claim.victims.status, claim.victims.actor) for claim in parts] == [
        (2, Qualifier.CODED, VictimStatus.ARMED_FORCES, "ucdp-actor-116"),
        (3, Qualifier.CODED, VictimStatus.ARMED_GROUP_MEMBER, "ucdp-actor-9001"),
        (4, Qualifier.CODED, VictimStatus.UNKNOWN, None),
    ]
    assert {(claim.low, claim.high, claim.victims.scope) for claim in parts} == {(None, None, VictimScope.GROUP)}


def test_direction_is_told_when_violence_is_one_sided() -> None:
    told = facts(type_of_violence="3", side_b="Civilians", side_b_new_id="1")
    assert [involvement.role for involvement in told.event.actors] == [Role.INITIATOR, Role.TARGET]
    assert told.actors[1].kind is ActorKind.CIVILIANS


def test_older_names_of_the_estimates_are_known() -> None:
    old = {key: value for key, value in ROW.items() if key not in ("low", "best", "high")}
    result = ucdp.facts_of(Record(1, {**old, "best_est": "5", "high_est": "9", "low_est": "3"}), SOURCE)
    assert isinstance(result, DatasetEvent)
    assert result.event.casualty_claims[0].wording == "low 3, best 5, high 9"


@pytest.mark.parametrize(
    ("adm_1", "country"), [("Gaza Strip", "PS"), ("West Bank", "PS"), ("Central district", "IL"), ("", "IL")]
)
def test_gaza_and_the_west_bank_are_placed_by_iso_and_keep_ucdps_country_beside(adm_1: str, country: str) -> None:
    told = facts(country="Israel", country_id="666", adm_1=adm_1)
    assert told.locations[0].country == country
    assert told.event.dataset is not None
    assert (told.event.dataset.country, told.event.dataset.country_id) == ("Israel", 666)


def test_side_of_several_states_is_one_actor() -> None:
    name = "Government of Australia, Government of United Kingdom"
    told = facts(side_a=name, gwnoa="900, 200")
    assert (told.actors[0].name, told.actors[0].kind) == (name, ActorKind.STATE)


def test_placeholder_of_a_candidate_file_is_an_actor_of_unspecified_kind() -> None:
    told = facts(side_b="XXX645", side_b_new_id="", side_b_dset_id="XXX645", code_status="Check dyad", date_prec="0")
    assert told.actors[1].kind is ActorKind.UNSPECIFIED
    assert told.event.review_status == (ReviewStatus.CHECK_DYAD,)
    assert told.event.date_precision is DatePrecision.DAY


def test_summary_record_is_an_aggregate_with_its_whole_interval() -> None:
    event = facts(event_clarity="2", date_prec="5", date_start="2014-01-01", date_end="2014-12-31").event
    assert event.is_aggregate
    assert (event.date_precision, event.date_end) == (DatePrecision.YEAR, date(2014, 12, 31))
    assert event.title.endswith("1 January 2014 to 31 December 2014")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "x"}, "id is 'x', not a whole number"),
        ({"type_of_violence": "4"}, "type_of_violence is '4', not one of [1, 2, 3]"),
        ({"date_start": "01/06/2014"}, "date_start is '01/06/2014', not a day"),
        ({"date_start": "2014-06-02"}, "date_start 2014-06-02 is after date_end 2014-06-01"),
        ({"country_id": "999"}, "country_id is 999, which no state here has"),
        ({"latitude": "95"}, "latitude is '95', not a number from -90 to 90"),
        ({"best": ""}, "best is empty"),
        ({"best": "-3"}, "best is -3, which no count is"),
        ({"side_a": " "}, "side_a is empty"),
        ({"where_prec": "9"}, "where_prec is '9', not one of [1, 2, 3, 4, 5, 6, 7]"),
    ],
)
def test_record_is_refused_with_its_reason(changes: dict[str, str], reason: str) -> None:
    result = ucdp.facts_of(Record(17, {**ROW, **changes}), SOURCE)
    assert isinstance(result, Reject)
    assert result.number == 17
    assert reason in result.reasons


def test_reject_names_every_fault_at_once() -> None:
    result = ucdp.facts_of(Record(1, {**ROW, "id": "", "best": "many", "date_end": ""}), SOURCE)
    assert isinstance(result, Reject)
    assert len(result.reasons) == 3


REAL_FILES = {
    "ged191-raw-bgd-mmr/download.zip": (3194, (19808, 20936, 30686)),
    "hdx-bgd-191/bangladesh_ged191_layout2020.csv": (601, (1309, 1362, 1824)),
    "hdx-bgd-191/bangladesh_ged191_layout2022.csv": (601, (1309, 1362, 1824)),
    "hdx-ukr-191-201/ukraine_ged191.csv": (993, (6088, 6632, 7481)),
    "hdx-ukr-191-201/ukraine_ged201.csv": (1167, (6246, 6875, 7728)),
    "ged231-sample1000/ged231_sample.csv": (1000, (6224, 9561, 22017)),
    "ged241-mexico/ged_mexico.csv.gz": (18957, (139626, 140695, 146984)),
}


def told_of(file: Path) -> list[DatasetEvent]:
    with open_table(file, ucdp.NEEDED, ucdp.CANDIDATE_COLUMNS) as table:
        results = [ucdp.facts_of(record, SOURCE) for record in table.records()]
    rejects = [result for result in results if isinstance(result, Reject)]
    assert rejects == []
    return [result for result in results if isinstance(result, DatasetEvent)]


@pytest.mark.parametrize("name", REAL_FILES)
def test_real_file_is_told_to_the_last_sum(name: str) -> None:
    number, sums = REAL_FILES[name]
    told = told_of(real_ucdp_file(name))
    totals = [event.event.casualty_claims[0] for event in told]
    assert len({event.event.id for event in told}) == len(told) == number
    stored = tuple(sum(getattr(claim, part) or 0 for claim in totals) for part in ("low", "value", "high"))
    assert stored == sums
    parts = [claim.value or 0 for event in told for claim in event.event.casualty_claims[1:]]
    assert sum(parts) == sums[1], "best is the sum of the four parts in every real file"


@pytest.mark.parametrize("name", [name for name in REAL_FILES if "mexico" not in name])
def test_facts_of_real_records_are_facts_by_the_models_own_rules(name: str) -> None:
    """The importer builds facts without validation, for speed; here each is validated whole."""
    for told in told_of(real_ucdp_file(name)):
        assert EventFact.model_validate(told.event.model_dump()) == told.event
        for place in told.locations:
            LocationFact.model_validate(place.model_dump())
        for actor in told.actors:
            ActorFact.model_validate(actor.model_dump())


def test_facts_are_the_same_when_the_columns_come_in_another_order() -> None:
    one, other = (
        [told.event for told in told_of(real_ucdp_file(f"hdx-bgd-191/bangladesh_ged191_layout{year}.csv"))]
        for year in (2020, 2022)
    )
    assert one == other


def test_a_revision_changes_the_facts_of_three_common_events() -> None:
    before, after = (
        {told.event.id: told.event for told in told_of(real_ucdp_file(f"hdx-ukr-191-201/ukraine_ged{release}.csv"))}
        for release in ("191", "201")
    )
    fields = ("date_start", "date_end", "type_of_violence", "casualty_claims", "locations", "actors", "is_aggregate")
    changed = Counter(
        event_id
        for event_id in before.keys() & after.keys()
        if any(getattr(before[event_id], name) != getattr(after[event_id], name) for name in fields)
    )
    assert len(after.keys() - before.keys()) == 174
    assert before.keys() <= after.keys()
    assert len(changed) == 3


def test_coordinates_when_zero_has_a_sign_are_those_without_it() -> None:
    signed, unsigned = (facts(latitude=zero, longitude=zero).locations[0] for zero in ("-0.0", "0"))
    assert str(signed.latitude) == str(signed.longitude) == "0.0"
    assert signed.id == unsigned.id
