"""What the API says about itself."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Document


class ServiceDocument(Document):
    """The entry for programs."""

    title: str
    description: str
    links: dict[str, str] = Field(description="the resources, by name")


class Explanation(Document):
    """A type of error."""

    slug: str
    title: str
    status: int
    meaning: str
    what_to_do: str


class Health(Document):
    """Whether the process runs, or is ready."""

    status: Literal["ok", "ready"]
