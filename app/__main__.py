"""`python -m app`: serves with the settings `HOST`, `PORT`, `WORKERS` and `LOG_LEVEL`."""

import sys

import uvicorn

from app.settings import WrongSettings, read_settings


def main() -> int:
    """Serve until stopped."""
    try:
        settings = read_settings()
    except WrongSettings as refusal:
        print(refusal, file=sys.stderr)
        return 1
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level,
        server_header=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
