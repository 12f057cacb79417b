"""What the steps ask git."""

from __future__ import annotations

import subprocess

from integration.release.steps.failure import ReleaseError


def git(*arguments: str) -> str:
    """Return what a git command prints, without the space around it."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            check=False,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise ReleaseError("A release needs git, and there is no git on PATH.") from None
    if done.returncode:
        raise ReleaseError(
            f"git {arguments[0]} failed: {done.stderr.strip()}. "
            f"Run this from the top folder of a clone."
        )
    return done.stdout.strip()
