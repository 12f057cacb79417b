"""What a machine lacks: skipped with the reason on a machine of ours, a failure in CI."""

from __future__ import annotations

import os
import sys

_NOT_IN_CI = ("", "0", "false")


def unavailable(what: str) -> int:
    """
    Say what cannot run here, and return the exit code for it.
    """
    if os.environ.get("CI", "").lower() not in _NOT_IN_CI:
        sys.stderr.write(f"error: CI must be able to run {what}\n")
        return 1
    sys.stderr.write(f"SKIPPED {what}\n")
    return 0
