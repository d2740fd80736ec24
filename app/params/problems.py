"""What a client may ask of the explanation of an error."""

from typing import Annotated

from pydantic import Field

from app.params.asking import Asked, one_of


class ExplanationQuery(Asked):
    """What /problems/{slug} takes."""

    format: Annotated[str, one_of(("json", "html"))] | None = Field(
        default=None, description="the answer's format; it goes before the `Accept` header"
    )
