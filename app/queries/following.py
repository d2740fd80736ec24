"""Databases that follow another: what one has not had yet is refused, and not answered wrong.

A hot standby holds whole releases, but perhaps not yet the newest. A question that names a later one, by `release`, by
a cursor or in the middle of a download, is 503 there. So is a question for the newest, where this process has answered
from a later one: time does not run backwards for who asks it. SQLite and a primary are always right.
"""

from dataclasses import dataclass
from time import monotonic

from sqlalchemy import Connection, text

from app.problems import REPLICA_BEHIND, Problem

# How long a release counts that a standby lacks. A failover may have lost it: then nobody has it any more.
BELIEVED_S = 60.0
# A release further ahead than this is one that there is not, rather than one that is on its way.
MOST_BEHIND = 100
RETRY_AFTER_S = 1
_IS_STANDBY = text("SELECT pg_is_in_recovery()")

_newest_seen: dict[str, tuple[int, float]] = {}
"""By database: the newest release that this process has read, and when it last did."""


@dataclass(eq=False)
class ReplicaBehind(Problem):
    """503: the database that was asked follows another, and lacks the release `wanted`."""

    wanted: int = 0


def refuse_if_behind(connection: Connection, database: str, newest: int | None, wanted: int | None = None) -> None:
    """Raise ReplicaBehind where a standby lacks the release that is wanted; by default the newest one known here.

    `newest` is what the connection has of this database.
    """
    if connection.dialect.name == "sqlite" or newest is None:
        return
    number, at = _newest_seen.get(database, (0, 0.0))
    now = monotonic()
    expected = number if wanted is None and now - at <= BELIEVED_S else wanted or 0
    if newest < expected <= newest + MOST_BEHIND and connection.scalar(_IS_STANDBY):
        detail = f"This copy of the database has come as far as release {newest}, and not to {expected} yet."
        raise ReplicaBehind(REPLICA_BEHIND, detail, headers={"Retry-After": str(RETRY_AFTER_S)}, wanted=expected)
    if newest >= number or wanted is None:
        _newest_seen[database] = newest, now
