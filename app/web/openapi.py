"""The OpenAPI document, put right for code generators where the framework says what never happens."""

import json
import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.meanings import MEANINGS, summary_of
from app.schemas.answers import ProblemDocument
from app.web.documenting import PROBLEM_JSON, describe_parameters
from app.web.examples import EXAMPLES, example_of

DESCRIPTION = """\
Conflict events in which every figure has its receipt: each row carries a citation with a quote, claims are never
merged, unknown is null and never 0. The API only reads. Every answer names its release, and the same question to the
same release (`release=N`) has the same answer for ever.

Errors are `application/problem+json` (RFC 9457) and list every fault of a request at once. An unknown parameter or
value is an error. Lists are paged: follow `links.next` until it is null.
"""


# Groups of operations, by which generators name the modules of a client.
TAGS = {
    "events": "events, and the records that datasets' events were read from",
    "casualty claims": "who said how many were killed, injured, detained, abducted or missing",
    "stats": "counts and ranges by group",
    "locations": "places",
    "actors": "who takes part, and how they are related",
    "sources": "what citations cite",
    "countries": "what a selector of countries needs",
    "releases": "what was published when, and what it changed",
    "compatible": "rows of imported datasets for clients of UCDP's and ACLED's own APIs",
    "about": "what fields mean, and by which rules figures are told",
    "service": "the API about itself",
}
LICENCE = {
    "name": "The program: Apache License 2.0. The data: what `/methodology` says of its sources",
    "identifier": "Apache-2.0",
}


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        describe_parameters()
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=DESCRIPTION,
            routes=app.routes,
            tags=[{"name": name, "description": said} for name, said in TAGS.items()],
            servers=[{"url": app.state.public_url or "/", "description": "This instance"}],
            contact={"name": "Whoever runs this instance; `/methodology` says how to report an error"},
            license_info=LICENCE,
        )
        document["security"] = []  # nothing asks who a client is
        schemas = document["components"]["schemas"]
        schemas[ProblemDocument.__name__] = ProblemDocument.model_json_schema()
        schemas[ProblemDocument.__name__]["properties"]["errors"]["items"] = {
            "$ref": "#/components/schemas/ParameterFault"
        }
        schemas["ParameterFault"] = schemas[ProblemDocument.__name__].pop("$defs")["ParameterFault"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        for schema in schemas.values():
            # A member may be added one day: that must not break a client that was generated before.
            if schema.get("additionalProperties") is False:
                del schema["additionalProperties"]
        for vocabulary, meanings in MEANINGS.items():
            if vocabulary.__name__ in schemas:
                listed = "\n".join(f"- `{word}`: {meaning}" for word, meaning in meanings.items())
                schemas[vocabulary.__name__]["description"] = f"{summary_of(vocabulary)}\n\n{listed}"
        for path in document["paths"].values():
            for operation in path.values():
                _put_right(operation)
        # `EventList` for what the framework calls `ListAnswer_EventDocument_`: generators name classes so.
        names = re.sub(r"(List|Item)Answer[_[](\w+?)Document[_\]]", r"\2\1", json.dumps(document))
        app.openapi_schema = json.loads(names)
    return app.openapi_schema


def _put_right(operation: dict[str, Any]) -> None:
    """No 422, which never comes; problems are only ever problem+json; a summary that reads, and a real example."""
    operation["summary"] = operation["description"].partition("\n")[0].rstrip(".")
    operation["responses"].pop("422", None)
    # The framework would leave every null out of an example.
    example = operation["operationId"].partition("_")[2]
    if example in EXAMPLES:
        operation["responses"]["200"]["content"]["application/json"]["example"] = example_of(example)
    # A client that takes pages first gets its problems as pages, too.
    pages = {"text/html": {"schema": {"type": "string"}}}
    as_page = pages if "text/html" in operation["responses"]["200"].get("content", {}) else {}
    for status, response in operation["responses"].items():
        if status.startswith(("4", "5")):
            response["content"] = {PROBLEM_JSON: response["content"][PROBLEM_JSON], **as_page}
