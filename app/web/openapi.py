"""The OpenAPI document, put right for code generators where the framework says what never happens."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.schemas.answers import ProblemDocument
from app.web.documenting import PROBLEM_JSON

DESCRIPTION = """\
Conflict events in which every figure has its receipt: each row carries a citation with a quote, claims are never
merged, unknown is null and never 0. The API only reads. Every answer names its release, and the same question to the
same release (`release=N`) has the same answer for ever.

Errors are `application/problem+json` (RFC 9457) and list every fault of a request at once. An unknown parameter or
value is an error. Lists are paged: follow `links.next` until it is null.
"""


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes, tags=app.openapi_tags
        )
        schemas = document["components"]["schemas"]
        schemas[ProblemDocument.__name__] = ProblemDocument.model_json_schema()
        schemas[ProblemDocument.__name__]["properties"]["errors"]["items"] = {
            "$ref": "#/components/schemas/ParameterFault"
        }
        schemas["ParameterFault"] = schemas[ProblemDocument.__name__].pop("$defs")["ParameterFault"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        for path in document["paths"].values():
            for operation in path.values():
                _put_right(operation)
        app.openapi_schema = document
    return app.openapi_schema


def _put_right(operation: dict[str, Any]) -> None:
    """No 422, which never comes; problems are only ever problem+json; ids are readable names."""
    operation["responses"].pop("422", None)
    for status, response in operation["responses"].items():
        if status.startswith(("4", "5")):
            response["content"] = {PROBLEM_JSON: response["content"][PROBLEM_JSON]}
