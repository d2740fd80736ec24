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
REPLICA_BEHIND = ProblemType(
    "replica-behind",
    "This copy of the database is behind",
    503,
    "The API answers from a copy that follows another database, and what was asked for has not reached it yet.",
    "Ask again in a second: copies are seldom further behind than that, and the next answer may come from another.",
)
TOO_SLOW = ProblemType(
    "too-slow",
    "This takes longer than a question may",
    503,
    "The database worked on the question for as long as one may take here, and was then told to stop. Nothing was "
    "answered rather than a part.",
    "Ask for less: a country, fewer days, a smaller `limit`, coarser groups, or `total=false`. Or ask again later, "
    "when the API has less to do.",
)
OVERLOADED = ProblemType(
    "overloaded",
    "Too much is being asked at once",
    503,
    "The API is at work on as many questions, or sends as many whole results, as it can at once. Yours was not begun.",
    "Wait for as many seconds as `Retry-After` says, and ask again; one after the other where you ask much.",
)
TOO_MANY_REQUESTS = ProblemType(
    "too-many-requests",
    "You have asked more than your share",
    429,
    "Your address has made as many requests as one may in a time. `RateLimit-Policy` says how many, `RateLimit` how "
    "many are left and when there are more.",
    "Wait for as many seconds as `Retry-After` says. To have all rows, ask once with `limit=all` rather than page by "
    "page; an answer that you know already costs as much as any.",
)
URL_TOO_LONG = ProblemType(
    "url-too-long",
    "The address is too long",
    414,
    "Path and query have more bytes than any question needs.",
    "Ask for less in one request: fewer values of a parameter, or `fields` left out.",
)
MALFORMED_REQUEST = ProblemType(
    "malformed-request",
    "This is not a request that can be read",
    400,
    "What was sent is not HTTP as it is written down, or a part of it does not belong here.",
    "Look at what your client sends. Where a page in a browser asks, it may only read: GET and HEAD.",
)
REQUEST_TIMEOUT = ProblemType(
    "request-timeout",
    "The request did not come in time",
    408,
    "A connection was opened, and no whole request came through it for as long as the API waits.",
    "Ask again, and send the whole request at once.",
)
REQUEST_TOO_LARGE = ProblemType(
    "request-too-large",
    "The request's head is too large",
    431,
    "The headers of the request have more bytes than any question needs.",
    "Send fewer or shorter headers; cookies are not looked at here.",
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
        REPLICA_BEHIND,
        TOO_SLOW,
        OVERLOADED,
        TOO_MANY_REQUESTS,
        URL_TOO_LONG,
        MALFORMED_REQUEST,
        REQUEST_TIMEOUT,
        REQUEST_TOO_LARGE,
        SHUTTING_DOWN,
        INTERNAL_ERROR,
    )
}


LONGEST_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a request."""

    parameter: str
    detail: str
    did_you_mean: Sequence[str] = ()
    is_of_the_name: bool = False
    """Whether there is no parameter of this name, so that `did_you_mean` holds names rather than values."""


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
    """The candidates that are spelt most like `word`, nearest first; empty where none is near.

    A word that is longer than any name is like none, and would take long to compare.
    """
    if len(word) > LONGEST_COMPARED:
        return []
    by_fold = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold(), by_fold, n=limit, cutoff=0.6)
    # A word that was cut short or ran on ("iraq" for "2024-02-02-us-strikes-iraq") is near too.
    found += [fold for fold in by_fold if word and word.casefold() in fold and fold not in found]
    return [by_fold[fold] for fold in found[:limit]]
