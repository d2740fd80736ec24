"""Checks of our own for schemathesis, beside all of its own."""

import re
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import schemathesis
from schemathesis.specs.openapi.checks import response_schema_conformance

SAFE = ("x-content-type-options", "content-security-policy", "referrer-policy", "x-request-id")


@schemathesis.check
def answers_conform(ctx: Any, response: Any, case: Any) -> bool | None:
    """As the schema says; where `fields` was given a row has the members that were asked for, and no others."""
    asked = dict(parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True))
    media_type = (response.headers.get("content-type") or [""])[0]
    if "fields" not in asked or response.status_code != 200 or media_type != "application/json":
        return response_schema_conformance(ctx, response, case)
    said = case.operation.definition.raw["responses"]["200"]["content"]["application/json"]["schema"]
    document = _without_required(case.operation.schema)
    jsonschema.Draft202012Validator({**said, "components": document}).validate(response.json())
    return None


@schemathesis.check
def refusals_say_what_is_wrong(ctx: Any, response: Any, case: Any) -> bool | None:
    """Every refusal is a problem; one of parameters names those that are wrong, and none that is not there."""
    if response.status_code < 400:
        return None
    media_type = response.headers["content-type"][0]
    if media_type.startswith("text/html"):
        return None  # a page, for a client that takes pages first; it has tests of its own
    assert media_type == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code != 500
    if problem["type"] == "/problems/invalid-parameters":
        assert problem["errors"], "no fault is named"
        assert all(fault["detail"] for fault in problem["errors"])
    return None


@schemathesis.check
def answers_are_safe(ctx: Any, response: Any, case: Any) -> bool | None:
    """Whatever was sent, the headers that keep browsers in order are there, and nothing of the inside is."""
    for name in SAFE:
        assert response.headers.get(name), f"{name} is missing"
    if response.status_code >= 400:
        assert not re.search(r"Traceback|sqlalchemy|psycopg|sqlite3|site-packages", response.text)
    return None


_documents: dict[int, dict[str, Any]] = {}


def _without_required(schema: Any) -> dict[str, Any]:
    """The schemas of all answers, with rows that may lack members."""
    if id(schema) not in _documents:
        components = deepcopy(schema.raw_schema["components"])
        for name, each in components["schemas"].items():
            if name.endswith("Document"):
                each.pop("required", None)
        _documents[id(schema)] = components
    return _documents[id(schema)]
