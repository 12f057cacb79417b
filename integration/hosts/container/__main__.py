"""
The tests of the driver, and the suite in a container of each Python: `tox -e container`.

    python -m integration.hosts.container [driver] [PYTHON…] [--stand-in] [-- OPTION OF PYTEST…]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import List

from integration.hosts.container.engine import Engine, EngineDownError, NoEngineError
from integration.hosts.unavailable import unavailable
from integration.matrix import PYTHONS

_DRIVER = "driver"


def main() -> int:
    """Run what is asked for, or all; return 1 if any of it failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "which", nargs="*", metavar="driver|PYTHON", help="driver, 3.7, 3.8, …; all by default"
    )
    parser.add_argument(
        "--stand-in",
        action="store_true",
        help="on stand-ins of the official images: the embedded host behind their contract",
    )
    ours, theirs = _split(sys.argv[1:])
    options = parser.parse_args(ours)
    unknown = sorted(set(options.which) - {_DRIVER, *PYTHONS})
    if unknown:
        parser.error(f"{', '.join(unknown)}: there is {_DRIVER}, {', '.join(PYTHONS)}.")
    try:
        Engine()
    except (NoEngineError, EngineDownError) as error:
        return unavailable(f"the suite in containers: {error}")
    pytest = [sys.executable, "-m", "pytest", *theirs]
    suite = [*pytest, "integration", "--functions-host=container"]
    suite += ["--stand-in"] * options.stand_in
    commands = {python: [*suite, f"--host-python={python}"] for python in PYTHONS}
    commands[_DRIVER] = [*pytest, "--confcutdir=tests/container", "tests/container"]
    failed = [
        which
        for which in options.which or [_DRIVER, *PYTHONS]
        if subprocess.run(commands[which]).returncode
    ]
    if failed:
        sys.stderr.write(f"error: tests in containers failed: {', '.join(failed)}\n")
    return bool(failed)


def _split(arguments: List[str]) -> List[List[str]]:
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return [arguments[:at], arguments[at + 1 :]]


if __name__ == "__main__":
    sys.exit(main())
