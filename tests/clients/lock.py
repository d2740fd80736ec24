"""Writes the lock of what Node.js needs for these tests: `python -m tests.clients.lock`.

It holds names, versions and hashes, and no address: whoever installs from it has a registry of their own choice.
"""

import json
import subprocess

from tests.clients.node import FOLDER, node_environment

LOCK = FOLDER / "package-lock.json"


def main() -> None:
    """Resolve package.json anew, and leave out whom to give money to, which npm adds with addresses."""
    LOCK.unlink(missing_ok=True)
    asked = ["npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved"]
    subprocess.run(asked, cwd=FOLDER, env=node_environment(), check=True)
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
