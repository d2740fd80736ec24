"""The tables: the record, which only `seed/` touches, and the published side, which the API reads."""

from app.models.actors import Actor, Relationship
from app.models.base import Base
from app.models.casualty_claims import CasualtyClaim, ClaimCoverage
from app.models.event_text import EventText
from app.models.events import Event, EventLocation, Involvement, ReportedCount
from app.models.locations import Location
from app.models.published import (
    COUNTED_BY_DAY,
    EVERYTHING,
    FOREVER,
    UNKNOWN_LAST,
    ClaimEntry,
    ClaimSource,
    CompressionDictionary,
    DayCount,
    EventBody,
    EventDocument,
    EventInvolvement,
    EventOriginal,
    EventSpot,
    EventTerm,
    Membership,
    ReferenceDocument,
    Term,
    TermCount,
)
from app.models.releases import SCHEMA_REVISION, Archive, Release
from app.models.sources import CITED_TABLES, Citation, FurtherCitation, Source

__all__ = [
    "CITED_TABLES",
    "COUNTED_BY_DAY",
    "EVERYTHING",
    "FOREVER",
    "SCHEMA_REVISION",
    "UNKNOWN_LAST",
    "Actor",
    "Archive",
    "Base",
    "CasualtyClaim",
    "Citation",
    "ClaimCoverage",
    "ClaimEntry",
    "ClaimSource",
    "CompressionDictionary",
    "DayCount",
    "Event",
    "EventBody",
    "EventDocument",
    "EventInvolvement",
    "EventLocation",
    "EventOriginal",
    "EventSpot",
    "EventTerm",
    "EventText",
    "FurtherCitation",
    "Involvement",
    "Location",
    "Membership",
    "ReferenceDocument",
    "Relationship",
    "Release",
    "ReportedCount",
    "Source",
    "Term",
    "TermCount",
]
