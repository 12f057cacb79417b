"""
Requirements that this machine may lack.

If one is missing, the tests that need it skip with the reason. In CI they fail.
"""

from __future__ import annotations

import os
import sys


def is_ci() -> bool:
    """Return whether the variable CI is set to a value other than 0 or false."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def report_missing(what: str) -> int:
    """Print what cannot run on this machine, and return the exit code for it."""
    sys.stderr.write(f"error: CI must be able to run {what}\n" if is_ci() else f"SKIPPED {what}\n")
    return int(is_ci())
