"""What differs between two releases, as it is served."""

from typing import Any

from pydantic import Field

from app.schemas.base import Document
from app.vocabulary import ChangeKind, ChangeReason, ThingType


class FieldChange(Document):
    """One field's value in the older release and in the newer one; null where it had none."""

    old: Any
    new: Any


class ChangeDocument(Document):
    """What became of one thing between two releases, taken together."""

    release: int = Field(description="the release in which it last changed")
    type: ThingType
    id: str = Field(description="the thing's id under /events, /locations, /actors or /sources")
    title: str | None = Field(
        description="an event's or source's title, a location's or actor's name, as it is now or was last; null where"
        " it was suppressed"
    )
    change: ChangeKind
    reason: ChangeReason = Field(description="why, as far as the two releases show it")
    note: str | None = Field(description="what the release in which it last changed says of itself")
    fields: dict[str, FieldChange] | None = Field(
        description="of what was updated: each field that differs by its path, such as `casualties.killed.best`; a row"
        " of a list is named by its id in brackets. Null for all else"
    )
