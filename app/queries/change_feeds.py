"""The newest changes, release by release, for feeds."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, select

from app.models import Release
from app.params.changes import FeedQuery
from app.queries.change_log import Span, conditions_of, may_come_to, read_log
from app.queries.changes import compare, documents_of
from app.queries.releases import AnsweringRelease
from app.schemas.changes import ChangeDocument

# A feed is one document: it has so many changes, and looks for them in so many releases.
MOST_ENTRIES = 100
MOST_RELEASES = 50


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change, and when its release was published."""

    change: ChangeDocument
    published_at: datetime


def list_newest_changes(connection: Connection, release: AnsweringRelease, asked: FeedQuery) -> list[DatedChange]:
    """What each release changed against the one before, the newest release first."""
    found: list[DatedChange] = []
    numbered = select(Release.number, Release.published_at).where(Release.number <= release.number)
    newest_first = numbered.order_by(Release.number.desc()).limit(MOST_RELEASES)
    for number, published_at in connection.execute(newest_first).all():
        span, most = Span(number - 1, number), MOST_ENTRIES - len(found)
        conditions = [*conditions_of(connection, span, asked), *may_come_to(asked.change, span)]
        rows = read_log(connection, span, conditions, None, most)
        told = documents_of(connection, [*compare(connection, span, rows)])
        found += [DatedChange(ChangeDocument.model_validate(orjson.loads(each)), published_at) for each in told]
        if len(found) >= MOST_ENTRIES:
            break
    return found
