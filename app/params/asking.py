"""Reads a query string into a route's model, and finds every fault of it at once.

The web framework's own reading is not used: it keeps the last of a doubled parameter and drops what it does not
know, and a wrong answer would be silent.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, cast, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.problems import Fault, nearest

# More values than this in one parameter is a mistake or an attack, not a question.
MAX_VALUES = 100
# There are not so many anywhere.
MAX_PARAMETERS = 100
# Texts up to this length are remembered with what they mean: others would let anybody fill the memory.
_LONGEST_REMEMBERED = 64


class Asked(BaseModel):
    """The base of every route's model. A field that holds a tuple may be repeated, for OR."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    # Parameters that shape the answer rather than choose its rows.
    presentation: ClassVar[frozenset[str]] = frozenset()
    # Parameters without which nothing can be answered.
    required: ClassVar[frozenset[str]] = frozenset()

    def faults_between(self) -> list[Fault]:
        """Faults that no parameter has on its own, such as a range whose ends are exchanged."""
        return []

    def filters_applied(self) -> dict[str, Any]:
        """The filters that were asked for, as they were understood, in JSON's own types."""
        return {name: value for name, value in self.asked_for.items() if name not in self.presentation}

    @cached_property
    def asked_for(self) -> Mapping[str, Any]:
        """What was asked beyond the defaults, as it was understood, in JSON's own types and one order.

        A default that is spelt out asks the same as one that is not, and `IQ,SY` the same as `SY,IQ`: links, cursors
        and ETags may not differ.
        """
        defaults = _defaults(type(self))
        given = {name for name in self.model_fields_set if getattr(self, name) != defaults[name]}
        values = self.model_dump(mode="json", include=given)
        for name in values.keys() - self.presentation:
            if isinstance(values[name], list):
                values[name] = sorted(values[name])
        return {name: values[name] for name in sorted(values)}


Model = TypeVar("Model", bound=Asked)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Model]):
    """What came of reading a query string: the model of all values that hold, and the faults of the rest."""

    asked: Model
    faults: list[Fault]


def read_query(model: type[Model], items: Iterable[tuple[str, str]]) -> Reading[Model]:
    """Read a query string's items. Never raises for what a client sent; `asked` is whole where `faults` is empty."""
    given: dict[str, list[str]] = {}
    for name, text in items:
        given.setdefault(name, []).append(text)
    if fault := _fault_of_number(given):
        return Reading(_nothing_asked(model), [fault])
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, texts in given.items():
        fault = _fault_of_giving(model, name, texts)
        if fault:
            faults.append(fault)
            continue
        try:
            values[name] = _value_of(model, name, tuple(texts))
        except ValidationError as error:
            faults.extend(_as_fault(name, found) for found in error.errors())
    asked = _nothing_asked(model).model_copy(update=values)
    at_fault = {fault.parameter for fault in faults}
    return Reading(asked, faults + [fault for fault in asked.faults_between() if not _is_about(fault, at_fault)])


def _fault_of_number(given: Mapping[str, list[str]]) -> Fault | None:
    """More than anybody means to ask. To find every fault of each would take long, and help nobody."""
    if len(given) > MAX_PARAMETERS:
        return Fault("the question as a whole", f"has {len(given)} parameters; the most is {MAX_PARAMETERS}")
    for name, texts in given.items():
        if len(texts) > MAX_VALUES:
            return Fault(name[:_LONGEST_REMEMBERED], f"has {len(texts)} values; the most is {MAX_VALUES}")
    return None


def _is_about(fault: Fault, parameters: Collection[str]) -> bool:
    """Whether a fault between parameters is of one that is at fault by itself, and so looks as if it were not given."""
    return not {fault.parameter, *re.findall(r"[a-z_]+", fault.detail)}.isdisjoint(parameters)


@cache
def _defaults(model: type[Asked]) -> dict[str, Any]:
    return {name: field.default for name, field in model.model_fields.items()}


def _value_of(model: type[Asked], name: str, texts: tuple[str, ...]) -> Any:
    """The value of a parameter. Countries, days and types come again and again, whatever else is asked for."""
    short = sum(map(len, texts)) <= _LONGEST_REMEMBERED
    return (_remembered_value_of if short else _remembered_value_of.__wrapped__)(model, name, texts)


@lru_cache(maxsize=4096)
def _remembered_value_of(model: type[Asked], name: str, texts: tuple[str, ...]) -> Any:
    given = list(texts) if is_many_valued(model, name) else texts[0]
    return _adapter(model, name).validate_python(given)


@cache
def _nothing_asked(model: type[Model]) -> Model:
    """A model of defaults alone: to copy it costs less than to look up every default again."""
    return cast(Model, model.model_construct())


def _fault_of_giving(model: type[Asked], name: str, texts: list[str]) -> Fault | None:
    if not name:
        return Fault(name, "a value is given without the name of its parameter")
    if name not in _defaults(model):
        return Fault(name, "there is no such parameter here", nearest(name, model.model_fields), True)
    if any(not text.strip() for text in texts):
        return Fault(name, "is empty: give a value or leave the parameter out")
    if "\x00" in "".join(texts):
        return Fault(name, "holds a character that no value has")
    if len(texts) > 1 and not is_many_valued(model, name):
        return Fault(name, f"is given {len(texts)} times but takes one value")
    return None


@cache
def is_many_valued(model: type[Asked], name: str) -> bool:
    """Whether a parameter may be repeated."""
    return get_origin(model.model_fields[name].annotation) is tuple


@cache
def _adapter(model: type[Asked], name: str) -> TypeAdapter[Any]:
    """One validator a parameter, so that one fault does not hide another."""
    field = model.model_fields[name]
    annotation: Any = field.annotation
    for metadata in field.metadata:
        annotation = Annotated[annotation, metadata]
    return TypeAdapter(annotation)


def _as_fault(name: str, error: Any) -> Fault:
    context = error.get("ctx", {})
    return Fault(name, context.get("detail", error["msg"]), context.get("did_you_mean", ()))


def wrong(detail: str, did_you_mean: Iterable[str] = ()) -> PydanticCustomError:
    """An error for a validator to raise; its texts reach the client as they are."""
    return PydanticCustomError("wrong_value", "{detail}", {"detail": detail, "did_you_mean": list(did_you_mean)})


def one_of(words: Iterable[str], *, named: Iterable[str] = ()) -> BeforeValidator:
    """A validator for a word of a closed list; it proposes the nearest ones.

    `named` are those that are told of where the list is long.
    """
    known = tuple(words)
    told = ", ".join(named or known)

    def check(text: str) -> str:
        if text not in known:
            raise wrong(f"{text!r} is not one of {told}", nearest(text, known))
        return text

    return BeforeValidator(check, json_schema_input_type=Literal[known])


def words_of(vocabulary: type[StrEnum]) -> BeforeValidator:
    """`one_of` for a vocabulary."""
    return one_of(word.value for word in vocabulary)


def a_whole_number(text: str) -> int:
    """A number of 0 or more, in digits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise wrong(f"{text!r} is not a whole number of 0 or more, in at most 9 digits")
    return int(text)


def _at_least_one(number: int) -> int:
    if number < 1:
        raise wrong(f"{number} is too small: the least is 1")
    return number


def _yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise wrong(f"{text!r} is neither true nor false", nearest(text, ("true", "false")))
    return text == "true"


def split_at_commas(texts: list[str]) -> list[str]:
    """The values of a parameter that is repeated, or holds several between commas; each once, in order."""
    values = list(dict.fromkeys(part.strip() for text in texts for part in text.split(",")))
    if "" in values:
        raise wrong("has nothing before, between or after its commas")
    if len(values) > MAX_VALUES:
        raise wrong(f"has {len(values)} values; the most is {MAX_VALUES}")
    return values


WholeNumber = Annotated[int, BeforeValidator(a_whole_number), WithJsonSchema({"type": "integer", "minimum": 0})]
PositiveNumber = Annotated[
    WholeNumber, AfterValidator(_at_least_one), WithJsonSchema({"type": "integer", "minimum": 1})
]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no)]
SplitAtCommas = BeforeValidator(split_at_commas)
