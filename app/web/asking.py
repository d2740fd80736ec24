"""What a route was asked, as a dependency: every fault of the query string, and of the ids in it, in one answer."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar
from urllib.parse import parse_qsl

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from app.db import UnsafeDatabase
from app.params.asking import Asked, Reading, read_query
from app.params.paging import Pinned
from app.problems import Fault, invalid_parameters
from app.queries.known import unknown_values
from app.queries.releases import release_faults
from app.web.negotiation import faults_of_format
from app.web.turns import in_turn

Model = TypeVar("Model", bound=Pinned)
Question = TypeVar("Question", bound=Asked)


def asks(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that reads the query string into `model`, or raises Problem 400."""

    async def read(request: Request) -> Model:
        reading = read_query(model, parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if faults := [*reading.faults, *faults_of_format(request, reading.asked)]:
            further = await in_turn(request, _faults_by_the_database, request, reading.asked)
            raise invalid_parameters([*faults, *further])
        return reading.asked

    return read


async def asks_nothing(request: Request) -> None:
    """Refuses every parameter of a route that takes none. Raises Problem 400."""
    reading = read_query(Asked, parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if reading.faults:
        raise invalid_parameters(reading.faults)


def asked_by(
    reader: Callable[[Iterable[tuple[str, str]]], Reading[Question]],
) -> Callable[[Request], Awaitable[Question]]:
    """The same for a question that is read in a way of its own, as those in other APIs' words are."""

    async def read(request: Request) -> Question:
        reading = reader(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if reading.faults:
            raise invalid_parameters(reading.faults)
        return reading.asked

    return read


def _faults_by_the_database(request: Request, asked: Pinned) -> list[Fault]:
    """Ids and releases that do not exist, beside the faults that were found without the database.

    It may be away meanwhile, and then says nothing.
    """
    try:
        with request.app.state.engine.connect() as connection:
            return [*release_faults(connection, asked), *unknown_values(connection, asked)]
    except (SQLAlchemyError, UnsafeDatabase):
        return []
