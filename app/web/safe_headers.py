"""What every answer tells browsers not to do with it, unless it has said so itself."""

Headers = list[tuple[bytes, bytes]]

# Data is no page: nothing in it is to be run or framed, and every page may read it.
SAFE_HEADERS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_POLICY = b"content-security-policy"


def strict_transport(seconds: int) -> Headers:
    """What tells browsers to come by TLS alone; nothing for 0 seconds."""
    return [(b"strict-transport-security", b"max-age=%d" % seconds)] if seconds else []


def add_safe_headers(headers: Headers, safe: Headers) -> None:
    """Add them to an answer's headers. A page, which brings a policy of its own, keeps all that it has set."""
    for name, _ in headers:
        if name == _POLICY:
            set_already = {name for name, _ in headers}
            headers += [header for header in safe if header[0] not in set_already]
            return
    headers += safe
