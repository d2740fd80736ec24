"""Renders an event's facts into its document. Pure: no database, no schema objects, only what the schema says.

`app.schemas.events.EventDocument` is the contract; tests hold every rendered document to it, byte for byte.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from app.countries import country_of
from app.envelope import RULE, Claim, Figure, envelope
from app.vocabulary import AgeGroup, Outcome, Qualifier, Sex, Standing, VictimScope, VictimStatus
from seed.neutral_facts import (
    ActorFact,
    CasualtyClaimFact,
    CountFact,
    DatasetCodesFact,
    EventFact,
    EventPlaceFact,
    InvolvementFact,
    LocationFact,
    ReportedCountFact,
)
from seed.publish.footnotes import Footnotes, QuotedSource

Document = dict[str, Any]
_CODES = tuple(DatasetCodesFact.model_fields)


@dataclass(slots=True)
class Surroundings:
    """What an event's document says of things that are told elsewhere, by their ids."""

    sources: Mapping[str, QuotedSource]
    places: Mapping[str, LocationFact]
    actors: Mapping[str, ActorFact]
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)


def render_event(event: EventFact, around: Surroundings, *, of_a_dataset: bool) -> tuple[Document, set[str]]:
    """An event's document, in the order of its schema's members, and the sources that it cites.

    Footnotes are numbered as they are first named.
    """
    notes = Footnotes(around.sources)
    notes.of_the_thing(event.citations)
    claims = [_claim(event_claim, around, notes) for event_claim in event.casualty_claims]
    conflict = event.conflict
    document = {
        "id": event.id,
        "title": event.title,
        "summary": event.summary,
        "is_aggregate": event.is_aggregate,
        "part_of": event.part_of,
        "parts": list(around.parts.get(event.id, ())),
        "in_response_to": event.in_response_to,
        "event_type": event.event_type,
        "sub_event_type": event.sub_event_type,
        "type_of_violence": event.type_of_violence,
        "conflict": {"id": conflict.id, "name": conflict.name} if conflict else None,
        "date_start": event.date_start,
        "date_end": event.date_end,
        "date_precision": event.date_precision,
        "date_wording": event.date_wording,
        "locations": [_place(place, around, notes, of_a_dataset=of_a_dataset) for place in event.locations],
        "actors": [_actor(involvement, around, notes) for involvement in event.actors],
        "reported_counts": [_reported_count(count, around, notes) for count in event.reported_counts],
        "casualties": casualties_of(event),
        "casualty_claims": claims,
        "citations": notes.documents(),
        "dataset": {name: getattr(event.dataset, name) for name in _CODES} if event.dataset else None,
        "external_ids": [{"scheme": each.scheme, "value": each.value} for each in event.external_ids],
        "review_status": event.review_status,
        "links": {
            "self": f"/events/{event.id}",
            "original": f"/events/{event.id}/original" if of_a_dataset else None,
        },
    }
    return document, notes.cited


@cache
def country_name(iso2: str | None) -> Document | None:
    """A country as documents name it."""
    if iso2 is None:
        return None
    country = country_of(iso2)
    return {"iso2": country.iso2, "iso3": country.iso3, "name": country.name}


def _place(place: EventPlaceFact, around: Surroundings, notes: Footnotes, *, of_a_dataset: bool) -> Document:
    """The event's link to a place, with the footnotes of the place's own coordinates and codes.

    A dataset's record gives these itself: what it was first read from says nothing more of this event.
    """
    location = around.places[place.location]
    cited = notes.of(place.citations)
    if not of_a_dataset:
        cited += notes.of_another(location.id, location.citations)
    return {
        "id": location.id,
        "name": location.name,
        "kind": location.kind,
        "admin1": location.admin1,
        "admin2": location.admin2,
        "country": country_name(location.country),
        "latitude": location.latitude,
        "longitude": location.longitude,
        "precision": place.precision,
        "citations": cited,
    }


def _actor(involvement: InvolvementFact, around: Surroundings, notes: Footnotes) -> Document:
    actor = around.actors[involvement.actor]
    by = around.actors[involvement.attributed_by] if involvement.attributed_by else None
    return {
        "id": actor.id,
        "name": actor.name,
        "kind": actor.kind,
        "role": involvement.role,
        "attribution": involvement.attribution,
        "attributed_by": {"id": by.id, "name": by.name} if by else None,
        "wording": involvement.wording,
        "citations": notes.of(involvement.citations),
    }


def _count(count: CountFact, around: Surroundings, *, is_party: bool | None) -> Document:
    claimant = around.actors[count.claimant] if count.claimant else None
    return {
        "wording": count.wording,
        "value": count.value,
        "qualifier": count.qualifier,
        "low": count.low,
        "high": count.high,
        "claimant": {"id": claimant.id, "name": claimant.name, "is_party": is_party} if claimant else None,
        "reporting": count.reporting,
    }


def _reported_count(count: ReportedCountFact, around: Surroundings, notes: Footnotes) -> Document:
    return {
        **_count(count, around, is_party=None),
        "measure": count.measure,
        "citations": notes.of(count.citations),
    }


def _claim(claim: CasualtyClaimFact, around: Surroundings, notes: Footnotes) -> Document:
    victims = claim.victims
    return {
        **_count(claim, around, is_party=claim.claimant_is_party),
        "id": claim.id,
        "outcome": claim.outcome,
        "victims": {
            "scope": victims.scope,
            "description": victims.description,
            "status": victims.status,
            "actor": victims.actor,
            "sex": victims.sex,
            "age_group": victims.age_group,
            "part_of_group": victims.part_of_group,
        },
        "claimed_on": claim.claimed_on,
        "standing": claim.standing,
        "cause": claim.cause,
        "covers": sorted(claim.covers),
        "citations": notes.of(claim.citations),
    }


def casualties_of(event: EventFact) -> Document:
    """One figure for each outcome that anyone made a claim on."""
    figures: Document = dict.fromkeys(_OUTCOMES)
    for outcome in {claim.outcome for claim in event.casualty_claims}:
        figures[outcome._value_] = _figure([claim for claim in event.casualty_claims if claim.outcome is outcome])
    return figures


_OUTCOMES = tuple(outcome.value for outcome in Outcome)


def _figure(claims: Sequence[CasualtyClaimFact]) -> Document:
    voices = {_voice(claim) for claim in claims}
    if len(voices) > 1 or any(claim.victims.part_of_group for claim in claims):
        return dict(_as_document(envelope([_as_rule_sees_it(claim) for claim in claims])))
    return dict(_figure_of_one_voice(_pattern_of(claims)))


# What one voice's claim says, with numbers for its description and actor: the rule asks only which are the same.
Pattern = tuple[
    Qualifier, int | None, int | None, int | None, VictimScope, int, VictimStatus, Sex, AgeGroup, int, Standing
]


def _pattern_of(claims: Sequence[CasualtyClaimFact]) -> tuple[Pattern, ...]:
    met: dict[str | None, int] = {}
    patterns = []
    for claim in claims:
        victims = claim.victims
        described = met.setdefault(_folded(victims.description), len(met))
        actor = met.setdefault(victims.actor, len(met))
        whom = (victims.scope, described, victims.status, victims.sex, victims.age_group, actor)
        patterns.append((claim.qualifier, claim.value, claim.low, claim.high, *whom, claim.standing))
    return tuple(patterns)


@lru_cache(maxsize=20_000)
def _folded(description: str) -> str:
    """What descriptions of the same people have in common."""
    return " ".join(description.casefold().split())


@lru_cache(maxsize=20_000)
def _figure_of_one_voice(patterns: tuple[Pattern, ...]) -> Document:
    """The figure of claims that differ from others' in names alone, as most of a dataset's events do."""
    claims = []
    for place, pattern in enumerate(patterns):
        qualifier, value, low, high, scope, described, status, sex, age_group, actor, standing = pattern
        count = (f"{place:06}", "one voice", qualifier, value, low, high)
        claims.append(Claim(*count, scope, str(described), status, sex, age_group, str(actor), None, standing))
    return _as_document(envelope(claims))


def _as_document(figure: Figure) -> Document:
    return {
        "low": figure.low,
        "best": figure.best,
        "high": figure.high,
        "highest_stated": figure.highest_stated,
        "basis": figure.basis,
        "claims": figure.claims,
        "disputed": figure.disputed,
        "status_disputed": figure.status_disputed,
        "rule": RULE,
    }


def _voice(claim: CasualtyClaimFact) -> str:
    return claim.claimant or f"source:{claim.citations[0].source}"


def _as_rule_sees_it(claim: CasualtyClaimFact) -> Claim:
    victims = claim.victims
    return Claim(
        claim.id,
        _voice(claim),
        claim.qualifier,
        claim.value,
        claim.low,
        claim.high,
        victims.scope,
        victims.description,
        victims.status,
        victims.sex,
        victims.age_group,
        victims.actor,
        victims.part_of_group,
        claim.standing,
    )
