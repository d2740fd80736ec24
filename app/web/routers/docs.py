"""/openapi.json and /docs. Nothing is fetched from elsewhere, and no address is made from a `Host` header."""

from importlib.resources import files

import orjson
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware

from app.web.answering import answer_bytes

router = APIRouter(include_in_schema=False)

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Conflict Events API: every route</title>
<link rel="stylesheet" href="swagger/swagger-ui.css">
<link rel="icon" href="swagger/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger/swagger-ui-bundle.js"></script>
<script src="docs/begin.js"></script>
</body>
</html>
"""
SCRIPT = """\
SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
"""
# Scripts from here alone, and none within the page; its program sets styles, and draws its signs from data.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/openapi.json")
def openapi_document(request: Request) -> Response:
    """The OpenAPI document."""
    return answer_bytes(request, orjson.dumps(request.app.openapi()), "application/json")


@router.get("/docs")
def documentation(request: Request) -> Response:
    """Every route to read and to try, in a browser. Its addresses are relative to this one."""
    answer = answer_bytes(request, PAGE.encode(), "text/html")
    answer.headers["Content-Security-Policy"] = PAGE_POLICY
    return answer


@router.get("/docs/begin.js")
def script_of_documentation(request: Request) -> Response:
    """What starts the page: a file, as the page may run nothing that stands in it."""
    return answer_bytes(request, SCRIPT.encode(), "text/javascript")


def add_docs(app: FastAPI) -> None:
    """The routes, and the files of the page as their package brings them."""
    app.include_router(router)
    app.mount("/swagger", CompressMiddleware(StaticFiles(directory=str(files("fastapi_swagger") / "resources"))))
