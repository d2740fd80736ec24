"""A resource's form: its commonest parameters, with the types, values and bounds that its model gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.params.asking import Asked
from app.params.changes import ChangeQuery
from app.params.claims import ClaimQuery
from app.params.events import EventQuery
from app.params.references import ActorQuery, CountryQuery, LocationQuery, ReleaseQuery, SourceQuery
from app.params.stats import MOST_GROUPS, StatsQuery
from app.web.pages.addresses import Question
from app.web.pages.asked import order
from app.web.pages.words import country_name, plain

# The model of each list, and which of its parameters stand in the form, in this order.
_FORMS: Mapping[str, tuple[type[Asked], tuple[str, ...]]] = {
    "/events": (
        EventQuery,
        ("q", "country", "date_from", "date_to", "event_type", "type_of_violence", "actor", "killed_min", "disputed",
         "sort"),
    ),
    "/casualty-claims": (ClaimQuery, ("country", "date_from", "date_to", "outcome", "claimant", "killed_min", "sort")),
    "/locations": (LocationQuery, ("q", "country", "kind")),
    "/actors": (ActorQuery, ("q", "kind", "country")),
    "/sources": (SourceQuery, ("kind", "source")),
    "/countries": (CountryQuery, ("country",)),
    "/stats": (StatsQuery, ("group_by", "country", "date_from", "date_to", "event_type", "type_of_violence", "actor")),
    "/releases": (ReleaseQuery, ("sort",)),
    "/changes": (ChangeQuery, ("since", "until", "type", "change", "country")),
}  # fmt: skip
_LABELS: Mapping[str, str] = {
    "q": "Words",
    "date_from": "From",
    "date_to": "Until",
    "killed_min": "At least killed",
    "sort": "Order",
    "since": "Since release",
    "until": "Until release",
    "group_by": "Group by",
}
# Whose text is what a reader may not guess: an example beside it.
_EXAMPLES: Mapping[str, str] = {"country": "Iraq, Syria", "actor": "id of an actor", "claimant": "id of an actor"}
# What a new question does not take over: it begins on its first page.
_NOT_KEPT = frozenset({"cursor"})


@dataclass(frozen=True, slots=True)
class Input:
    """A control. `kind` is that of an HTML input, or `select`."""

    name: str
    label: str
    kind: str
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    example: str = ""
    help: str = ""
    least: int | None = None
    number: int = 1
    """Which of several controls of this name it is."""

    @property
    def id(self) -> str:
        return f"ask-{self.name}-{self.number}"


@dataclass(frozen=True, slots=True)
class Form:
    """The controls of a resource, and what else was asked, which stays."""

    inputs: Sequence[Input]
    kept: Sequence[tuple[str, str]]
    is_narrowed: bool
    """Whether something is asked already."""


def form_of(question: Question) -> Form | None:
    """The form of a list, filled with what was asked; None for what has none."""
    if question.path not in _FORMS:
        return None
    model, names = _FORMS[question.path]
    inputs = [each for name in names for each in _inputs(model, name, question.parameters.get(name, []))]
    kept = [pair for pair in question.pairs if pair[0] not in (*names, *_NOT_KEPT)]
    return Form(inputs, kept, bool(question.parameters.keys() - {"limit", "cursor", "format", "sort"}))


def _inputs(model: type[Asked], name: str, values: Sequence[str]) -> list[Input]:
    if name == "country":
        values = [_as_a_name(code) for code in values]
    if name != "group_by":
        return [_input(model, name, ", ".join(values), 1)]
    shown = [*values, *[""] * MOST_GROUPS][:MOST_GROUPS]
    return [_input(model, name, value, number) for number, value in enumerate(shown, start=1)]


def _as_a_name(code: str) -> str:
    """A country's name, but where commas between several could not be told from those inside it."""
    name = country_name(code)
    return code if "," in name else name


def _input(model: type[Asked], name: str, value: str, number: int) -> Input:
    schema, is_required = _schema(model)[name], name in model.required
    label = _LABELS.get(name, plain(name).capitalize())
    if number > 1:
        label = "and by"
    words = _words(schema)
    if words and (not value or value in words):
        default = schema.get("default")
        first = [] if default in words or (is_required and number == 1) else [("", "any" if number == 1 else "–")]
        shown = value or (default if default in words else "")
        return Input(name, label, "select", shown, [*first, *((word, _option(name, word)) for word in words)],
                     help=schema["description"], number=number)  # fmt: skip
    kind = "date" if name in ("date_from", "date_to") else "number" if schema.get("type") == "integer" else "text"
    least = schema.get("minimum") if kind == "number" else None
    return Input(name, label, kind, value, example=_EXAMPLES.get(name, ""), help=schema["description"], least=least)


def _option(name: str, word: str) -> str:

    if name == "sort":
        return order(word)
    return {"true": "yes", "false": "no"}.get(word, plain(word))


def _words(schema: Mapping[str, Any]) -> list[str]:
    if schema.get("type") == "boolean":
        return ["true", "false"]
    return [str(word) for word in schema.get("enum", [])]


@cache
def _schema(model: type[Asked]) -> Mapping[str, Mapping[str, Any]]:
    """Each parameter's schema, flat: what a list holds, what a reference names, and without null."""
    whole = model.model_json_schema()
    return {
        name: {**_flat(field, whole.get("$defs", {})), "description": field.get("description", "")}
        for name, field in whole["properties"].items()
    }


def _flat(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in field.get("anyOf", []) if kind != {"type": "null"}]
    inner = kinds[0] if kinds else field.get("items")
    if inner is not None:
        return {**_flat(inner, definitions), "default": field.get("default")}
    if "$ref" in field:
        return {**definitions[field["$ref"].rpartition("/")[2]], "default": field.get("default")}
    return dict(field)
