"""The timer's logger, and the errors of the timer itself: logged once, never raised."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Callable

# Not the logger that hooks are passed: `func start` hides its lines without --verbose, and they
# never reach the customer's Application Insights.
logger = logging.getLogger("python_worker_extension_timer")

_first_fault = iter((True,))
_first_silence = iter((True,))


def warn_of_silence() -> None:
    """Warn once that the app has disabled the timer's logger, through a logger made after that."""
    if next(_first_silence, False):
        logger.getChild("disabled").warning(
            "The app has disabled the logger %s, so no time is logged. Set disable_existing_loggers"
            " to False where the app configures logging.",
            logger.name,
        )


def attempt(step: Callable[..., object], *arguments: object) -> None:
    """Run a step of the timer. If it raises, the others still run, and so does the function."""
    try:
        step(*arguments)
    except Exception:
        log_fault()


def log_fault() -> None:
    """Log the first error of the timer itself, with its traceback."""
    if next(_first_fault, False):
        log_exception(logger, "The timer has failed, not the function. It logs this only once.")


def log_exception(to: logging.Logger, text: object, *values: object) -> None:
    """Log the current exception, unless a filter or handler of the app raises another."""
    with suppress(Exception):
        to.exception(text, *values)
