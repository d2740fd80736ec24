"""The article's facts: what it says, in whose voice, and nothing that it does not say."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from app.vocabulary import (
    Attribution,
    Outcome,
    Qualifier,
    RelationshipKind,
    Reporting,
    Role,
    SourceKind,
    VictimScope,
    VictimStatus,
)
from seed.importers.facts import read_facts
from seed.neutral_facts import CasualtyClaimFact, EventFact, Facts, LocationFact, RelationshipFact
from seed.verify import cited_rows
from tests.seed.article_text import article_text

ARTICLE = "conversation-2024-02-03-us-raids"
OPERATION = "2024-02-02-us-strikes-iraq-syria"
IRAQ = "2024-02-02-us-strikes-iraq"
SYRIA = "2024-02-02-us-strikes-syria"
TOWER_22 = "2024-01-28-tower-22-drone-attack"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts()


@pytest.fixture(scope="module")
def events(facts: Facts) -> dict[str, EventFact]:
    return {event.id: event for event in facts.events}


@pytest.fixture(scope="module")
def claims(facts: Facts) -> dict[str, CasualtyClaimFact]:
    return {claim.id: claim for event in facts.events for claim in event.casualty_claims}


def relationships(facts: Facts, actor: str) -> dict[tuple[RelationshipKind, str], RelationshipFact]:
    found = next(row for row in facts.actors if row.id == actor)
    return {(relationship.kind, relationship.actor): relationship for relationship in found.relationships}


def involvements(event: EventFact) -> set[tuple[str, str, str, str | None]]:
    return {(row.actor, row.role.value, row.attribution.value, row.attributed_by) for row in event.actors}


def test_the_source_is_told_as_far_as_it_is_known(facts: Facts) -> None:
    source = next(source for source in facts.sources if source.id == ARTICLE)

    assert [(author.name, author.affiliation) for author in source.authors] == [
        ("Sara Harmouch", "American University"),
        ("Nakissa Jahanbani", "Combating Terrorism Center, U.S. Military Academy"),
    ]
    assert (source.publisher, source.published_on) == ("The Conversation", date(2024, 2, 3))
    assert (source.url, source.licence) == (None, None)
    assert "nflbulletin.com/us-raids-in-iraq-and-syria" in str(source.retrieved_from)
    assert "republications" in str(source.notes)
    assert all(other.kind is SourceKind.GAZETTEER for other in facts.sources if other is not source)


def test_there_are_three_casualty_claims_and_none_but_of_killed(claims: dict[str, CasualtyClaimFact]) -> None:
    assert set(claims) == {f"{event}.killed" for event in (IRAQ, SYRIA, TOWER_22)}
    assert {claim.outcome for claim in claims.values()} == {Outcome.KILLED}


def test_sixteen_were_killed_in_iraq_according_to_the_forces_themselves(
    claims: dict[str, CasualtyClaimFact],
) -> None:
    claim = claims[f"{IRAQ}.killed"]

    assert (claim.wording, claim.value, claim.qualifier) == ("16", 16, Qualifier.EXACT)
    assert (claim.claimant, claim.claimant_is_party) == ("popular-mobilization-forces", True)
    assert claim.reporting is Reporting.ATTRIBUTED
    assert (claim.victims.scope, claim.victims.status) == (VictimScope.GROUP, VictimStatus.MIXED)
    assert claim.victims.actor == "popular-mobilization-forces"
    assert "fighters and medics" in claim.victims.description


def test_at_least_18_were_reportedly_killed_in_syria_and_no_one_is_named_who_says_so(
    claims: dict[str, CasualtyClaimFact],
) -> None:
    claim = claims[f"{SYRIA}.killed"]

    assert (claim.wording, claim.value, claim.qualifier) == ("at least 18", 18, Qualifier.AT_LEAST)
    assert (claim.low, claim.high) == (18, None)
    assert (claim.claimant, claim.claimant_is_party, claim.reporting) == (None, None, Reporting.HEDGED)
    assert (claim.victims.scope, claim.victims.status) == (VictimScope.GROUP, VictimStatus.ARMED_GROUP_MEMBER)
    assert claim.victims.description == "militia group members"


def test_three_service_members_were_killed_at_tower_22_in_the_articles_own_voice(
    claims: dict[str, CasualtyClaimFact],
) -> None:
    claim = claims[f"{TOWER_22}.killed"]

    assert (claim.wording, claim.value, claim.low, claim.high) == ("three", 3, 3, 3)
    assert (claim.claimant, claim.reporting) == (None, Reporting.OWN_VOICE)
    # They are a group: the article counts nobody else, and says of nobody else that there was none.
    assert (claim.victims.scope, claim.victims.status) == (VictimScope.GROUP, VictimStatus.ARMED_FORCES)


def test_the_counts_across_iraq_and_syria_stand_on_the_operation_alone(events: dict[str, EventFact]) -> None:
    counts = {count.measure.value: count for count in events[OPERATION].reported_counts}

    assert set(counts) == {"targets_struck", "locations_struck", "sites_struck"}
    targets = counts["targets_struck"]
    assert (targets.wording, targets.value, targets.qualifier) == ("over 85 targets", 85, Qualifier.MORE_THAN)
    assert (targets.low, targets.high) == (86, None)
    assert (counts["locations_struck"].wording, counts["locations_struck"].low) == ("More than 85 locations", 86)
    assert (counts["sites_struck"].value, counts["sites_struck"].qualifier) == (None, Qualifier.VAGUE)
    for other in events.values():
        if other.id != OPERATION:
            assert not set(counts) & {count.measure.value for count in other.reported_counts}, other.id


def test_what_was_destroyed_in_syria_is_as_hedged_as_it_was_printed(events: dict[str, EventFact]) -> None:
    counts = {
        count.measure.value: (count.wording, count.value, count.qualifier, count.reporting)
        for count in events[SYRIA].reported_counts
    }

    assert counts == {
        "airstrikes": ("several airstrikes", None, Qualifier.VAGUE, Reporting.OWN_VOICE),
        "locations_destroyed": ("dozens of locations", None, Qualifier.VAGUE, Reporting.HEDGED),
    }
    assert events[IRAQ].reported_counts == ()


def test_the_strikes_are_one_operation_with_two_parts_in_response_to_tower_22(events: dict[str, EventFact]) -> None:
    parts = {event.id: event.part_of for event in events.values() if event.part_of}
    responses = {event.id: event.in_response_to for event in events.values() if event.in_response_to}

    assert parts == {IRAQ: OPERATION, SYRIA: OPERATION}
    assert responses == {OPERATION: TOWER_22}
    for strikes in (OPERATION, IRAQ, SYRIA):
        assert events[strikes].date_start == events[strikes].date_end == date(2024, 2, 2)
        assert ("united-states", "initiator", "stated", None) in involvements(events[strikes])


@pytest.mark.parametrize(
    ("event", "places"),
    [
        (OPERATION, {"iraq": "country", "syria": "country"}),
        (IRAQ, {"iraq": "country", "anbar": "admin1"}),
        (SYRIA, {"syria": "country", "al-mayadeen": "settlement", "deir-ez-zor": "admin1"}),
        (TOWER_22, {"tower-22": "exact"}),
        ("attacks-on-bases-housing-us-forces", {"iraq": "country", "syria": "country"}),
        ("kataib-hezbollah-halt", {}),
        ("us-sanctions-irgc", {}),
        ("us-charges-oil-sales", {}),
        ("us-cyber-attacks-iran", {}),
    ],
)
def test_events_are_placed_as_exactly_as_the_article_says(
    events: dict[str, EventFact], event: str, places: dict[str, str]
) -> None:
    assert {place.location: place.precision.value for place in events[event].locations} == places


def test_who_claims_tower_22_who_is_blamed_and_who_denies_it_are_rows_of_their_own(
    events: dict[str, EventFact],
) -> None:
    event = events[TOWER_22]

    assert (event.date_start, event.date_wording) == (date(2024, 1, 28), "Jan. 28, 2024")
    assert involvements(event) == {
        ("islamic-resistance-in-iraq", "initiator", "claimed", None),
        ("iran-backed-militias", "initiator", "attributed", "us-officials"),
        ("iran-backed-militias", "initiator", "stated", None),
        ("iran", "associated", "denied", None),
        ("united-states", "target", "stated", None),
        ("us-forces", "affected", "stated", None),
    }
    stated = next(
        row for row in event.actors if row.actor == "iran-backed-militias" and row.attribution is Attribution.STATED
    )
    assert "an Iranian-supported militia orchestrated the drone assault" in str(stated.wording)


def test_iran_initiates_nothing_and_is_the_target_of_the_cyber_attacks_alone(events: dict[str, EventFact]) -> None:
    rows = {
        (event.id, row.role, row.attribution)
        for event in events.values()
        for row in event.actors
        if row.actor == "iran"
    }

    assert rows == {
        (TOWER_22, Role.ASSOCIATED, Attribution.DENIED),
        ("us-cyber-attacks-iran", Role.TARGET, Attribution.STATED),
    }


def test_kataib_hezbollah_stands_at_its_halt_alone(facts: Facts, events: dict[str, EventFact]) -> None:
    halt = events["kataib-hezbollah-halt"]
    tied = {event.id for event in events.values() for row in event.actors if row.actor == "kataib-hezbollah"}

    assert tied == {halt.id}
    assert (halt.date_start, halt.date_end, halt.date_precision.value) == (None, date(2024, 2, 2), "unknown")
    assert set(relationships(facts, "kataib-hezbollah")) == {(RelationshipKind.LINKED_TO, "iran")}
    assert not [r for actor in facts.actors for r in actor.relationships if r.actor == "kataib-hezbollah"]


def test_the_attacks_that_the_network_claimed_are_an_aggregate_without_dates(events: dict[str, EventFact]) -> None:
    event = events["attacks-on-bases-housing-us-forces"]

    assert (event.is_aggregate, event.date_start, event.date_end) == (True, None, None)
    assert event.date_wording == "In recent months"
    count = event.reported_counts[0]
    assert (count.value, count.qualifier, count.low, count.high) == (150, Qualifier.MORE_THAN, 151, None)
    assert ("iran-backed-militias", "initiator", "claimed", None) in involvements(event)


@pytest.mark.parametrize("event", ["us-sanctions-irgc", "us-charges-oil-sales", "us-cyber-attacks-iran"])
def test_sanctions_charges_and_cyber_attacks_are_undated_and_coded_as_other(
    events: dict[str, EventFact], event: str
) -> None:
    row = events[event]

    assert (row.date_start, row.date_end, row.date_wording) == (None, None, None)
    assert (row.event_type, row.sub_event_type) == ("strategic_developments", "other")
    assert ("united-states", "initiator", "stated", None) in involvements(row)


def test_the_network_is_told_exactly_as_far_as_it_is_stated(facts: Facts) -> None:
    stated = {(actor.id, r.kind.value, r.actor) for actor in facts.actors for r in actor.relationships}

    assert stated == {
        ("us-forces", "part_of", "united-states"),
        ("us-officials", "part_of", "united-states"),
        ("irgc", "part_of", "iran"),
        ("irgc-quds-force", "part_of", "irgc"),
        ("iran-backed-militias", "backed_by", "iran"),
        ("iran-backed-militias", "backed_by", "irgc-quds-force"),
        ("islamic-resistance-in-iraq", "part_of", "iran-backed-militias"),
        ("islamic-resistance-in-iraq", "umbrella_of", "militias-under-islamic-resistance-in-iraq"),
        ("militias-under-islamic-resistance-in-iraq", "backed_by", "iran"),
        ("groups-in-popular-mobilization-forces", "part_of", "popular-mobilization-forces"),
        ("groups-in-popular-mobilization-forces", "backed_by", "iran"),
        ("iranian-linked-group-in-anbar", "linked_to", "iran"),
        ("kataib-hezbollah", "linked_to", "iran"),
        ("axis-of-resistance", "backed_by", "iran"),
    }
    umbrella = relationships(facts, "islamic-resistance-in-iraq")
    integrates = umbrella[RelationshipKind.UMBRELLA_OF, "militias-under-islamic-resistance-in-iraq"]
    assert (integrates.since, "around 2020" in integrates.wording) == ("2020", True)


def test_events_that_are_named_in_passing_carry_no_more_than_was_printed(events: dict[str, EventFact]) -> None:
    assault, invasion = events["hamas-assault-in-israel"], events["2003-us-led-invasion-of-iraq"]

    assert (assault.date_start, assault.date_end, assault.date_wording) == (None, None, "Oct. 7")
    assert (invasion.date_precision.value, invasion.date_wording) == ("year", "2003")
    for event in (assault, invasion):
        assert (event.event_type, event.type_of_violence, event.casualty_claims) == (None, None, ())


def test_no_event_is_there_that_the_article_does_not_tell(events: dict[str, EventFact]) -> None:
    assert set(events) == {
        OPERATION, IRAQ, SYRIA, TOWER_22,
        "attacks-on-bases-housing-us-forces", "kataib-hezbollah-halt",
        "us-sanctions-irgc", "us-charges-oil-sales", "us-cyber-attacks-iran",
        "hamas-assault-in-israel", "2003-us-led-invasion-of-iraq",
    }  # fmt: skip


@pytest.fixture(scope="module")
def locations(facts: Facts) -> dict[str, LocationFact]:
    return {location.id: location for location in facts.locations}


def test_what_the_article_does_not_say_of_a_place_cites_a_gazetteer(
    facts: Facts, locations: dict[str, LocationFact]
) -> None:
    gazetteers = {source.id for source in facts.sources if source.kind is SourceKind.GAZETTEER}
    for location in locations.values():
        backed = {name for c in location.citations if c.source in gazetteers for name in c.supports}
        said = {"country", "latitude"} if location.latitude is not None else {"country"}
        assert said <= backed, location.id
        assert all(c.supports and "country" not in c.supports for c in location.citations if c.source == ARTICLE)


@pytest.mark.parametrize(
    ("location", "latitude", "longitude", "admin1"),
    [
        ("al-mayadeen", 35.02, 40.45, "Deir ez-Zor"),
        ("deir-ez-zor", 35.07, 40.28, "Deir ez-Zor"),
        ("anbar", 33.23, 41.53, "Anbar"),
        ("iraq", 33.09, 43.26, None),
    ],
)
def test_points_and_governorates_are_those_of_the_gazetteer(
    locations: dict[str, LocationFact], location: str, latitude: float, longitude: float, admin1: str | None
) -> None:
    row = locations[location]

    assert (row.latitude, row.longitude) == pytest.approx((latitude, longitude), abs=0.006)
    assert row.admin1 == admin1


def test_tower_22_lies_in_jordan_and_has_no_point_that_could_be_checked(locations: dict[str, LocationFact]) -> None:
    tower = locations["tower-22"]

    assert (tower.within, tower.country, tower.latitude, tower.longitude) == ("jordan", "JO", None, None)


def test_quotes_are_short(facts: Facts) -> None:
    assert [row for row in cited_rows(facts) if row.quote and len(row.quote) > 200] == []


def _places(text: str) -> Iterator[tuple[str, str]]:
    """Each paragraph of the article with its locator; the title and the page's own words around it have none."""
    paragraphs = [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]
    title = next(index for index, paragraph in enumerate(paragraphs) if paragraph.startswith("US raids in Iraq"))
    subheading, caption, *body = paragraphs[title + 1 :]
    yield "Sub-heading", subheading
    yield "Photo caption", caption
    heading, number = "Introduction", 0
    for paragraph in body:
        if re.fullmatch(r"(Who|What|How)\b.{,80}\?", paragraph):
            heading, number = f'"{paragraph}"', 0
        else:
            number += 1
            yield f"{heading}, paragraph {number}", paragraph


def test_every_quote_stands_at_the_place_that_its_locator_names(facts: Facts) -> None:
    places = dict(_places(article_text().decode()))

    misplaced = [
        row for row in cited_rows(facts) if row.quote and row.quote not in " ".join(places.get(row.locator, "").split())
    ]

    assert misplaced == []
