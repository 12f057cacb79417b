"""
Check that the commit at hand is part of main, where every change was reviewed and tested.

python -m integration.release.steps.on_main
"""

from __future__ import annotations

import subprocess
import sys

from integration.release.steps.failure import ReleaseError, exit_code


def main() -> None:
    """Refuse a commit that is not an ancestor of origin/main."""
    answer = subprocess.run(
        ["git", "merge-base", "--is-ancestor", "HEAD", "origin/main"],
        check=False,
        capture_output=True,
        text=True,
    )
    if answer.returncode == 1:
        raise ReleaseError("The tagged commit is not on main. Merge it, then move the tag to main.")
    if answer.returncode:
        raise ReleaseError(f"git cannot compare HEAD with origin/main: {answer.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(exit_code(main))
