"""Which release answers, and the releases themselves."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, bindparam, func, select

from app.citing import cite_answer
from app.models import Archive, Release, Suppression
from app.models.base import Instant
from app.params.cursors import Cursor, invalid_cursor, read_cursor
from app.params.paging import Paged, Pinned
from app.params.references import ReleaseQuery
from app.problems import NO_RELEASE, NOT_FOUND, Fault, Problem, invalid_parameters
from app.queries.following import refuse_if_behind
from app.queries.known import unknown_values
from app.queries.pages import Page
from app.queries.prepared import Prepared
from app.schemas.base import SelfLink
from app.schemas.releases import Coverage, FamilySum, ReleaseChanges, ReleaseCounts, ReleaseDocument, SourceName


class State(NamedTuple):
    """Which database it is, which its newest release, and which the last that suppressed something, if any.

    While the first two are the same, so is every answer; while the last is, so is every answer of an earlier release.
    """

    database: str
    newest: int | None
    suppressed: int | None = None


@dataclass(frozen=True, slots=True)
class AnsweringRelease:
    """The release that a request is answered from."""

    number: int
    published_at: datetime
    coverage: Coverage
    state: State


_DETAILS = "details of releases"
Details = tuple[int, datetime, Coverage]


def find_release(connection: Connection, asked: Pinned) -> AnsweringRelease:
    """The release that was asked for, that the walk began in, or the newest.

    Raises Problem: 503 where nothing is published, or is not here yet; 400 for an unknown release or a day before the
    first one.
    """
    cursor: Cursor | None = read_cursor(asked) if isinstance(asked, Paged) else None
    number = asked.release if asked.release is not None else cursor.release if cursor else None
    state = State(*(_STATE.first(connection, {}) or ("", None)))
    refuse_if_behind(connection, state.database, state.newest, number)
    if number is None and asked.as_of is not None:
        number = connection.scalar(_BY_DAY, {"instant": datetime.combine(asked.as_of, time.max, UTC)})
    elif number is None:
        number = state.newest
    details = None if number is None else _details(connection, state.database, number)
    if details is None:
        raise _no_such_release(connection, asked, cursor)
    return AnsweringRelease(*details, state)


def _details(connection: Connection, database: str, number: int) -> Details | None:
    """A release as it was published, which nothing changes: each connection asks once."""
    known: dict[tuple[str, int], Details] = connection.info.setdefault(_DETAILS, {})
    if (database, number) not in known:
        row = connection.execute(_BY_NUMBER, {"number": number}).first()
        if row is None:
            return None
        known[database, number] = row.number, row.published_at, Coverage.model_validate(row.coverage)
    return known[database, number]


def read_state(engine: Engine) -> State | None:
    """Which database answers, and its newest release; None where it holds none. Raises ReplicaBehind."""
    with engine.connect() as connection:
        state = State(*(_STATE.first(connection, {}) or ("", None)))
        refuse_if_behind(connection, state.database, state.newest)
    return None if state.newest is None else state


def refuse_without(connection: Connection, release: AnsweringRelease) -> None:
    """Raise ReplicaBehind where this connection's database has not had a release that another one's has."""
    state = State(*(_STATE.first(connection, {}) or ("", None)))
    refuse_if_behind(connection, state.database, state.newest, release.number)


def newest_release(engine: Engine) -> tuple[int, datetime] | None:
    """The number of the newest release and when it was published; None where there is none."""
    with engine.connect() as connection:
        row = connection.execute(_NEWEST).first()
    return None if row is None else (row.number, row.published_at)


# Built once: to build a statement costs more than to run it.
_STATE = Prepared(
    select(
        Archive.identity,
        select(func.max(Release.number)).scalar_subquery().label("newest"),
        select(func.max(Suppression.release)).scalar_subquery().label("suppressed"),
    )
)
_NEWEST = select(Release.number, Release.published_at).order_by(Release.number.desc()).limit(1)
_BY_NUMBER = select(Release.number, Release.published_at, Release.coverage).where(Release.number == bindparam("number"))
_BY_DAY = select(func.max(Release.number)).where(Release.published_at <= bindparam("instant", type_=Instant()))


def _no_such_release(connection: Connection, asked: Pinned, cursor: Cursor | None) -> Problem:
    faults = release_faults(connection, asked)
    if faults:
        return invalid_parameters([*faults, *unknown_values(connection, asked)])
    if cursor is not None:
        return invalid_cursor(f"belongs to release {cursor.release}, which is not here")
    return Problem(NO_RELEASE, "The database holds no release yet.", headers={"Retry-After": "10"})


def release_faults(connection: Connection, asked: Pinned) -> list[Fault]:
    """A fault where the release or the day that was asked for has no answer; none where nothing is published."""
    first, last = connection.execute(select(func.min(Release.published_at), func.max(Release.number))).one()
    if not last:
        return []
    if asked.release is not None and asked.release > last:
        return [Fault("release", f"there is no such release; the newest is {last}", [str(last)])]
    if asked.as_of is not None and asked.as_of < first.date():
        return [Fault("as_of", f"nothing had been published by then; the first was on {first:%Y-%m-%d}")]
    return []


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


def get_release(connection: Connection, release: AnsweringRelease, number: str) -> bytes:
    """A release's document, as known in the release that answers. Raises Problem 404."""
    is_number = number.isascii() and number.isdigit() and len(number) <= 9 and not number.startswith("0")
    if is_number and int(number) <= release.number:
        row = connection.execute(select(*Release.__table__.c).where(Release.number == int(number))).first()
        if row is not None:
            return _document(row)
    raise Problem(NOT_FOUND, f"There is no release {number!r} in release {release.number} or before it.")


def _document(row: Row[Any]) -> bytes:
    values = row._mapping
    address = f"/releases/{values['number']}"
    contents = values["contents"]
    document = ReleaseDocument(
        number=values["number"],
        published_at=values["published_at"],
        notes=values["notes"],
        changes=ReleaseChanges.model_validate({name: values["changes"][name] for name in ReleaseChanges.model_fields}),
        counts=ReleaseCounts.model_validate(contents["counts"]),
        killed=[FamilySum.model_validate(each) for each in contents["killed"]],
        new_sources=[SourceName.model_validate(each) for each in contents["new_sources"]],
        coverage=Coverage.model_validate(values["coverage"]),
        links=SelfLink(self=address),
        cite_as=cite_answer(values["number"], values["published_at"], address),
    )
    return document.model_dump_json().encode()
