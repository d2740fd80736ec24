"""The templates, compiled once each, and what they may call. Everything that they print is escaped."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.schemas.claims import CasualtyClaimDocument
from app.schemas.events import EventDocument
from app.web.pages import words
from app.web.pages.addresses import Place, to_open
from app.web.pages.footnotes import Footnotes
from app.web.pages.prose import inline, prose
from app.web.pages.ranges import Scale
from app.web.pages.static_files import static_files

# No script, no frame, nothing from elsewhere. A form leads to the API itself.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
}


_METHODS = frozenset(dir(dict))
# What the pages show of these documents in places of their own; whatever else one has is shown as it is.
_EVENT_MEMBERS = frozenset(EventDocument.model_fields)
_CLAIM_MEMBERS = frozenset(CasualtyClaimDocument.model_fields)


class _Environment(Environment):
    """Finds members of documents at once, where otherwise each would first be looked for as an attribute."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj and attribute not in _METHODS:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def _environment() -> Environment:
    environment = _Environment(
        loader=PackageLoader("app.web.pages"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "plain": words.plain,
        "day": words.day,
        "number": words.number,
        "inline": inline,
        "prose": prose,
        "open_address": to_open,
    }
    environment.globals |= {
        "words": words,
        "notes_of": Footnotes,
        "scale_of": Scale.of,
        "files": static_files(),
        "EVENT_MEMBERS": _EVENT_MEMBERS,
        "CLAIM_MEMBERS": _CLAIM_MEMBERS,
        "OUTCOMES": ("killed", "injured", "detained", "abducted", "missing"),
    }
    return environment


@cache
def edition() -> str:
    """A name of the templates and files as they are, so that other ones make other answers."""
    digest = sha256()
    folder = files("app.web.pages") / "templates"
    for template in sorted(folder.iterdir(), key=lambda each: each.name):
        digest.update(template.read_bytes())
    for each in static_files().values():
        digest.update(each.body)
    return digest.hexdigest()[:16]


def render(template: str, path: str, **context: Any) -> bytes:
    """A page that stands at `path`, which may have been asked for in percent signs."""
    place = Place.of(path)
    return _environment().get_template(template).render(at=place.at, **context).encode()
