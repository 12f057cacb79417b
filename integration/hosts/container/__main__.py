"""
`tox -e container`: test the container driver, and run the suite in a container of each Python.

    python -m integration.hosts.container [driver] [PYTHON…] [--stand-in] [-- OPTION OF PYTEST…]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import List

from integration.catalog import ROOT
from integration.hosts.availability import report_missing
from integration.hosts.container.engine import Engine, NoEngineError
from integration.matrix import PYTHONS, WITH_IMAGE

# Only the project that the driver comes from has its tests.
_DRIVER = ["driver"] * (ROOT / "tests" / "container").is_dir()


def main() -> int:
    """Run the chosen tests, or all; return 1 if any of them failed."""
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options, theirs = _parse(sys.argv[1:end]), sys.argv[end + 1 :]
    try:
        Engine()
    except NoEngineError as error:
        return report_missing(f"the suite in containers: {error}")
    # A host that hangs or never answers costs many seconds for each test.
    pytest = [sys.executable, "-m", "pytest", "--maxfail=10", *theirs]
    suite = [*pytest, "integration", "--functions-host=container"]
    suite += ["--stand-in"] * options.stand_in
    commands = {python: [*suite, f"--host-python={python}"] for python in PYTHONS}
    commands["driver"] = [*pytest, "--confcutdir=tests/container", "tests/container"]
    failed = [which for which in options.which if subprocess.run(commands[which]).returncode]
    if failed:
        sys.stderr.write(f"error: tests in containers failed: {', '.join(failed)}\n")
    return bool(failed)


def _parse(arguments: List[str]) -> argparse.Namespace:
    known, default = [*_DRIVER, *PYTHONS], [*_DRIVER, *WITH_IMAGE]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    which = f"{', '.join(known)}; default: the driver, and each Python with an official image"
    parser.add_argument("which", nargs="*", default=default, help=which)
    stand_in = "use stand-ins for the official images: the embedded host in a container"
    parser.add_argument("--stand-in", action="store_true", help=stand_in)
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.which) - set(known))
    if unknown:
        parser.error(f"{', '.join(unknown)}: choose from {', '.join(known)}.")
    return options


if __name__ == "__main__":
    sys.exit(main())
