"""The envelopes around documents: lists, items and problems."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from app.schemas.base import Document
from app.schemas.releases import Coverage

Row = TypeVar("Row")

ReleaseNumber = Annotated[int, Field(description="the release that the answer is from")]
AsOf = Annotated[datetime, Field(description="when that release was published, in UTC")]
CiteAs = Annotated[str, Field(description="how to cite this answer")]


class ListMeta(Document):
    """What a list rests on and how it was asked for."""

    release: ReleaseNumber
    as_of: AsOf
    returned: int = Field(description="rows on this page")
    total: int | None = Field(description="rows that match; null where `total=false` left the count out")
    filters_applied: dict[str, Any] = Field(description="the filters as they were understood")
    sort: str = Field(description="the order of the rows")
    cite_as: CiteAs
    coverage: Coverage
    warnings: list[str] = Field(description="what a reader could misread; empty where nothing")


class ListLinks(Document):
    """Addresses relative to the API's root."""

    self: str = Field(description="this question, in its one spelling")
    next: str | None = Field(description="the next page of the same release; null at the end")
    permalink: str = Field(description="the same question to this release, for ever")


class ListAnswer(Document, Generic[Row]):
    """One page of rows."""

    data: list[Row]
    meta: ListMeta
    links: ListLinks


class ItemMeta(Document):
    """What an item rests on."""

    release: ReleaseNumber
    as_of: AsOf
    cite_as: CiteAs


class ItemLinks(Document):
    """Addresses relative to the API's root."""

    self: str = Field(description="this question, in its one spelling")
    permalink: str = Field(description="the same thing in this release, for ever")


class ItemAnswer(Document, Generic[Row]):
    """One thing."""

    data: Row
    meta: ItemMeta
    links: ItemLinks


class ParameterFault(Document):
    """One fault of a request."""

    parameter: str
    detail: str
    did_you_mean: list[str]


class ProblemDocument(Document):
    """An error by RFC 9457; `errors` lists every fault of the request at once."""

    type: str = Field(description="address of the error's explanation; `about:blank` where its title says all")
    title: str
    status: int
    detail: str
    instance: str = Field(description="the path that was asked for")
    errors: list[ParameterFault]
