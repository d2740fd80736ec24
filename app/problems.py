"""Everything that can go wrong for a client, by name, as RFC 9457 wants it. Knows no HTTP framework."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of error; `meaning` and `what_to_do` are what /problems/{slug} explains."""

    slug: str
    title: str
    status: int
    meaning: str
    what_to_do: str


INVALID_PARAMETERS = ProblemType(
    "invalid-parameters",
    "The request's parameters are not right",
    400,
    "At least one parameter is unknown, empty, given twice, or has a value that does not exist. Nothing was ignored "
    "and nothing was answered; `errors` lists every fault that was found.",
    "Mend each parameter that `errors` names; `did_you_mean` gives the nearest right words.",
)
INVALID_CURSOR = ProblemType(
    "invalid-cursor",
    "The cursor does not belong to this request",
    400,
    "A cursor continues one walk: the same filters, the same sort and the same release as the page that gave it.",
    "Follow `links.next` as it is, or start again without a cursor.",
)
NOT_FOUND = ProblemType(
    "not-found",
    "There is nothing at this address",
    404,
    "The path does not exist, or nothing with this id exists in the release that was asked for.",
    "Look at the list that the address belongs to, or at `/` for all resources.",
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    "This API only reads",
    405,
    "The API answers GET, HEAD and OPTIONS. It cannot change anything, whatever is sent.",
    "Ask with GET. Facts are changed by loading them, as the project's README says.",
)
NOT_ACCEPTABLE = ProblemType(
    "not-acceptable",
    "None of the accepted formats can be given",
    406,
    "The `Accept` header names only media types that this resource is not served in.",
    "Ask for one of the formats that the detail names, or leave `Accept` out.",
)
WITHDRAWN = ProblemType(
    "withdrawn",
    "This was withdrawn",
    410,
    "The thing existed in earlier releases and was withdrawn by a later one.",
    "Ask for an earlier release with `release=`, as the detail says.",
)
SUPPRESSED = ProblemType(
    "suppressed",
    "This was suppressed",
    410,
    "The thing was taken out of every release, to protect a person or by law. What it was is not said any more.",
    "Delete your own copies of it. There is nothing else to be had at this address, in any release.",
)
NO_RELEASE = ProblemType(
    "no-release",
    "Nothing has been published yet",
    503,
    "The database is there, but no release has been published into it.",
    "Load facts, for example with `python -m seed`, and ask again.",
)
DATABASE_UNAVAILABLE = ProblemType(
    "database-unavailable",
    "The database cannot be reached",
    503,
    "The API runs, but its database does not answer or has not been migrated.",
    "Ask again in a few seconds; `/readyz` says when the API is ready.",
)
SHUTTING_DOWN = ProblemType(
    "shutting-down",
    "This server is being stopped",
    503,
    "`/readyz` says so for a while before a server ends, so that no more is sent to it. All else is answered as ever.",
    "Ask again: another server answers, or this one does when it is back.",
)
INTERNAL_ERROR = ProblemType(
    "internal-error",
    "Something went wrong here",
    500,
    "A fault of the API, not of the request. It has been logged with the request's id.",
    "Ask again; where it stays, report it with the `X-Request-ID` of the answer.",
)

PROBLEM_TYPES: Mapping[str, ProblemType] = {
    problem_type.slug: problem_type
    for problem_type in (
        INVALID_PARAMETERS,
        INVALID_CURSOR,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        NOT_ACCEPTABLE,
        WITHDRAWN,
        SUPPRESSED,
        NO_RELEASE,
        DATABASE_UNAVAILABLE,
        SHUTTING_DOWN,
        INTERNAL_ERROR,
    )
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a request."""

    parameter: str
    detail: str
    did_you_mean: Sequence[str] = ()


@dataclass(eq=False, slots=True)
class Problem(Exception):
    """Raised by any layer; the web layer turns it into problem+json."""

    problem_type: ProblemType
    detail: str
    errors: Sequence[Fault] = ()
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid_parameters(faults: Sequence[Fault]) -> Problem:
    """The problem that lists these faults, all at once."""
    number = "One parameter is" if len(faults) == 1 else f"{len(faults)} parameters are"
    summary = " ".join(f"{fault.parameter}: {fault.detail}." for fault in faults)
    return Problem(INVALID_PARAMETERS, f"{number} not right. {summary}", tuple(faults))


def nearest(word: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """The candidates that are spelt most like `word`, nearest first; empty where none is near."""
    by_fold = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold(), by_fold, n=limit, cutoff=0.6)
    # A word that was cut short or ran on ("iraq" for "2024-02-02-us-strikes-iraq") is near too.
    found += [fold for fold in by_fold if word and word.casefold() in fold and fold not in found]
    return [by_fold[fold] for fold in found[:limit]]
