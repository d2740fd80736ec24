"""A copy of an SQLite database, made while the API answers from it and while a load writes into it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from app.db import parse_url


class BackupRefused(Exception):
    """There is nothing to copy, or no place for it; its text is for the operator."""


def back_up(url: str, target: Path) -> int:
    """Copy the database to `target`, which must not be there yet; its size in bytes.

    The copy is the newest release whole, without what a load has not committed. It comes to be under its name only
    when it is complete, and SQLite has found nothing wrong with it. Raises BackupRefused.
    """
    address = parse_url(url)
    if address.get_backend_name() != "sqlite":
        raise BackupRefused("PostgreSQL has its own: `pg_dump --format=custom`. docs/operations.md says how.")
    file = Path(str(address.database))
    if not file.exists():
        raise BackupRefused(f"There is no database {file}.")
    if target.exists():
        raise BackupRefused(f"{target} is there already: a backup overwrites nothing.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        _copy(file, unfinished)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"{target} cannot be written: {error}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(file: Path, target: Path) -> None:
    target.unlink(missing_ok=True)  # of a backup that was killed
    source = sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(target)) as copy:
        source.backup(copy)  # in one step, so that it is one moment, whoever commits meanwhile
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {found}")
        # One file, with nothing beside it that would have to be copied along.
        copy.execute("PRAGMA journal_mode = DELETE")
