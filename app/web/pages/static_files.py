"""The pages' own files, under names that change with what they hold."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

# Where they stand below the API's root.
FOLDER = "pages"
# One file is one request: the colours that are shared with the dashboard stand before the pages' own rules.
_MADE_OF = {
    "pages.css": (("tokens.css", "pages.css"), "text/css; charset=utf-8"),
    "icon.svg": (("icon.svg",), "image/svg+xml"),
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served."""

    name: str
    media_type: str
    body: bytes
    digest: str

    @property
    def link(self) -> str:
        """Its address below the API's root."""
        return f"/{FOLDER}/{self.digest}/{self.name}"


@cache
def static_files() -> dict[str, StaticFile]:
    """All of them, by name."""
    folder = files("app.web.pages") / "static"
    made = {}
    for name, (parts, media_type) in _MADE_OF.items():
        body = b"\n".join((folder / part).read_bytes() for part in parts)
        made[name] = StaticFile(name, media_type, body, sha256(body).hexdigest()[:16])
    return made
