"""What was suppressed, which no load may bring back."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from app.models import Suppression

# By the word that the published side has for what it is.
Suppressed = Mapping[str, Collection[str]]
RESOURCES = ("event", "location", "actor", "source", "casualty claim")


def read_suppressed(connection: Connection) -> Suppressed:
    """The ids of all that was suppressed, by what it was."""
    found: dict[str, set[str]] = {resource: set() for resource in RESOURCES}
    for resource, thing in connection.execute(select(Suppression.resource, Suppression.id)):
        found[resource].add(thing)
    return found
