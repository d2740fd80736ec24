"""What the build of `dashboard/` has left in `static/`: read once, each file in every encoding it is there in.

`manifest.json` names the files, their media types and the hashes of the styles that the page's charts put in place
themselves; nothing else in the folder is served.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

STATIC = Path(__file__).parent / "static"
MANIFEST, SHELL = "manifest.json", "index.html"
# As `Content-Encoding` names them, and as the build ends the files' names. Preferred first.
ENCODINGS = {"br": ".br", "gzip": ".gz"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file, as it is (`identity`) and encoded."""

    media_type: str
    bodies: Mapping[str, bytes]
    etag: str


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """The page and all that it loads."""

    shell: StaticFile
    files: Mapping[str, StaticFile]
    security_policy: str


def read_built_page(folder: Path = STATIC) -> BuiltPage | None:
    """The page, or None where it has not been built. A half of a build is an error: OSError or KeyError."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return None
    content = orjson.loads(manifest.read_bytes())
    files = {name: _read(folder / name, media_type) for name, media_type in content["files"].items()}
    return BuiltPage(files.pop(SHELL), files, security_policy_of(content["style_hashes"]))


def security_policy_of(style_hashes: list[str]) -> str:
    """Scripts, styles and data of this server alone, nothing inline but the styles of these hashes."""
    styles = " ".join(["'self'", *(f"'{each}'" for each in style_hashes)])
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; connect-src 'self';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


def _read(path: Path, media_type: str) -> StaticFile:
    body = path.read_bytes()
    encoded = {name: path.with_name(path.name + ending) for name, ending in ENCODINGS.items()}
    bodies = {name: file.read_bytes() for name, file in encoded.items() if file.is_file()}
    return StaticFile(media_type, {"identity": body, **bodies}, hashlib.sha256(body).hexdigest()[:32])
