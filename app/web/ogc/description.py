"""/ogc/api: this part of the API as OpenAPI 3.0, with the parameters of the models that read them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.params.features import FeatureItem, FeaturesQuery
from app.params.paging import Pinned
from app.problems import (
    INTERNAL_ERROR,
    INVALID_PARAMETERS,
    NO_RELEASE,
    NOT_FOUND,
    TOO_MANY_REQUESTS,
    WITHDRAWN,
    ProblemType,
)
from app.web.documenting import PROBLEM_JSON, parameters_of
from app.web.ogc.documents import DESCRIPTION, GEOJSON, JSON, OPENAPI_3_0
from app.web.openapi import LICENCE

Schema = dict[str, Any]
# Keywords of JSON Schema that OpenAPI 3.0 has not.
_NOT_IN_3_0 = frozenset({"examples", "const"})


def description_of(root: str, version: str) -> Schema:
    """The document. Its paths are those of the standard, under `/ogc`."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Conflict Events API, as OGC API – Features",
            "version": version,
            "description": f"{DESCRIPTION} The properties of a feature are the columns that /codebook explains.",
            # In OpenAPI 3.0 a licence has no identifier.
            "license": {"name": LICENCE["name"], "url": f"{root}/methodology"},
        },
        "security": [],
        "servers": [{"url": f"{root}/ogc"}],
        "paths": _paths(),
        "components": {"schemas": _SCHEMAS},
    }


@cache
def _paths() -> Schema:
    never_missing = (INVALID_PARAMETERS, INTERNAL_ERROR)
    of_a_release = (*never_missing, NO_RELEASE)
    items = "/collections/events/items"
    return {
        "/": _operation("getLandingPage", "The landing page", JSON, "LandingPage", never_missing),
        "/conformance": _operation("getConformance", "Classes that are met", JSON, "Conformance", never_missing),
        "/api": _operation("getApi", "This description", OPENAPI_3_0, "Any", never_missing),
        "/collections": _operation("getCollections", "The collections", JSON, "Collections", of_a_release),
        "/collections/events": _operation("getEvents", "The collection of events", JSON, "Collection", of_a_release),
        items: _operation(
            "getFeatures", "Events as features", GEOJSON, "FeatureCollection", of_a_release, FeaturesQuery
        ),
        f"{items}/{{id}}": _operation(
            "getFeature",
            "One event as a feature",
            GEOJSON,
            "Feature",
            (*of_a_release, NOT_FOUND, WITHDRAWN),
            FeatureItem,
        ),
    }


def _operation(
    name: str,
    summary: str,
    media_type: str,
    schema: str,
    problems: tuple[ProblemType, ...],
    asked: type[Pinned] | None = None,
) -> Schema:
    parameters = (
        [] if asked is None else [_parameter(each) for each in parameters_of(asked) if each["name"] != "format"]
    )
    if asked is FeatureItem:
        in_path: Schema = {"name": "id", "in": "path", "required": True, "description": "the id, as the items give it"}
        parameters.insert(0, {**in_path, "schema": {"type": "string"}})
    responses = {
        "200": {"description": summary, "content": {media_type: {"schema": _named(schema)}}},
        "304": {"description": "The client has this answer already: its `If-None-Match` names it"},
    }
    for problem in (*problems, TOO_MANY_REQUESTS):
        content = {PROBLEM_JSON: {"schema": _named("Exception")}}
        responses[str(problem.status)] = {"description": problem.title, "content": content}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}}


def _named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _parameter(described: Mapping[str, Any]) -> Schema:
    """A parameter as OpenAPI 3.0 has it; what is one text has `explode: false`, as the standard spells it."""
    return {"style": "form", "explode": False, **described, "schema": _in_3_0(described["schema"])}


def _in_3_0(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_in_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _in_3_0(value) for name, value in schema.items() if name not in _NOT_IN_3_0}
    if not isinstance(kept.get("exclusiveMinimum", True), bool):
        kept |= {"minimum": kept["exclusiveMinimum"], "exclusiveMinimum": True}
    return kept


def _object(**members: Any) -> Schema:
    return {"type": "object", "required": list(members), "properties": members}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


_TEXT, _NUMBER, _LINKS = {"type": "string"}, {"type": "integer", "minimum": 0}, _list_of(_named("Link"))
_SCHEMAS: Schema = {
    "Any": {"type": "object"},
    "Link": _object(href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "LandingPage": _object(title=_TEXT, description=_TEXT, links=_LINKS),
    "Conformance": _object(conformsTo=_list_of(_TEXT)),
    "Collection": _object(
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        links=_LINKS,
        extent={"type": "object"},
        itemType=_TEXT,
        crs=_list_of(_TEXT),
        storageCrs=_TEXT,
    ),
    "Collections": _object(links=_LINKS, collections=_list_of(_named("Collection"))),
    "Feature": {
        **_object(
            type={"type": "string", "enum": ["Feature"]},
            id=_TEXT,
            geometry={"type": "object", "nullable": True},
            properties={"type": "object"},
        ),
        "description": "`geometry` is a Point, a MultiPoint, or null where no point is known",
    },
    "FeatureCollection": {
        "type": "object",
        "required": ["type", "timeStamp", "numberReturned", "links", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {**_NUMBER, "description": "left out with `total=false`"},
            "numberReturned": _NUMBER,
            "links": _LINKS,
            "meta": {"type": "object"},
            "features": _list_of(_named("Feature")),
        },
    },
    "Exception": _object(
        type=_TEXT, title=_TEXT, status=_NUMBER, detail=_TEXT, instance=_TEXT, errors=_list_of({"type": "object"})
    ),
}
