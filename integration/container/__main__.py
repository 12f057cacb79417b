"""
The suite in a container of each Python: `tox -e container`, `tox -e container -- 3.12`.

    python -m integration.container [PYTHON…] [--stand-in] [-- OPTION OF PYTEST…]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import List

from integration.container.engine import Engine, EngineDownError, NoEngineError
from integration.matrix import PYTHONS
from integration.unavailable import unavailable


def main() -> int:
    """Run the suite; return 1 if it failed on any Python."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pythons", nargs="*", help="all by default", metavar="PYTHON")
    parser.add_argument(
        "--stand-in",
        action="store_true",
        help="on stand-ins of the official images: the embedded host behind their contract",
    )
    ours, theirs = _split(sys.argv[1:])
    options = parser.parse_args(ours)
    unknown = sorted(set(options.pythons) - set(PYTHONS))
    if unknown:
        parser.error(f"{', '.join(unknown)} is not in integration/matrix.json: {PYTHONS}")
    try:
        Engine()
    except (NoEngineError, EngineDownError) as error:
        return unavailable(f"the suite in containers: {error}")
    suite = [sys.executable, "-m", "pytest", "integration", "--functions-host=container"]
    suite += ["--stand-in"] * options.stand_in
    failed = [
        python
        for python in options.pythons or PYTHONS
        if subprocess.run([*suite, f"--host-python={python}", *theirs]).returncode
    ]
    if failed:
        sys.stderr.write(f"error: the suite failed in the container of: {', '.join(failed)}\n")
    return bool(failed)


def _split(arguments: List[str]) -> List[List[str]]:
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return [arguments[:at], arguments[at + 1 :]]


if __name__ == "__main__":
    sys.exit(main())
