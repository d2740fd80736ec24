"""`python deploy/healthcheck.py /readyz`: exits 0 where this container's own API answers the path with 200.

Python's standard library alone: the image has no curl, and a proxy in the environment must not be asked.
"""

import http.client
import os
import sys

TIMEOUT_S = 3


def main() -> int:
    """Ask once; 0 where the answer is 200."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=TIMEOUT_S)
    try:
        connection.request("GET", sys.argv[1])
        answer = connection.getresponse()
    except OSError as fault:
        print(f"no answer: {fault}")
        return 1
    print(answer.status, answer.read(200).decode(errors="replace"))
    return 0 if answer.status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
