"""Neutral facts as rows of the record's tables. Pure but for the numbers that it deals out; writes nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from app.models import (
    Actor,
    Base,
    CasualtyClaim,
    Citation,
    ClaimCoverage,
    Event,
    EventLocation,
    FurtherCitation,
    Involvement,
    Location,
    Relationship,
    ReportedCount,
    Source,
)
from seed.neutral_facts import (
    ActorFact,
    CasualtyClaimFact,
    CitationFact,
    CountFact,
    EventFact,
    Fact,
    LocationFact,
    SourceFact,
)

Row = dict[str, Any]
Rows = dict[type[Base], list[Row]]
# Tables whose integer keys the loader deals out itself: rows are written in bulk, without asking for what they got.
NUMBERED: tuple[type[Base], ...] = (Citation, FurtherCitation, Relationship, EventLocation, Involvement, ReportedCount)
ROW_COLUMN: dict[type[Base], str] = {
    Event: "event_id",
    Location: "location_id",
    Actor: "actor_id",
    Relationship: "relationship_id",
    EventLocation: "event_location_id",
    Involvement: "involvement_id",
    ReportedCount: "reported_count_id",
    CasualtyClaim: "casualty_claim_id",
}


FACTS_ORIGIN = "facts"


def digest_of(fact: Fact) -> bytes:
    """What two equal facts have in common: SHA-256 over the parsed fact, never over a file's text."""
    return hashlib.sha256(fact.model_dump_json().encode()).digest()


class RowMaker:
    """Makes the rows of one load. `last_numbers` is the highest key of each numbered table so far."""

    def __init__(
        self, origin: str, last_numbers: dict[type[Base], int], digest: Callable[[Fact], bytes] = digest_of
    ) -> None:
        self.origin = origin
        self._digest = digest
        self.rows: Rows = defaultdict(list)
        self._last_numbers = dict(last_numbers)
        self._citations: dict[tuple[str, bool, CitationFact], int] = {}

    def forget_rows(self) -> None:
        """Begin anew once the rows are written; the numbers go on."""
        self.rows.clear()
        self._citations.clear()

    def add_source(self, fact: SourceFact) -> None:
        columns = fact.model_dump(exclude={"authors", "republication_of"})
        self.rows[Source].append(
            {
                **columns,
                "authors": [author.model_dump() for author in fact.authors],
                "republication_of_id": fact.republication_of,
                "origin": self.origin,
                "digest": self._digest(fact),
            }
        )

    def add_location(self, fact: LocationFact) -> None:
        columns = fact.model_dump(exclude={"citations", "within", "names"})
        row = {**columns, "names": list(fact.names), "within_id": fact.within}
        self._add(Location, self._thing(fact, row), owner_of("location", fact.id), fact.citations, of_the_thing=True)

    def add_actor(self, fact: ActorFact) -> None:
        columns = fact.model_dump(exclude={"citations", "relationships", "names"})
        owner = owner_of("actor", fact.id)
        row = self._thing(fact, {**columns, "names": list(fact.names)})
        self._add(Actor, row, owner, fact.citations, of_the_thing=True)
        for relationship in fact.relationships:
            columns = relationship.model_dump(exclude={"citations", "actor"})
            row = {**columns, "actor_id": fact.id, "other_id": relationship.actor}
            self._add(Relationship, row, owner, relationship.citations)

    def add_event(self, fact: EventFact) -> None:
        owner = owner_of("event", fact.id)
        own_columns = set(EventFact.model_fields) - {"citations", *_ROWS_INSIDE_AN_EVENT, *_RENAMED_IN_AN_EVENT}
        row = {
            **fact.model_dump(include=own_columns),
            "part_of_id": fact.part_of,
            "in_response_to_id": fact.in_response_to,
            "conflict_id": fact.conflict.id if fact.conflict else None,
            "conflict_name": fact.conflict.name if fact.conflict else None,
            "external_ids": [external_id.model_dump() for external_id in fact.external_ids],
            "review_status": [word.value for word in fact.review_status],
            "dataset": fact.dataset.model_dump() if fact.dataset else None,
        }
        self._add(Event, self._thing(fact, row), owner, fact.citations, of_the_thing=True)
        for place in fact.locations:
            row = {"event_id": fact.id, "location_id": place.location, "precision": place.precision}
            self._add(EventLocation, row, owner, place.citations)
        for involvement in fact.actors:
            row = involvement.model_dump(include={"role", "attribution", "wording"})
            row |= {"event_id": fact.id, "actor_id": involvement.actor, "attributed_by_id": involvement.attributed_by}
            self._add(Involvement, row, owner, involvement.citations)
        for count in fact.reported_counts:
            row = {"event_id": fact.id, "measure": count.measure, **_count_columns(count)}
            self._add(ReportedCount, row, owner, count.citations)
        for position, claim in enumerate(fact.casualty_claims):
            self._add(CasualtyClaim, _claim_row(fact.id, position, claim), owner, claim.citations)
            self.rows[ClaimCoverage].extend({"claim_id": claim.id, "event_id": part} for part in claim.covers)

    def _thing(self, fact: Fact, row: Row) -> Row:
        return {**row, "origin": self.origin, "digest": self._digest(fact)}

    def _add(
        self,
        table: type[Base],
        row: Row,
        owner: str,
        citations: Sequence[CitationFact],
        *,
        of_the_thing: bool = False,
    ) -> None:
        first, *further = [self._cite(owner, citation, of_the_thing) for citation in citations]
        row = {**row, "citation_id": first}
        if table in NUMBERED:
            row["id"] = self._next_number(table)
        self.rows[table].append(row)
        for position, citation_id in enumerate(further, start=1):
            columns: Row = dict.fromkeys(ROW_COLUMN.values())
            columns |= {"id": self._next_number(FurtherCitation), "citation_id": citation_id, "position": position}
            self.rows[FurtherCitation].append({**columns, ROW_COLUMN[table]: row["id"]})

    def _cite(self, owner: str, citation: CitationFact, of_the_thing: bool) -> int:
        """Rows inside a thing share a citation; the thing's own are apart, as they support it as a whole."""
        key = (owner, of_the_thing, citation)
        if key not in self._citations:
            number = self._next_number(Citation)
            columns = citation.model_dump(include={"locator", "quote"})
            columns |= {"id": number, "owner": owner, "source_id": citation.source, "supports": list(citation.supports)}
            self.rows[Citation].append(columns)
            self._citations[key] = number
        return self._citations[key]

    def _next_number(self, table: type[Base]) -> int:
        self._last_numbers[table] += 1
        return self._last_numbers[table]


_ROWS_INSIDE_AN_EVENT = {"locations", "actors", "reported_counts", "casualty_claims"}
_RENAMED_IN_AN_EVENT = {"part_of", "in_response_to", "conflict", "external_ids", "review_status", "dataset"}


def owner_of(kind: str, thing_id: str) -> str:
    """The `owner` of a thing's citations."""
    return f"{kind}:{thing_id}"


def _count_columns(count: CountFact) -> Row:
    return {
        **count.model_dump(include={"wording", "value", "qualifier", "low", "high", "reporting"}),
        "claimant_id": count.claimant,
    }


def _claim_row(event_id: str, position: int, claim: CasualtyClaimFact) -> Row:
    victims = claim.victims
    return {
        **_count_columns(claim),
        **claim.model_dump(include={"id", "outcome", "claimant_is_party", "claimed_on", "standing", "cause"}),
        "event_id": event_id,
        "position": position,
        "victims_scope": victims.scope,
        "victims_description": victims.description,
        "victims_status": victims.status,
        "victims_actor_id": victims.actor,
        "victims_sex": victims.sex,
        "victims_age_group": victims.age_group,
        "part_of_group_id": victims.part_of_group,
    }
