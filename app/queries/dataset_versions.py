"""Which versions of a dataset are loaded, and the release of this database that holds one of them whole."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from app.models import ReferenceDocument
from app.params.paging import Pinned
from app.problems import NOT_FOUND, Problem
from app.queries.releases import AnsweringRelease, find_release


def find_version(connection: Connection, family: str, version: str, asked: int | None) -> AnsweringRelease:
    """The release that answers for a version of a dataset.

    Where none was asked for, it is the newest or, once another version has revised this one, the last before that: what
    was revised is in the newest release no more. Raises Problem 400 for an unknown release, 404 for a version that is
    not in it.
    """
    release = _release(connection, asked)
    versions = _versions(connection, family, release.number)
    if version not in versions:
        there = f"There are: {', '.join(sorted(versions, key=_in_parts))}." if versions else "None is loaded."
        raise Problem(NOT_FOUND, f"No version {version!r} of {family} is in release {release.number}. {there}")
    loaded_in = versions[version]
    revised_in = [first for other, first in versions.items() if _revises(other, version) and first > loaded_in]
    return _release(connection, min(revised_in) - 1) if asked is None and revised_in else release


def find_family(connection: Connection, family: str, asked: int | None) -> AnsweringRelease:
    """The release that answers for a dataset without versions. Raises Problem 400, or 404 where none of it is there."""
    release = _release(connection, asked)
    if not _versions(connection, family, release.number):
        raise Problem(NOT_FOUND, f"No {family} rows are in release {release.number}: import an export first.")
    return release


def _release(connection: Connection, number: int | None) -> AnsweringRelease:
    return find_release(connection, Pinned.model_construct().model_copy(update={"release": number}))


def _versions(connection: Connection, family: str, release: int) -> Mapping[str, int]:
    """The versions of a dataset, each with the release that first held any of it."""
    source = ReferenceDocument
    first = select(source.id, func.min(source.valid_from)).group_by(source.id)
    known = first.where(source.resource == "source", source.family == family, source.valid_from <= release)
    return {name.removeprefix(f"{family}-"): number for name, number in connection.execute(known)}


def _revises(other: str, version: str) -> bool:
    """Whether a version of GED revises another: `25.1` all of the years before, and a candidate any other one."""
    if other == version:
        return False
    this, that = _in_parts(version), _in_parts(other)
    if len(that) > 2:
        return len(this) > 2
    return that[:1] > this[:1] or (len(this) == 2 and that > this)


def _in_parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isascii() and part.isdigit())
