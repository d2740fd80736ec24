"""/compat/…: the addresses, parameters and envelopes of other projects' APIs, for clients that were made for those."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.formats.acled import write_acled_csv, write_acled_page
from app.formats.registry import CSV, JSON
from app.formats.ucdp import write_ged_page
from app.params.acled import EVERY_ROW, MOST_ROWS, AcledQuery, read_acled_query
from app.params.acled import FAMILY as ACLED
from app.params.acled_conditions import COMPARED, DEFAULT_OPERATOR, FIELDS
from app.params.ucdp import FAMILY as UCDP_GED
from app.params.ucdp import GedQuery, read_ged_query
from app.problems import INTERNAL_ERROR, INVALID_PARAMETERS, NO_RELEASE, NOT_FOUND, Fault, invalid_parameters
from app.queries.dataset_rows import read_rows
from app.queries.dataset_versions import find_family, find_version
from app.schemas.acled import AcledPage, acled_row
from app.schemas.service import ServiceDocument
from app.schemas.ucdp import GedPage
from app.web.answer_cache import let_be_remembered
from app.web.answering import answer_document, encoded
from app.web.asking import asked_by
from app.web.caching import cache_headers, etag_of, headers_by_root, is_known_to_client, not_modified
from app.web.documenting import parameters_of, problem_response_of, taking
from app.web.links import address, root_of
from app.web.reading import ReadingRoute
from app.web.turns import in_turn

router = APIRouter(tags=["compatible"], route_class=ReadingRoute)
Version = Annotated[str, Path(description="a version of UCDP GED that is loaded, such as 24.1")]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    each.status: problem_response_of(each) for each in (INVALID_PARAMETERS, INTERNAL_ERROR, NO_RELEASE)
}
_TOKEN = {
    "name": "x-ucdp-access-token",
    "in": "header",
    "required": False,
    "description": "UCDP's own API asks for it. Here it opens nothing: any text is let pass, and none is looked at",
    "schema": {"type": "string"},
}


@router.get(
    "/compat",
    operation_id="get_compatible_apis",
    responses={200: {"model": ServiceDocument}, 400: problem_response_of(INVALID_PARAMETERS)},
)
async def compatible_apis(request: Request) -> Response:
    """List the addresses that answer clients of other APIs."""
    document = ServiceDocument(
        title="Other APIs' words",
        description="Imported rows for clients of UCDP's and ACLED's APIs, in those APIs' parameters and envelopes.",
        links={"ucdp_gedevents": "/compat/ucdp/gedevents/{version}", "acled": "/compat/acled/read"},
    )
    return answer_document(request, document)


@router.get(
    "/compat/ucdp/gedevents/{version}",
    response_class=Response,
    operation_id="list_gedevents",
    responses={200: {"model": GedPage, "description": "The page"}, 404: problem_response_of(NOT_FOUND), **_PROBLEMS},
    openapi_extra=taking(lambda: [*parameters_of(GedQuery), _TOKEN]),
)
async def gedevents(
    request: Request, version: Version, asked: Annotated[GedQuery, Depends(asked_by(read_ged_query))]
) -> Response:
    """List the rows of a version of UCDP GED as UCDP's own API does, the earliest first.

    For clients of that API: give them `/compat/ucdp/` for `https://ucdpapi.pcr.uu.se/api/`. Unlike there, what cannot
    be honoured is an error.
    """
    return await in_turn(request, _gedevents, request, version, asked)


def _gedevents(request: Request, version: str, asked: GedQuery) -> Response:
    root, path, parameters = root_of(request), request.scope["path"], asked.asked_for
    with request.app.state.engine.connect() as connection:
        release = find_version(connection, UCDP_GED, version, asked.release)
        itself = root + address(path, parameters)
        headers = headers_by_root(request, release, "ucdp", itself, pinned=asked.release is not None)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        found = read_rows(connection, release, asked.rows(version), asked.page * asked.pagesize, asked.pagesize)
    pages = -(-found.total // asked.pagesize)

    def page_at(number: int) -> str:
        """The whole address of a page in the same release; empty where there is no such page."""
        moved = {**parameters, "page": number, "release": release.number}
        return root + address(path, moved) if 0 <= number < pages else ""

    body = write_ged_page(
        found.records, found.total, pages, page_at(min(asked.page, pages) - 1), page_at(asked.page + 1)
    )
    return encoded(request, body, JSON.media_type, headers)


def _parameters_of_acled() -> list[dict[str, Any]]:
    """Each field, each field's operator, and what shapes the answer."""
    parameters: list[dict[str, Any]] = []
    for field, kind in FIELDS.items():
        operators, own = COMPARED[kind], DEFAULT_OPERATOR[field]
        said = f"value of `{field}`, compared by {own}; `|` stands between several, `:OR:` before another field"
        parameters.append({"name": field, "description": said, "schema": {"type": "string"}})
        if len(operators) > 1:
            schema = {"type": "string", "enum": list(operators), "default": own}
            said = f"how `{field}` is compared"
            parameters.append({"name": f"{field}_where", "description": said, "schema": schema})
    parameters = [{"in": "query", "required": False, **each} for each in parameters]
    for each in parameters_of(AcledQuery):
        if each["name"] == "fields":
            each = {**each, "schema": {"type": "string"}}  # noqa: PLW2901
            del each["style"], each["explode"]
        parameters.append({**each, "name": "_format"} if each["name"] == "format" else each)
    return parameters


@router.get(
    "/compat/acled/read",
    response_class=Response,
    operation_id="list_acled_rows",
    responses={
        200: {"model": AcledPage, "description": "The page", "content": {"text/csv": {"schema": CSV.schema}}},
        404: problem_response_of(NOT_FOUND),
        **_PROBLEMS,
    },
    openapi_extra=taking(_parameters_of_acled),
)
async def acled_rows(request: Request, asked: Annotated[AcledQuery, Depends(asked_by(read_acled_query))]) -> Response:
    """List the rows of imported ACLED exports as ACLED's own API does, the latest first.

    For clients of that API: give them `/compat/` for `https://acleddata.com/api/`. Unlike there, what cannot be
    honoured is an error. ACLED's terms forbid to pass its rows on: serve this to those whom yours cover.
    """
    return await in_turn(request, _acled_rows, request, asked)


@router.get("/compat/acled/read.csv", include_in_schema=False)
async def acled_rows_as_csv(
    request: Request, asked: Annotated[AcledQuery, Depends(asked_by(read_acled_query))]
) -> Response:
    """The same as CSV, at the address that clients of ACLED's older API ask."""
    return await in_turn(request, _acled_rows, request, asked.model_copy(update={"format": "csv"}))


def _acled_rows(request: Request, asked: AcledQuery) -> Response:
    format_ = CSV if asked.format == "csv" else JSON
    with request.app.state.engine.connect() as connection:
        release = find_family(connection, ACLED, asked.release)
        let_be_remembered(request, release.state)
        etag = etag_of(release, f"acled {format_.name}", address(request.scope["path"], asked.question))
        headers = cache_headers(release, etag, pinned=asked.release is not None)
        if is_known_to_client(request, etag):
            return not_modified(headers)
        every = asked.limit == EVERY_ROW
        size = MOST_ROWS if every else asked.limit
        found = read_rows(connection, release, asked.rows(), (asked.page - 1) * size, size)
    if every and found.total > MOST_ROWS:
        detail = f"0 asks for all {found.total:,} rows, and the most is {MOST_ROWS:,}: `page` leads through them"
        raise invalid_parameters([Fault("limit", detail)])
    rows = [acled_row(record, asked.fields, inter_num=asked.inter_num) for record in found.records]
    body = write_acled_csv(rows, asked.fields) if format_ is CSV else write_acled_page(rows, found.total)
    return encoded(request, body, format_.media_type, headers)
