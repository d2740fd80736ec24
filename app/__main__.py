"""`python -m app`: serves with the settings `HOST`, `PORT`, `WORKERS` and `LOG_LEVEL`."""

import sys
from asyncio import Protocol
from functools import partial
from typing import cast

import uvicorn

from app.settings import WrongSettings, read_settings
from app.web.connections import ClientConnection


def main() -> int:
    """Serve until stopped."""
    try:
        settings = read_settings()
    except WrongSettings as refusal:
        print(refusal, file=sys.stderr)
        return 1
    connection = partial(
        ClientConnection, patience_s=settings.client_timeout_s, most_connections=settings.max_connections
    )
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level,
        server_header=False,
        http=cast(type[Protocol], connection),
        ws="none",
        timeout_keep_alive=settings.keep_alive_s,
        # Which proxies are believed is said by `TRUSTED_PROXIES` alone.
        proxy_headers=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
