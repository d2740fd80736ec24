"""The measurement of a cache at toy size: it ends well, and what it counts adds up."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.machine import ROOT, clean_environment
from tests.faults import nginx

QUESTIONS, REQUESTS = 10, 200


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched under Linux's /proc")
def test_a_cache_when_measured_then_each_question_is_asked_once_for_each_encoding_at_most(tmp_path: Path) -> None:
    nginx.program()
    report = tmp_path / "report.json"
    given = ["--events", "1000", "--questions", str(QUESTIONS), "--requests", str(REQUESTS), "--slopes", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.cached", "--work-folder", str(tmp_path), "--json", str(report), *given],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ((alone, through),) = [table["rows"] for table in json.loads(report.read_text())]
    assert (alone["requests"], alone["asked of the API"]) == (str(REQUESTS), str(REQUESTS))
    assert 0 < int(through["asked of the API"]) <= QUESTIONS * 2  # zstd and gzip
    assert float(through["hit rate"]) == pytest.approx(1 - int(through["asked of the API"]) / REQUESTS, abs=0.001)
    assert float(through["MB sent"]) == float(alone["MB sent"])
