"""Holds plain values against the models of the neutral facts, and says in plain words what does not fit.

Works on one file at a time and knows nothing of other rows: that is `references`.
"""

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from seed.importers.faults import Steps, did_you_mean
from seed.neutral_facts import FactsFile

KINDS = tuple(FactsFile.model_fields)
_LONGEST_SHOWN = 60
# pydantic's name of an error → what was wanted
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number without quotes",
    "float_type": "a number without quotes",
    "bool_type": "true or false",
    "date_from_datetime_parsing": "a date such as 2024-02-28",
    "date_parsing": "a date such as 2024-02-28",
    "tuple_type": "a list",
    "model_type": "a mapping of members",
}


def faults_of_shape(value: Any) -> Iterator[tuple[Steps, str]]:
    """(path, reason) of everything in one file's values that the models do not take, rows and members alike."""
    try:
        validate_facts(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            yield _in_plain_words(fault)


def validate_facts(value: Any) -> FactsFile:
    """The file as facts; a file of comments alone holds none. Raises pydantic's ValidationError."""
    return FactsFile() if value is None else FactsFile.model_validate(value)


def model_at(path: Steps) -> type[BaseModel] | None:
    """The model that describes the mapping at `path` of a facts file; None where there is none."""
    annotation = _annotation_at(path)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _annotation_at(path: Steps) -> Any:
    annotation: Any = FactsFile
    for step in path:
        if isinstance(step, int):
            continue  # the annotation of a list was already unwrapped to that of its items
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return None
        known = annotation.model_fields.get(step)
        annotation = _unwrapped(known.annotation) if known else None
    return annotation


def _unwrapped(annotation: Any) -> Any:
    """The class inside `X | None`, `tuple[X, ...]` and `Annotated[X, …]`."""
    while inner := [part for part in get_args(annotation) if part is not type(None)]:
        annotation = inner[0]
    return annotation


def _in_plain_words(error: ErrorDetails) -> tuple[Steps, str]:
    path: Steps = error["loc"]
    member = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
    match error["type"]:
        case "extra_forbidden":
            return path, _unknown_member(path)
        case "missing" | "too_short" if path[-1] == "citations":
            return path[:-1], "a row without a citation: give at least one under 'citations'"
        case "missing":
            return path[:-1], f"the member {path[-1]!r} is missing"
        case "enum":
            return path, member + _unknown_word(path, error["input"])
        case "value_error":
            return path, member + str(error["ctx"]["error"])
        case kind:
            return path, member + _wanted(kind, error)


def _unknown_member(path: Steps) -> str:
    model = model_at(path[:-1])
    known = list(model.model_fields) if model else []
    return f"unknown member {path[-1]!r}{did_you_mean(str(path[-1]), known)}"


def _unknown_word(path: Steps, given: Any) -> str:
    vocabulary = _annotation_at(path)
    words = [str(word.value) for word in vocabulary] if issubclass(vocabulary, Enum) else []
    near = did_you_mean(given, words) if isinstance(given, str) else ""
    return f"{_shown(given)} is not in the vocabulary{near or '; it has ' + ', '.join(words)}"


def _wanted(kind: str, error: ErrorDetails) -> str:
    given = error["input"]
    shown = _shown(given)
    context = error.get("ctx", {})
    if kind == "string_type" and isinstance(given, (int, float, date)):
        return f"text is wanted and YAML reads {given} as something else: put it in quotes"
    if kind in _WANTED:
        return f"{_WANTED[kind]} is wanted, not {shown}"
    match kind:
        case "string_pattern_mismatch":
            return f"{shown} does not have the form {context['pattern']}"
        case "string_too_short":
            return "must not be empty"
        case "string_too_long":
            return f"is longer than {context['max_length']} characters"
        case _:
            return f"{error['msg'][0].lower()}{error['msg'][1:]}, not {shown}"


def _shown(given: Any) -> str:
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, list):
        return "a list"
    if given is None or given is True or given is False:
        return {None: "nothing", True: "true", False: "false"}[given]
    text = repr(given)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
