"""What a browser reads where the page has not been built."""

import hashlib

from app.web.demo.built import StaticFile

_LINKS = ("/events", "/countries", "/actors", "/sources", "/stats?group_by=country", "/releases", "/codebook", "/docs")
_LIST = "\n".join(f'<li><a href="{link.lstrip("/")}">{link}</a></li>' for link in _LINKS)
_BODY = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Conflict Events API</title>
<h1>Conflict Events API</h1>
<p>The API answers. Its page for browsers has not been built on this machine: <code>make page</code> builds it, and the
next start of the server serves it.</p>
<p>What there is to ask:</p>
<ul>
{_LIST}
</ul>
</html>
""".encode()

PAGE_NOT_BUILT = StaticFile("text/html", {"identity": _BODY}, hashlib.sha256(_BODY).hexdigest()[:32])
