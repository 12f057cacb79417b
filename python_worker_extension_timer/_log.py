"""The timer's log lines: one for each invocation, and one for an error of the timer itself."""

from __future__ import annotations

import logging
from contextlib import suppress
from itertools import count
from typing import Any, Callable, Optional, Tuple

# Hooks get another logger, but `func start` hides its lines without --verbose, and they never reach
# the customer's Application Insights.
logger = logging.getLogger("python_worker_extension_timer")
# Look up the method once: Python 3.12 does not cache the lookup on an imported object.
is_enabled = logger.isEnabledFor

_faults = count()
_silences = count()

# The fields of an `Invocation`. An `Invocation` itself is made for reporters only.
Details = Tuple[str, str, float, Optional[BaseException], bool, str, Optional[float]]


def log_invocation(level: int, details: Details) -> None:
    """Log a finished invocation. The record has the details that are not None as fields, too."""
    name, invocation_id, elapsed, error, first, trigger, since_start = details
    values: Tuple[object, ...] = (name, elapsed)
    text = "Time taken to execute %s is %.6f sec"
    if error is not None:
        text, values = f"{text} (failed: %s)", (*values, type(error).__name__)
    try:
        # Not Logger.log(): it looks for the caller, and refuses fields that the record factory
        # sets.
        record: Any = logger.makeRecord(
            logger.name, level, __file__, 1, text, values, None, "log_invocation"
        )
        record.function_name = name
        record.invocation_id = invocation_id
        record.elapsed = elapsed
        record.first = first
        record.trigger = trigger
        if error is not None:
            record.error = type(error).__name__
        if since_start is not None:
            record.since_start = since_start
        logger.handle(record)
    except Exception:
        log_fault()


def warn_of_silence() -> None:
    """Warn once that the app has disabled the timer's logger. A new logger writes the warning."""
    if next(_silences) == 0:
        logger.getChild("disabled").warning(
            "The app has disabled the logger %s, so no time is logged. Set disable_existing_loggers"
            " to False where the app configures logging.",
            logger.name,
        )


def attempt(step: Callable[..., object], *arguments: object) -> None:
    """Run a step of the timer. If it raises, the other steps and the function still run."""
    try:
        step(*arguments)
    except Exception:
        log_fault()


def log_fault() -> None:
    """Log the timer's own first error, with its traceback."""
    if next(_faults) == 0:
        log_exception(logger, "The timer has failed, not the function. It logs this only once.")


def log_exception(to: logging.Logger, text: object, *values: object) -> None:
    """Log the current exception, unless a filter or handler of the app raises another."""
    with suppress(Exception):
        to.exception(text, *values)
