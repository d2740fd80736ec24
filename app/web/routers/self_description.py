"""/codebook and /methodology: what everything means, and how it came about."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import Response

from app.codebook import make_codebook
from app.methodology import make_methodology
from app.params.paging import Pinned
from app.schemas.answers import ItemAnswer
from app.schemas.codebook import CodebookDocument, FlatColumn
from app.schemas.columns.changes import CHANGES
from app.schemas.columns.claims import CASUALTY_CLAIMS
from app.schemas.columns.codebook import CODEBOOK
from app.schemas.columns.events import EVENTS
from app.schemas.columns.references import ACTORS, COUNTRIES, LOCATIONS, SOURCES
from app.schemas.columns.releases import RELEASES
from app.schemas.columns.stats import STATS
from app.schemas.columns.tables import Table
from app.schemas.methodology import MethodologyDocument
from app.web.answering import answer_item
from app.web.asking import asks
from app.web.documenting import documented
from app.web.reading import ReadingRoute

# The resources that come in columns, in the order in which the codebook tells of them.
TABLES = (EVENTS, CASUALTY_CLAIMS, LOCATIONS, ACTORS, SOURCES, COUNTRIES, STATS, RELEASES, CHANGES)

router = APIRouter(tags=["about"], route_class=ReadingRoute)


class CodebookItem(Pinned):
    """What /codebook takes."""

    table: ClassVar[Table] = CODEBOOK


@router.get("/codebook", **documented(CodebookItem, ItemAnswer[CodebookDocument], "codebook", item=True))
async def the_codebook(request: Request, asked: Annotated[CodebookItem, Depends(asks(CodebookItem))]) -> Response:
    """Get the meaning of every field, value, parameter and column, and where datasets' columns go.

    It is made of the definitions that validate. Its flat formats have a row for each of these.
    """
    return await _answer(request, asked, "/codebook", codebook_of)


@router.get("/methodology", **documented(Pinned, ItemAnswer[MethodologyDocument], "methodology", item=True))
async def the_methodology(request: Request, asked: Annotated[Pinned, Depends(asks(Pinned))]) -> Response:
    """Get what is recorded and left out, how claims become figures, known limits, and how to report an error."""
    return await _answer(request, asked, "/methodology", _methodology_of)


async def _answer(request: Request, asked: Pinned, path: str, text_of: Callable[[FastAPI], bytes]) -> Response:
    text = text_of(request.app)
    return await answer_item(request, asked, path, lambda *_: text, edition=sha256(text).hexdigest())


@lru_cache(maxsize=2)
def codebook_of(app: FastAPI) -> bytes:
    """The codebook of the whole API, made once."""
    columns = [
        FlatColumn(
            resource=table.name,
            name=column.name,
            type=column.kind.value,
            unit=column.unit,
            meaning=column.description,
        )
        for table in TABLES
        for column in table.columns
    ]
    return make_codebook(app.openapi(), columns).model_dump_json().encode()


@lru_cache(maxsize=2)
def _methodology_of(app: FastAPI) -> bytes:
    return make_methodology(app.version).model_dump_json().encode()
