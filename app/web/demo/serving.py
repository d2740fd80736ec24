"""Answers with the page and its files. Their names hold the hash of their content, so that they are kept for ever."""

from starlette.requests import Request
from starlette.responses import Response

from app.problems import NOT_FOUND, Problem
from app.web.caching import FOR_EVER, NEWEST, is_known_to_client, not_modified
from app.web.demo.built import ENCODINGS, StaticFile, read_built_page, security_policy_of
from app.web.demo.without_build import PAGE_NOT_BUILT
from app.web.encodings import choose_encoding

# The page and the service document are two answers of one address.
VARY = "Accept, Accept-Encoding"

_built = read_built_page()


def is_built() -> bool:
    """Whether there is a page."""
    return _built is not None


def answer_page(request: Request) -> Response:
    """The page; what its address asks for is read by the page itself, which asks the API."""
    shell = _built.shell if _built else PAGE_NOT_BUILT
    headers = {
        "Cache-Control": NEWEST,
        "Vary": VARY,
        "Content-Security-Policy": _built.security_policy if _built else security_policy_of([]),
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return _answer(request, shell, headers)


def answer_file(request: Request, name: str) -> Response:
    """A file that the page loads. Raises Problem."""
    file = _built.files.get(name) if _built else None
    if file is None:
        raise Problem(NOT_FOUND, "There is no such file of the page.")
    return _answer(request, file, {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"})


def _answer(request: Request, file: StaticFile, headers: dict[str, str]) -> Response:
    headers["ETag"] = f'W/"{file.etag}"'
    if is_known_to_client(request, headers["ETag"]):
        return not_modified(headers)
    encoding = choose_encoding(",".join(request.headers.getlist("accept-encoding")), among=tuple(ENCODINGS))
    if encoding is None or encoding not in file.bodies:
        return Response(file.bodies["identity"], media_type=file.media_type, headers=headers)
    headers["Content-Encoding"] = encoding
    return Response(file.bodies[encoding], media_type=file.media_type, headers=headers)
