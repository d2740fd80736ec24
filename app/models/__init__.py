"""The tables: the record, which only `seed/` touches, and the published side, which the API reads."""

from app.models.actors import Actor, Relationship
from app.models.base import Base
from app.models.casualty_claims import CasualtyClaim, ClaimCoverage
from app.models.changes import CHANGE_KINDS, THING_TYPES, Change, Suppression
from app.models.event_text import EventText
from app.models.events import Event, EventLocation, Involvement, ReportedCount
from app.models.figures import ANY, NOBODY, SEVERAL, EventActor, EventFigures, EventRegion, MonthFigures, OwnFigure
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
    ReferenceSource,
    Term,
    TermCount,
)
from app.models.releases import SCHEMA_REVISION, Archive, Release
from app.models.sources import CITED_TABLES, Citation, FurtherCitation, Source

__all__ = [
    "ANY",
    "CHANGE_KINDS",
    "CITED_TABLES",
    "COUNTED_BY_DAY",
    "EVERYTHING",
    "FOREVER",
    "NOBODY",
    "SCHEMA_REVISION",
    "SEVERAL",
    "THING_TYPES",
    "UNKNOWN_LAST",
    "Actor",
    "Archive",
    "Base",
    "CasualtyClaim",
    "Change",
    "Citation",
    "ClaimCoverage",
    "ClaimEntry",
    "ClaimSource",
    "CompressionDictionary",
    "DayCount",
    "Event",
    "EventActor",
    "EventBody",
    "EventDocument",
    "EventFigures",
    "EventInvolvement",
    "EventLocation",
    "EventOriginal",
    "EventRegion",
    "EventSpot",
    "EventTerm",
    "EventText",
    "FurtherCitation",
    "Involvement",
    "Location",
    "Membership",
    "MonthFigures",
    "OwnFigure",
    "ReferenceDocument",
    "ReferenceSource",
    "Relationship",
    "Release",
    "ReportedCount",
    "Source",
    "Suppression",
    "Term",
    "TermCount",
]
