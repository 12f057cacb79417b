"""Run other programs: git, gh, and the tools of a release."""

import subprocess
import sys
from typing import Any

from release.steps.step import ReleaseError


def run(task: str, *command: str, **options: Any) -> str:
    """
    Run a program and return its output, with both streams together.

    If it fails, print its output and name the task in the error.
    """
    options |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done: subprocess.CompletedProcess[str] = subprocess.run(command, check=False, **options)
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise ReleaseError(f"{task} failed; the output is above.")
    return done.stdout


def git(*arguments: str, **options: Any) -> str:
    """Return the output of a git command, without the space around it."""
    return _read("git", *arguments, **options)


def gh(*arguments: str) -> str:
    """Return the output of a gh command, without the space around it."""
    return _read("gh", *arguments)


def _read(*command: str, **options: Any) -> str:
    options |= {"capture_output": True, "text": True}
    done: subprocess.CompletedProcess[str] = subprocess.run(command, check=False, **options)
    if done.returncode:
        raise ReleaseError(f"{' '.join(command[:3])} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def note_uncommitted() -> None:
    """Print a note if the work tree has changes that HEAD lacks."""
    if changes := git("status", "--porcelain", "--untracked-files=no"):
        count = len(changes.splitlines())
        sys.stderr.write(f"note: building HEAD; {count} uncommitted change(s) are not included\n")
