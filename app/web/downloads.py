"""What an answer is called where a client saves it."""

import re

from app.formats.registry import Format

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 100


def disposition_of(format_: Format, path: str, release: int) -> dict[str, str]:
    """The header that names the file: `/events` of release 3 is `events-release-3.csv`. JSON has none."""
    if not format_.suffix:
        return {}
    name = _NOT_IN_A_NAME.sub("-", path).strip("-.")[:_LONGEST_NAME]
    how = "attachment" if format_.is_download else "inline"
    return {"Content-Disposition": f'{how}; filename="{name}-release-{release}{format_.suffix}"'}
