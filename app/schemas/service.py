"""What the API says about itself."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Document


class ServiceDocument(Document):
    """The entry for programs."""

    title: str = Field(description="name of this API")
    description: str = Field(description="what it is")
    links: dict[str, str] = Field(description="the resources, by name")


class Explanation(Document):
    """A type of error."""

    slug: str = Field(description="the end of the `type` of the error")
    title: str = Field(description="the error in a few words")
    status: int = Field(description="status of HTTP")
    meaning: str = Field(description="what it means")
    what_to_do: str = Field(description="what to do")


class Health(Document):
    """Whether the process runs, or is ready."""

    status: Literal["ok", "ready"] = Field(description="`ok`: the process runs; `ready`: questions can be answered")
