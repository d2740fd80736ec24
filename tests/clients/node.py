"""Node.js of this environment, and what it runs from the lock in this folder."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent
# npm and Redocly would ask their makers for newer versions, and tell them that they were run.
_QUIET = {
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "NO_COLOR": "1",
}


def node_environment() -> Mapping[str, str]:
    """The environment with this environment's programs first."""
    return {**os.environ, **_QUIET, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}


def run(folder: Path, *command: str, seconds: int = 120) -> subprocess.CompletedProcess[str]:
    """A command in a folder, ended or not as its exit code says."""
    return subprocess.run(
        command, cwd=folder, env=node_environment(), capture_output=True, text=True, check=False, timeout=seconds
    )
