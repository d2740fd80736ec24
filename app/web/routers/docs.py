"""/openapi.json and /docs. Nothing is fetched from elsewhere, and no address is made from a `Host` header."""

from importlib.resources import files

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware

from app.web.answering import answer_bytes

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def openapi_document(request: Request) -> Response:
    """The OpenAPI document."""
    return answer_bytes(request, orjson.dumps(request.app.openapi()), "application/json")


@router.get("/docs")
def documentation(request: Request) -> Response:
    """Every route to read and to try, in a browser. Its addresses are relative to this one."""
    page = get_swagger_ui_html(
        title=f"{request.app.title}: every route",
        openapi_url="openapi.json",
        swagger_js_url="swagger/swagger-ui-bundle.js",
        swagger_css_url="swagger/swagger-ui.css",
        swagger_favicon_url="swagger/favicon-32x32.png",
        swagger_ui_parameters={"tryItOutEnabled": True},
    )
    return answer_bytes(request, bytes(page.body), "text/html")


def add_docs(app: FastAPI) -> None:
    """The routes, and the files of the page as their package brings them."""
    app.include_router(router)
    app.mount("/swagger", CompressMiddleware(StaticFiles(directory=str(files("fastapi_swagger") / "resources"))))
