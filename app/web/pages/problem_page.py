"""A problem as a page: every fault, with its proposals as links that ask rightly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from app.problems import PROBLEM_TYPES, Fault, Problem
from app.web.pages.addresses import Question
from app.web.pages.rendering import render
from app.web.pages.words import plain

_MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "errors"})
# Links to what was asked wrongly are made for so many values; nobody reads more, and each costs.
_MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault, the questions that its proposals make, and the question without its parameter."""

    parameter: str
    detail: str
    proposals: Sequence[tuple[str, str]]
    without: str | None


def problem_page(problem: Problem, body: Mapping[str, Any], path: str, raw_path: str, query: str) -> bytes:
    """The page of a problem whose JSON is `body`; `query` is what was asked, as it was sent."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_VALUES)
    except ValueError:
        pairs = []
    question = Question(path, tuple(pairs))
    first_proposals = [fault for fault in problem.errors if fault.did_you_mean]
    mended = question
    for fault in first_proposals:
        mended = _mended(mended, fault, fault.did_you_mean[0])
    is_mended = bool(pairs) and len(first_proposals) == len(problem.errors) > 1
    return render(
        "problem.html",
        raw_path,
        problem=body,
        faults=[_shown(question, fault) for fault in problem.errors],
        mended=mended.link if is_mended else None,
        explained=PROBLEM_TYPES.get(problem.problem_type.slug),
        more={name: value for name, value in body.items() if name not in _MEMBERS},
    )


def explanation_page(row: Mapping[str, Any], path: str, raw_path: str) -> bytes:
    """A type of problem, explained."""
    return render("explanation.html", raw_path, row=row, json_link=Question(path).but(format="json").link)


def _shown(question: Question, fault: Fault) -> ShownFault:
    proposals = [(_proposal(fault, word), _mended(question, fault, word).link) for word in fault.did_you_mean]
    without = question.without(fault.parameter).link if fault.parameter in question.parameters else None
    return ShownFault(fault.parameter, fault.detail, proposals, without)


def _proposal(fault: Fault, word: str) -> str:
    return word if fault.is_of_the_name else plain(word) if word.islower() and " " not in word else word


def _mended(question: Question, fault: Fault, word: str) -> Question:
    """The question with a proposal in the place of what is at fault: the name, one value, or all values of it."""
    if fault.is_of_the_name:
        pairs = tuple((word if name == fault.parameter else name, value) for name, value in question.pairs)
        return Question(question.path, pairs).without("cursor")
    values = question.parameters.get(fault.parameter, [])
    parts = [part.strip() for value in values for part in value.split(",")]
    right = [word if _names(fault, part) else part for part in parts]
    if right == parts or len(parts) == 1:
        right = [word]
    kept = tuple(pair for pair in question.pairs if pair[0] not in (fault.parameter, "cursor"))
    return Question(question.path, (*kept, *((fault.parameter, value) for value in dict.fromkeys(right))))


def _names(fault: Fault, part: str) -> bool:
    """Whether a fault's text quotes this value."""
    return repr(part) in fault.detail
