"""The tools: what each is for, what it takes, and which route answers it. Knows nothing of the protocol.

Inputs are the API's own parameters, described as they are there. Answers are bounded: what is longer than a model can
read is asked again for fewer rows, or refused with a word on how to ask for less.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from app.params.events import EventItem, EventQuery
from app.params.paging import Pinned
from app.params.stats import StatsQuery
from app.problems import nearest
from app.web.assistants.inside import Answer, Inside
from app.web.documenting import parameters_of

MOST_BYTES = 60_000
MOST_EVENTS, SOME_EVENTS = 25, 5
MOST_ENTRIES = 40
SHOWN = "id,title,summary,date_start,date_end,event_type,is_aggregate,casualties,citations,cite_as"
COMPARED = ("id", "title", "date_start", "date_end", "casualties", "casualty_claims", "reported_counts", "citations")
_ID = {"type": "string", "description": "id of the event, as search_events gives it"}
_WORD = {"type": "string", "description": "part of the name of a field, value, parameter or column"}

Schema = dict[str, Any]
Arguments = Mapping[str, Any]


class Refused(Exception):
    """The tool has no answer; its text tells the model what to change."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool; `answer` gives JSON's own types, or raises Refused."""

    name: str
    description: str
    properties: Schema
    required: tuple[str, ...]
    answer: Callable[[Inside, Arguments], Awaitable[Schema]]


async def _asked(inside: Inside, path: str, parameters: Arguments) -> Answer:
    answer = await inside.ask(path, parameters)
    if answer.status != 200:
        raise Refused(_as_text(answer.body))
    return answer


def _as_text(problem: Mapping[str, Any]) -> str:
    lines = [f"{problem['title']}. {problem['detail']}"]
    for fault in problem["errors"]:
        near = f" Did you mean {' or '.join(fault['did_you_mean'])}?" if fault["did_you_mean"] else ""
        lines.append(f"- {fault['parameter']}: {fault['detail']}.{near}")
    return "\n".join(lines)


def _only(arguments: Arguments, known: Mapping[str, Any]) -> None:
    """Refuses what a tool without a route of its own model does not take."""
    for name in arguments:
        if name not in known:
            near = nearest(name, known)
            raise Refused(f"{name}: there is no such parameter here. Did you mean {' or '.join(near) or 'none'}?")


def _needed(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip() or "/" in value:
        raise Refused(f"{name}: is missing, or is not the text of one {name}.")
    return value


async def _search_events(inside: Inside, arguments: Arguments) -> Schema:
    asked_for = limit = arguments.get("limit", SOME_EVENTS)
    if type(limit) is not int or not 1 <= limit <= MOST_EVENTS:
        raise Refused(f"limit: {limit!r} is not a whole number from 1 to {MOST_EVENTS}.")
    while True:
        answer = await _asked(inside, "/events", {"fields": SHOWN, **arguments, "limit": limit})
        room = 0 if limit == asked_for else _ROOM_FOR_A_WARNING
        if answer.bytes + room <= MOST_BYTES or limit == 1:
            body = _bounded(answer, "name fewer members in fields")
            return body if limit == asked_for else _with_warning(body, _SHORTER.format(limit, asked_for, MOST_BYTES))
        limit //= 2  # the page is shorter, and links.next goes on where it ends


async def _get_event(inside: Inside, arguments: Arguments) -> Schema:
    answer = await _event(inside, arguments, _PINNED)
    return _bounded(answer, "ask search_events for some of its members with fields")


async def _compare_claims(inside: Inside, arguments: Arguments) -> Schema:
    answer = await _event(inside, arguments, _PINNED)
    document = answer.body["data"]
    compared = {name: document[name] for name in (*COMPARED, "cite_as") if name in document}
    cited = {
        cited for each in (*document["casualty_claims"], *document["reported_counts"]) for cited in each["citations"]
    }
    compared["citations"] = [each for each in document["citations"] if each["id"] in cited]
    body = {**answer.body, "data": compared}
    return _bounded(Answer(200, body, len(orjson.dumps(body))), "read the event's claims at its own address")


async def _event(inside: Inside, arguments: Arguments, known: Schema) -> Answer:
    _only(arguments, {**known, "id": _ID})
    rest = {name: value for name, value in arguments.items() if name != "id"}
    return await _asked(inside, f"/events/{_needed(arguments, 'id')}", rest)


async def _get_stats(inside: Inside, arguments: Arguments) -> Schema:
    answer = await _asked(inside, "/stats", arguments)
    return _bounded(answer, "group by fewer or coarser keys, or narrow the filters")


async def _get_codebook(inside: Inside, arguments: Arguments) -> Schema:
    _only(arguments, {"word": _WORD})
    word = _needed(arguments, "word").casefold()
    answer = await _asked(inside, "/codebook", {})
    entries = [
        {"part": part, **entry}
        for part, listed in answer.body["data"].items()
        if isinstance(listed, list)
        for entry in listed
        if any(word in str(entry.get(name, "")).casefold() for name in ("path", "name", "column"))
    ]
    if not entries:
        raise Refused(f"word: nothing in the codebook is called {word!r}; try a part of it.")
    left_out = max(0, len(entries) - MOST_ENTRIES)
    body = {**answer.body, "data": entries[:MOST_ENTRIES], "left_out": left_out}
    if left_out:
        body = _with_warning(body, f"{left_out} more entries match: give more of the word")
    return _bounded(Answer(200, body, len(orjson.dumps(body))), "give more of the word")


_ROOM_FOR_A_WARNING = 400
_SHORTER = (
    "cut: {} events in place of {}, as an answer has at most {} bytes; links.next goes on where they end. Name fewer"
    " members in fields for more at once."
)


def _with_warning(body: Schema, warning: str) -> Schema:
    """The answer with a word on what it leaves out, beside what the API itself warns of."""
    meta = body["meta"]
    return {**body, "meta": {**meta, "warnings": [*meta.get("warnings", []), warning]}}


def _bounded(answer: Answer, advice: str) -> Schema:
    if answer.bytes > MOST_BYTES:
        raise Refused(f"The answer has {answer.bytes} bytes, more than {MOST_BYTES} are not given here: {advice}.")
    return answer.body


def _inputs(asked: type[Pinned], without: frozenset[str] = frozenset()) -> Schema:
    """A model's parameters as JSON Schema properties."""
    return {
        each["name"]: {**each["schema"], "description": each["description"]}
        for each in parameters_of(asked)
        if each["name"] not in without | {"format"}
    }


_PINNED = _inputs(EventItem)
_LIMIT = {
    "type": "integer",
    "minimum": 1,
    "maximum": MOST_EVENTS,
    "default": SOME_EVENTS,
    "description": "events at once",
}
_EVERY_ROW = "Every row has citations, with the source and mostly a quote, and `cite_as`; `meta` names the release."

_ONE_EVENT = {"id": _ID, **_PINNED}
TOOLS: Mapping[str, Tool] = {
    each.name: each
    for each in (
        Tool(
            "search_events",
            "Find conflict events by country, days, actors, places, words, figures and more. Unknown is null, never 0."
            f" {_EVERY_ROW} `meta.total` says how many match; `links.next` has the cursor of the next page.",
            {**_inputs(EventQuery, frozenset({"limit"})), "limit": _LIMIT},
            (),
            _search_events,
        ),
        Tool("get_event", f"Get one event whole. {_EVERY_ROW}", _ONE_EVENT, ("id",), _get_event),
        Tool(
            "compare_claims",
            "Put the casualty claims on one event side by side: who said what, with bounds, and whether they exclude"
            f" one another. They are never merged into one number. {_EVERY_ROW}",
            _ONE_EVENT,
            ("id",),
            _compare_claims,
        ),
        Tool(
            "get_stats",
            "Count events and add up casualty figures by one or two groups. Source families tell the same incidents:"
            " never add their rows. `meta.cite_as` is how the table is cited.",
            _inputs(StatsQuery),
            ("group_by",),
            _get_stats,
        ),
        Tool(
            "get_codebook",
            "Look up what fields, values, parameters and columns mean.",
            {"word": _WORD},
            ("word",),
            _get_codebook,
        ),
    )
}
