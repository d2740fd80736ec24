"""The envelopes around documents: lists, items and problems.

What stands around the rows is made for every answer, so these are plain dataclasses, which cost next to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import BaseModel, Field

from app.schemas.base import Document
from app.schemas.releases import Coverage

Row = TypeVar("Row")

ReleaseNumber = Annotated[int, Field(description="the release that the answer is from")]
AsOf = Annotated[datetime, Field(description="when that release was published, in UTC")]
CiteAs = Annotated[str, Field(description="how to cite this answer")]


@dataclass(frozen=True, slots=True)
class ListMeta:
    """What a list rests on and how it was asked for."""

    release: ReleaseNumber
    as_of: AsOf
    returned: Annotated[int, Field(description="rows on this page")]
    total: Annotated[int | None, Field(description="rows that match; null where `total=false` left the count out")]
    filters_applied: Annotated[dict[str, Any], Field(description="the filters as they were understood")]
    sort: Annotated[str, Field(description="the order of the rows")]
    cite_as: CiteAs
    coverage: Coverage
    warnings: Annotated[Sequence[str], Field(description="what a reader could misread; empty where nothing")]


@dataclass(frozen=True, slots=True)
class ListLinks:
    """Addresses relative to the API's root."""

    self: Annotated[str, Field(description="this question, in its one spelling")]
    next: Annotated[str | None, Field(description="the next page of the same release; null at the end")]
    permalink: Annotated[str, Field(description="the same question to this release, for ever")]


class ListAnswer(Document, Generic[Row]):
    """One page of rows."""

    data: list[Row]
    meta: ListMeta
    links: ListLinks


@dataclass(frozen=True, slots=True)
class ItemMeta:
    """What an item rests on."""

    release: ReleaseNumber
    as_of: AsOf
    cite_as: CiteAs


@dataclass(frozen=True, slots=True)
class ItemLinks:
    """Addresses relative to the API's root."""

    self: Annotated[str, Field(description="this question, in its one spelling")]
    permalink: Annotated[str, Field(description="the same thing in this release, for ever")]


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


def envelope_text(part: object) -> bytes:
    """What stands around the rows, as JSON text."""
    return orjson.dumps(part, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is no part of an envelope")
