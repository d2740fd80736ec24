"""`python -m tests.fuzz TARGET [CORPUS] [libFuzzer's options, such as -max_total_time=3600]`: fuzz with atheris.

Each target begins from a few seeds; without options it runs until it is stopped or finds something.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app.params", "seed.importers", "app.web.clients"]):
    from tests.fuzz.targets import SEEDS, TARGETS


def main() -> None:
    """Fuzz one target; the process ends with libFuzzer's code, 0 where nothing was found."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m tests.fuzz {{{','.join(TARGETS)}}} [CORPUS] [OPTIONS]")
    name = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[name]):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *sys.argv[2:], folder], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
