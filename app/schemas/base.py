"""What every document shares. Members have no defaults: each is always present, and unknown is null."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.vocabulary import Qualifier, Reporting


class Document(BaseModel):
    """A JSON object of the API; its fields' descriptions are the codebook's and the OpenAPI document's."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class CitedSource(Document):
    """The source of a citation, as far as a reader needs it beside the quote."""

    id: str = Field(description="id under /sources")
    title: str = Field(description="title as it was published")
    publisher: str | None = Field(description="who published it; null where not known")
    published_on: date | None = Field(description="date of publication, as the source gives it")
    url: str | None = Field(description="the original's own address; null where it is not known")


class CitationDocument(Document):
    """A place in one source, as a footnote of the document it stands in."""

    id: str = Field(description="name of the footnote inside this document, such as c1")
    source: CitedSource
    locator: str = Field(description="where in the source: heading and paragraph, or the row's id")
    quote: str | None = Field(description="a short exact excerpt; null where the source is a table without prose")
    supports: list[str] = Field(description="the fields that it backs; empty = the whole row")
    text_fragment_url: str | None = Field(
        description="opens the page that was read at the quote; null where no address is known"
    )


FootnoteIds = Annotated[
    list[str],
    Field(min_length=1, description="ids of this document's `citations` that support this row", examples=[["c1"]]),
]


class ActorName(Document):
    """An actor by id and name."""

    id: str = Field(description="id under /actors")
    name: str = Field(description="name of the actor")


class Claimant(Document):
    """Who says so."""

    id: str = Field(description="id under /actors")
    name: str = Field(description="name of the actor")
    is_party: bool | None = Field(
        description="whether the claimant is a party to the event; null where the claim is not about casualties"
    )


class CountryName(Document):
    """A country by its ISO 3166-1 codes and short English name."""

    iso2: str = Field(description="ISO 3166-1 alpha-2")
    iso3: str = Field(description="ISO 3166-1 alpha-3")
    name: str = Field(description="short English name")


class CountDocument(Document):
    """A number in the words it was reported in, and the inclusive bounds that follow from them."""

    wording: str = Field(description="what the source printed")
    value: int | None = Field(description="the number that was printed; null where words give none. Unknown is not 0")
    qualifier: Qualifier = Field(description="how the words bound the number")
    low: int | None = Field(description="the least that the words allow; null where they set no lower bound")
    high: int | None = Field(description="the most that the words allow; null where they set no upper bound")
    claimant: Claimant | None = Field(description="who says so; null where the source names nobody")
    reporting: Reporting = Field(description="whether the source asserts it, names who says so, or hedges")


RowCiteAs = Annotated[
    str,
    Field(
        description="how to cite this row: what was read for it, and its address in the release in which it began to"
        " read so; absent from documents that were published before this member came",
    ),
]


class SelfLink(Document):
    """The document's own address, relative to the API's root."""

    self: str = Field(description="path and nothing before it")
