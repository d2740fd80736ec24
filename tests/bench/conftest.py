"""What measuring needs: wrk, and Linux's /proc."""

import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def _wrk() -> None:
    """Skips with a reason where it is missing; CI installs it, or says in WITHOUT_WRK why it cannot."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are watched under Linux's /proc, which is not here")
    if shutil.which("wrk") is not None:
        return
    reason = "there is no wrk on this machine (Debian, Ubuntu: apt-get install wrk)"
    if os.environ.get("CI") == "true" and not os.environ.get("WITHOUT_WRK"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(os.environ.get("WITHOUT_WRK") or reason)
