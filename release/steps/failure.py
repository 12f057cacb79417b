"""How a step ends when the release cannot go on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ReleaseError(Exception):
    """Raised when a release must stop here; the text says why and what to do."""


def exit_code(step: Callable[[], None]) -> int:
    """
    Run a step and return its exit code, 1 after printing why the release must stop.

    What the system refuses, such as a file that is missing, is a reason as well.

    GitHub shows a line that starts with `::error::` on the run's page; a terminal shows it as is.
    """
    try:
        step()
    except (ReleaseError, OSError) as error:
        sys.stderr.write(f"::error::{error}\n")
        return 1
    return 0
