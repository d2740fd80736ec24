"""What the readable pages need beside the answers: their files, and the way of their forms."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.problems import NOT_FOUND, Problem
from app.web.answering import encoded
from app.web.caching import FOR_EVER, NEWEST, NOT_KEPT, etag_of_text, is_known_to_client, not_modified
from app.web.links import address
from app.web.pages.addresses import Question, only_given
from app.web.pages.representation import TITLES
from app.web.pages.static_files import FOLDER, static_files

router = APIRouter(include_in_schema=False, prefix=f"/{FOLDER}")


@router.get("/ask/{resource}")
def ask(request: Request, resource: str) -> Response:
    """Lead from a form to the question that it asks: browsers send empty fields, and an empty value is an error."""
    if resource not in TITLES:
        raise Problem(NOT_FOUND, f"There is no form of {resource!r}.")
    query = request.scope["query_string"].decode("latin-1")
    question = Question(f"/{resource}", only_given(parse_qsl(query, keep_blank_values=True)))
    # Relative, so that it holds behind any prefix; an address of ours never begins with two slashes.
    return RedirectResponse(f"../..{address(question.path, question.parameters)}", 303, {"Cache-Control": NOT_KEPT})


@router.get("/{digest}/{name}")
def static_file(request: Request, digest: str, name: str) -> Response:
    """Serve a file of the pages. Under the name of another edition, as while servers are changed, it is not kept."""
    found = static_files().get(name)
    if found is None:
        raise Problem(NOT_FOUND, f"The pages have no file {name!r}.")
    headers = {
        "ETag": etag_of_text(found.body),
        "Cache-Control": FOR_EVER if digest == found.digest else NEWEST,
        "Vary": "Accept-Encoding",
    }
    if is_known_to_client(request, headers["ETag"]):
        return not_modified(headers)
    return encoded(request, found.body, found.media_type, headers)
