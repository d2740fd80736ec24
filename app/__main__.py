"""`python -m app`: serves with the settings of the environment."""

import sys

from app import VERSION
from app.db import UnsafeDatabase
from app.serving import serve
from app.settings import WrongSettings, read_settings


def main() -> int:
    """Serve until stopped."""
    try:
        return serve(read_settings(), VERSION)
    except (WrongSettings, UnsafeDatabase) as refusal:
        print(refusal, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
