"""What a route was asked, as a dependency: every fault of the query string, and of the ids in it, in one answer."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from app.params.asking import Asked, read_query
from app.problems import Fault, invalid_parameters
from app.queries.known import unknown_values

Model = TypeVar("Model", bound=Asked)


def asks(model: type[Model]) -> Callable[[Request], Model]:
    """A dependency that reads the query string into `model`, or raises Problem 400."""

    def read(request: Request) -> Model:
        reading = read_query(model, request.query_params.multi_items())
        if reading.faults:
            raise invalid_parameters([*reading.faults, *_unknown_values(request, reading.asked)])
        return reading.asked

    return read


def _unknown_values(request: Request, asked: Asked) -> list[Fault]:
    """Ids that do not exist, beside the faults that were found without the database; it may be away meanwhile."""
    try:
        with request.app.state.engine.connect() as connection:
            return unknown_values(connection, asked)
    except SQLAlchemyError:
        return []
