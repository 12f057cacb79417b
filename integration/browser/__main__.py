"""
What a person sees in a browser: `tox -e browser`.

    python -m integration.browser [OPTION OF PYTEST…]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from integration.browser.chromium import NoBrowserError, check_installed
from integration.hosts.unavailable import unavailable


def main() -> int:
    """Run the tests in the browser, if there is one."""
    try:
        check_installed()
    except NoBrowserError as error:
        return unavailable(f"the tests in a browser: {error}")
    # As `python -m pytest` it would test this checkout, not what is installed.
    pytest = str(Path(sys.executable).with_name("pytest"))
    return subprocess.run([pytest, "tests/browser", *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
