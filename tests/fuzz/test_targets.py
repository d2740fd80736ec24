"""A short run of each fuzz target, by the same chance each time. Long runs: `python -m tests.fuzz TARGET`."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.test_live_server import ROOT
from tests.fuzz.targets import SEEDS, TARGETS

SECONDS, SEED = 4, 20240202


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_when_it_is_fuzzed_for_a_moment_then_nothing_is_found(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed: it has no wheel for this Python or system")
    options = [f"-max_total_time={SECONDS}", f"-seed={SEED}", "-max_len=2000", "-timeout=20"]
    # What it takes at most in one go. Its own measure of memory begins with that of the process that started it.
    options += ["-rss_limit_mb=0", "-malloc_limit_mb=1024"]
    options.append(f"-artifact_prefix={tmp_path}/")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", target, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Done" in done.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_of_a_target_when_tried_then_they_are_taken_or_refused(target: str) -> None:
    for seed in (*SEEDS[target], b"", b"\x00", b"\xff" * 100):
        TARGETS[target](seed)
