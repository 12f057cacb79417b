"""Errors of a step, and the exit code that they become."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ReleaseError(Exception):
    """Raised when a step must fail; the text is the reason and the remedy."""


def exit_code(step: Callable[[], None]) -> int:
    """
    Run a step and return its exit code: 1 after a `ReleaseError` or an error of the system.

    GitHub shows a line that starts with `::error::` on the run's page; a terminal shows it as is.
    """
    try:
        step()
    except (ReleaseError, OSError) as error:
        sys.stderr.write(f"::error::{error}\n")
        return 1
    return 0
