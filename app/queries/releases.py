"""Which release answers, and the releases themselves."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.models import Archive, Release
from app.params.cursors import Cursor, read_cursor
from app.params.paging import Paged, Pinned
from app.params.references import ReleaseQuery
from app.problems import NO_RELEASE, NOT_FOUND, Fault, Problem, invalid_parameters
from app.queries.pages import Page
from app.schemas.base import SelfLink
from app.schemas.releases import Coverage, ReleaseChanges, ReleaseDocument


@dataclass(frozen=True, slots=True)
class AnsweringRelease:
    """The release that a request is answered from."""

    number: int
    published_at: datetime
    coverage: Coverage
    database: str


def find_release(connection: Connection, asked: Pinned) -> AnsweringRelease:
    """The release that was asked for, that the walk began in, or the newest.

    Raises Problem: 503 where nothing is published, 400 for an unknown release or a day before the first one.
    """
    cursor: Cursor | None = read_cursor(asked) if isinstance(asked, Paged) else None
    number = asked.release if asked.release is not None else cursor.release if cursor else None
    query = select(Release, Archive.identity).join(Archive, Archive.id == 1)
    if number is not None:
        query = query.where(Release.number == number)
    elif asked.as_of is not None:
        end_of_day = datetime.combine(asked.as_of, time(), UTC) + timedelta(days=1)
        query = query.where(Release.published_at < end_of_day)
    columns = (Release.number, Release.published_at, Release.coverage, Archive.identity)
    row = connection.execute(query.with_only_columns(*columns).order_by(Release.number.desc()).limit(1)).first()
    if row is None:
        raise _no_such_release(connection, asked)
    return AnsweringRelease(row.number, row.published_at, Coverage.model_validate(row.coverage), row.identity)


def _no_such_release(connection: Connection, asked: Pinned) -> Problem:
    first, last = connection.execute(select(func.min(Release.published_at), func.max(Release.number))).tuples().one()
    if not last:
        return Problem(NO_RELEASE, "The database holds no release yet.", headers={"Retry-After": "10"})
    if asked.as_of is not None:
        return invalid_parameters(
            [Fault("as_of", f"nothing had been published by then; the first was on {first:%Y-%m-%d}")]
        )
    name = "release" if asked.release is not None else "cursor"
    return invalid_parameters([Fault(name, f"there is no such release; the newest is {last}", [str(last)])])


def list_releases(connection: Connection, release: AnsweringRelease, asked: ReleaseQuery) -> Page:
    """Releases up to the one that answers, newest first unless asked otherwise."""
    cursor = read_cursor(asked)
    newest_first = asked.sort == "-number"
    known = select(Release).where(Release.number <= release.number)
    query = known.order_by(Release.number.desc() if newest_first else Release.number)
    if cursor:
        query = query.where(Release.number < cursor.key if newest_first else Release.number > cursor.key)
    rows = connection.execute(query.with_only_columns(*Release.__table__.c).limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    last = (shown[-1].number, str(shown[-1].number)) if len(rows) > asked.limit else None
    documents = [_document(row) for row in shown]
    return Page(documents, release.number if asked.total else None, last)


def get_release(connection: Connection, number: str) -> bytes:
    """A release's document. Raises Problem 404."""
    if number.isascii() and number.isdigit() and len(number) <= 9:
        row = connection.execute(select(*Release.__table__.c).where(Release.number == int(number))).first()
        if row is not None:
            return _document(row)
    raise Problem(NOT_FOUND, f"There is no release {number}.")


def _document(row: Row[Any]) -> bytes:
    values = row._mapping
    document = ReleaseDocument(
        number=values["number"],
        published_at=values["published_at"],
        notes=values["notes"],
        changes=ReleaseChanges.model_validate({name: values["changes"][name] for name in ReleaseChanges.model_fields}),
        coverage=Coverage.model_validate(values["coverage"]),
        links=SelfLink(self=f"/releases/{values['number']}"),
    )
    return document.model_dump_json().encode()
