"""What the steps ask git."""

from __future__ import annotations

import subprocess
import sys

from release.steps.failure import ReleaseError


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


def at_head(path: str) -> str:
    """Return the text of a file as the commit at HEAD has it."""
    return git("show", f"HEAD:{path}")


def note_uncommitted() -> None:
    """Say so if HEAD is not all there is."""
    if changes := git("status", "--porcelain", "--untracked-files=no"):
        count = len(changes.splitlines())
        sys.stderr.write(f"note: what counts is HEAD, without {count} uncommitted change(s)\n")
