"""deploy/nginx.conf for a trial on this machine: other addresses, one worker, and its files in a folder of its own."""

import re
from pathlib import Path

from bench.machine import ROOT, BenchFailed

CONFIGURATION = ROOT / "deploy" / "nginx.conf"


def configuration(api_port: int, port: int, folder: Path) -> str:
    """The text for an nginx on `port` before an API on `api_port`, both on loopback.

    Raises BenchFailed where the project's own no longer says what is replaced here.
    """
    text = CONFIGURATION.read_text(encoding="utf-8")
    for old, new in (
        (r"server 127\.0\.0\.1:8000 ", f"server 127.0.0.1:{api_port} "),
        (r"listen 8080;", f"listen 127.0.0.1:{port};"),
        (r"worker_processes auto;", "worker_processes 1;"),
        (r"error_log stderr", f"error_log {folder}/error.log"),
        (r"/dev/stdout", f"{folder}/access.log"),
        (r"/tmp/nginx", f"{folder}/nginx"),  # noqa: S108  # the configuration's own, which is replaced
    ):
        text, times = re.subn(old, new, text)
        if not times:
            raise BenchFailed(f"{CONFIGURATION.name} does not say {old}.")
    return text
