"""/casualty-claims and /casualty-claims/{id}."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.params.claims import ClaimItem, ClaimQuery
from app.queries.claims import get_claim, list_claims
from app.schemas.answers import ItemAnswer, ListAnswer
from app.schemas.claims import CasualtyClaimDocument
from app.web.answering import answer_item, answer_list
from app.web.asking import asks
from app.web.documenting import ItemId, documented
from app.web.reading import ReadingRoute

router = APIRouter(tags=["casualty claims"], route_class=ReadingRoute)


@router.get("/casualty-claims", **documented(ClaimQuery, ListAnswer[CasualtyClaimDocument], "casualty_claims"))
async def list_of_casualty_claims(
    request: Request, asked: Annotated[ClaimQuery, Depends(asks(ClaimQuery))]
) -> Response:
    """List casualty claims, each as it was made.

    `outcome`, `claimant`, `source` and `killed_…` are about the claim itself, all other filters about its event.
    """
    return await answer_list(request, asked, list_claims)


@router.get(
    "/casualty-claims/{id}", **documented(ClaimItem, ItemAnswer[CasualtyClaimDocument], "casualty_claim", item=True)
)
async def one_casualty_claim(
    request: Request,
    id: ItemId,  # noqa: A002
    asked: Annotated[ClaimItem, Depends(asks(ClaimItem))],
) -> Response:
    """Get one casualty claim, with its event and its citations."""
    return await answer_item(request, asked, f"/casualty-claims/{id}", lambda db, release: get_claim(db, release, id))
