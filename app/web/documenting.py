"""What the OpenAPI document says of a route: its parameters, its answers, and every problem that can come of it."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Path

from app.formats.registry import JSON
from app.params.asking import Asked, is_many_valued
from app.params.paging import Pinned
from app.problems import (
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    INVALID_PARAMETERS,
    NO_RELEASE,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    OVERLOADED,
    TOO_MANY_REQUESTS,
    TOO_SLOW,
    WITHDRAWN,
    ProblemType,
)
from app.schemas.answers import ProblemDocument
from app.schemas.base import Document
from app.web.representations import representations_of

PROBLEM_JSON = "application/problem+json"

Parameters = Callable[[], list[dict[str, Any]]]
# What operations take, and where the framework looks for it. It is worked out for a description alone, as few
# processes are ever asked for theirs.
_TAKEN: list[tuple[dict[str, Any], Parameters]] = []

ItemId = Annotated[str, Path(description="the id, as the list gives it")]


def documented(asked: type[Pinned], answer: type[Document], name: str, *, item: bool = False) -> dict[str, Any]:
    """Arguments for a route's decorator. `name` is what it gives, one or many, and that of its example."""
    problems = [INVALID_PARAMETERS, NOT_ACCEPTABLE, TOO_MANY_REQUESTS, INTERNAL_ERROR, NO_RELEASE]
    headers = {
        "ETag": "a weak validator for `If-None-Match`",
        "Link": "self, next, bookmark",
        "Data-Release": "number of the release that the answer is from",
    }
    if item:
        problems += [NOT_FOUND, WITHDRAWN]
    else:
        headers["Total-Count"] = "rows that match; left out with `total=false`"
    responses: dict[int | str, dict[str, Any]] = {
        200: {
            "model": answer,
            "description": "The answer",
            "headers": {name: _header(description) for name, description in headers.items()},
            "content": _content_of(asked),
        },
        304: {"description": "The client has this answer already: its `If-None-Match` names it"},
    }
    for problem in problems:
        responses[problem.status] = problem_response_of(problem)
    return {
        "responses": responses,
        "operation_id": f"{'get' if item else 'list'}_{name}",
        "openapi_extra": taking(partial(parameters_of, asked)),
    }


def taking(parameters: Parameters) -> dict[str, Any]:
    """A route's `openapi_extra`, which has the parameters once they are to be described."""
    extra: dict[str, Any] = {}
    _TAKEN.append((extra, parameters))
    return extra


def describe_parameters() -> None:
    """Work out what all operations take."""
    for extra, parameters in _TAKEN:
        extra["parameters"] = parameters()


def _content_of(asked: type[Pinned]) -> dict[str, Any]:
    """The formats beside JSON, which the framework describes by the schema of the answer."""
    others = (format_ for format_ in representations_of(asked.table).values() if format_ is not JSON)
    return {format_.media_type.partition(";")[0]: {"schema": format_.schema} for format_ in others}


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def problem_response_of(problem: ProblemType) -> dict[str, Any]:
    """A problem among a route's responses."""
    description = (
        problem.title
        if problem is not NO_RELEASE
        else f"{NO_RELEASE.title}, or: {DATABASE_UNAVAILABLE.title}, {TOO_SLOW.title}, {OVERLOADED.title}"
    )
    return {
        "description": description,
        "content": {PROBLEM_JSON: {"schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}}},
    }


def parameters_of(asked: type[Asked]) -> list[dict[str, Any]]:
    """A model's fields as OpenAPI parameters."""
    schema = asked.model_json_schema()
    definitions = schema.get("$defs", {})
    if issubclass(asked, Pinned):
        schema["properties"]["format"]["enum"] = list(representations_of(asked.table))
    return [
        _parameter(asked, name, _without_null(_inlined(field, definitions)))
        for name, field in schema["properties"].items()
    ]


def _parameter(asked: type[Asked], name: str, field: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": name,
        "in": "query",
        "required": field.pop("required", False) or name in asked.required,
        "description": field.pop("description"),
    }
    examples = field.pop("examples", None)
    field.pop("title", None)
    if is_many_valued(asked, name):
        field.pop("default", None)
        parameter |= {"style": "form", "explode": True}
        examples = [examples] if examples else None
    if field.get("default", ...) is None:
        del field["default"]
    if any(str(word).startswith("-") for word in field.get("enum", ())):
        field["x-enum-varnames"] = [_name_of(word) for word in field["enum"]]
    if examples:
        parameter["example"] = examples[0]
    return {**parameter, "schema": field}


def _name_of(order: str) -> str:
    """What generated code calls an order of rows: `-date` is no name."""
    return f"{order[1:]}_descending".upper() if order.startswith("-") else order.upper()


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema without references: OpenAPI keeps no definitions for parameters."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            definition = definitions[schema["$ref"].rpartition("/")[2]]
            kept = {name: value for name, value in definition.items() if name not in ("title", "description")}
            return {**_inlined(kept, definitions), **{name: schema[name] for name in schema if name != "$ref"}}
        return {name: _inlined(value, definitions) for name, value in schema.items()}
    return [_inlined(part, definitions) for part in schema] if isinstance(schema, list) else schema


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out, never null."""
    if "anyOf" not in field:
        return field
    (kind,) = (kind for kind in field["anyOf"] if kind != {"type": "null"})
    return {**kind, **{name: value for name, value in field.items() if name != "anyOf"}}
