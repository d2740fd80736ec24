"""The codebook, made of the API's own description (OpenAPI), the closed lists and the datasets' columns. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.meanings import MEANINGS, summary_of
from app.schemas.codebook import (
    Code,
    CodebookDocument,
    CodeList,
    ColumnMeaning,
    FieldMeaning,
    FlatColumn,
    ParameterMeaning,
)
from app.schemas.mappings import MAPPINGS

# The version that had every field which does not name one itself (`x-since`).
FIRST_VERSION = "0.1.0"
Schema = Mapping[str, Any]

# What numbers count or measure, by the name of their member; one that is no more than a number of something is a code.
PEOPLE = "people"
UNITS: Mapping[str, str] = {
    "latitude": "degrees north, WGS84",
    "longitude": "degrees east, WGS84",
    **dict.fromkeys(("low", "best", "high", "highest_stated", "value"), PEOPLE),
    **dict.fromkeys(("event_clarity", "where_prec", "date_prec", "country_id", "gw", "status"), "code"),
    **dict.fromkeys(("release", "number"), "number of a release"),
    **dict.fromkeys(("returned", "total"), "rows"),
    "version": "number of a version",
    "columns": "columns",
    **dict.fromkeys(("sources", "number_of_sources"), "sources"),
    **{name: name.replace("_", " ") for name in ("events", "claims", "casualty_claims", "reported_counts")},
    **{name: name for name in ("locations", "actors", "relationships")},
    **dict.fromkeys(("created", "updated", "withdrawn", "suppressed"), "things"),
    **dict.fromkeys(("incidents", "aggregates", "counted", "best_from_low", "open_ended"), "events"),
    **dict.fromkeys(("unknown", "disputed", "left_out", "not_allocated"), "events"),
    "year": "year of the common era",
    "cell_degrees": "degrees",
}
# Of other things than people: each row says of what.
OTHER_UNITS: Mapping[str, str] = {"reported_counts[].": "what `measure` names"}


# Answers in the words of others' APIs, which their own codebooks explain.
_OF_OTHERS = "/compat/"


def make_codebook(description: Mapping[str, Any], columns: Sequence[FlatColumn] = ()) -> CodebookDocument:
    """The codebook of an API by its OpenAPI document, with the columns of its flat formats.

    What it says in other APIs' words is for their codebooks to explain.
    """
    paths = {path: methods for path, methods in description["paths"].items() if not path.startswith("/compat")}
    description = {**description, "paths": paths}
    return CodebookDocument(
        version=description["info"]["version"],
        fields=list(_fields(description)),
        code_lists=[
            CodeList(
                name=vocabulary.__name__,
                meaning=summary_of(vocabulary),
                codes=[Code(code=code, meaning=meaning) for code, meaning in meanings.items()],
            )
            for vocabulary, meanings in MEANINGS.items()
        ],
        parameters=list(_parameters(description)),
        columns=list(columns),
        mappings=[
            ColumnMeaning(
                dataset=dataset,
                column=each.column,
                meaning=each.meaning,
                becomes=list(each.becomes),
                how=each.how,
            )
            for dataset, mappings in MAPPINGS.items()
            for each in mappings
        ],
    )


def _fields(description: Mapping[str, Any]) -> Iterator[FieldMeaning]:
    """The members of every route's answer; what several routes give is told once, where it comes first."""
    schemas: Mapping[str, Schema] = description["components"]["schemas"]
    told: set[str] = set()
    for path, methods in description["paths"].items():
        content = methods["get"]["responses"]["200"].get("content", {})
        whole = content.get("application/json", {}).get("schema")
        if whole is None or path.startswith(_OF_OTHERS):
            continue
        for resource, part in _parts(path, whole, schemas):
            if str(part) not in told:
                told.add(str(part))
                yield from _members(resource, "", part, schemas)


def _parts(path: str, whole: Schema, schemas: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    """What an answer gives, and what stands around it in every answer of its sort."""
    members = _followed(whole, schemas).get("properties", {})
    if "data" not in members:
        yield path.strip("/") or "service document", whole
        return
    is_list = members["data"].get("type") == "array"
    yield path.strip("/"), members["data"]["items"] if is_list else members["data"]
    for name in ("meta", "links"):
        yield f"{name} of {'a list' if is_list else 'an item'}", members[name]


def _members(resource: str, prefix: str, schema: Schema, schemas: Mapping[str, Schema]) -> Iterator[FieldMeaning]:
    for name, member in _followed(schema, schemas).get("properties", {}).items():
        kind, nullable, inner = _taken_apart(member, schemas)
        path = f"{prefix}{name}"
        target = _name_of(inner)
        followed = _followed(inner, schemas)
        is_code = target is not None and "enum" in followed
        yield FieldMeaning(
            resource=resource,
            path=path,
            meaning=_meaning(member, inner, followed),
            type=kind,
            unit=member.get("x-unit") or _unit(path, kind),
            nullable=nullable,
            code_list=target if is_code else None,
            since=member.get("x-since", FIRST_VERSION),
        )
        if "properties" in followed:
            yield from _members(resource, f"{path}{'[]' if kind.startswith('list') else ''}.", inner, schemas)


def _unit(path: str, kind: str) -> str | None:
    if kind.rpartition(" ")[2].removesuffix("s") not in ("integer", "number"):
        return None
    other = next((unit for start, unit in OTHER_UNITS.items() if path.startswith(start)), None)
    return other or UNITS.get(path.rpartition(".")[2])


def _meaning(member: Schema, inner: Schema, followed: Schema) -> str:
    """The member's own description, or that of what it holds: an object's, or a list's first paragraph."""
    text: str = member.get("description") or inner.get("description") or followed.get("description", "")
    return " ".join(text.partition("\n\n")[0].split())


def _taken_apart(member: Schema, schemas: Mapping[str, Schema]) -> tuple[str, bool, Schema]:
    """The type in words, whether it may be null, and the schema of what it holds, or of each of a list."""
    kinds = [kind for kind in member.get("anyOf", [member]) if kind.get("type") != "null"]
    nullable = len(kinds) < len(member.get("anyOf", [member]))
    inner: Schema = kinds[0]
    if inner.get("type") == "array":
        each = inner.get("items", {})
        return f"list of {_type(each, schemas)}s", nullable, each
    return _type(inner, schemas), nullable, inner


def _type(schema: Schema, schemas: Mapping[str, Schema]) -> str:
    followed = _followed(schema, schemas)
    constant = followed.get("const")
    written = followed.get("format") or followed.get("type") or ("string" if isinstance(constant, str) else "value")
    return str(written)


def _name_of(schema: Schema) -> str | None:
    return str(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else None


def _followed(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    name = _name_of(schema)
    return schemas[name] if name else schema


def _parameters(description: Mapping[str, Any]) -> Iterator[ParameterMeaning]:
    for path, methods in description["paths"].items():
        for parameter in methods["get"].get("parameters", []):
            schema = parameter["schema"]
            each = schema.get("items", schema)
            yield ParameterMeaning(
                route=path,
                name=parameter["name"],
                meaning=parameter["description"],
                type=_type_of_a_parameter(each),
                repeatable=schema.get("type") == "array",
                default=_default_of(schema),
                values=[str(value) for value in each.get("enum", [each["const"]] if "const" in each else [])],
            )


def _default_of(schema: Schema) -> str | None:
    """As it is written in a query string."""
    default = schema.get("default")
    if default is None:
        return None
    return str(default).lower() if isinstance(default, bool) else str(default)


def _type_of_a_parameter(schema: Schema) -> str:
    kinds = schema.get("oneOf", [schema])
    return " or ".join(str(kind.get("format") or kind.get("type", "string")) for kind in kinds)
