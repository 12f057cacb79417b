"""What happens at the start and at the end of a timed invocation."""

from __future__ import annotations

import logging
from contextlib import suppress
from logging import DEBUG, INFO, WARNING
from time import perf_counter
from typing import Any, Mapping, Optional

from ._invocation import Invocation
from ._options import Options
from ._trigger import trigger_of

# Not the logger that hooks are handed: its lines are the worker's own, which `func start` hides
# without --verbose and which never reach the customer's Application Insights.
_logger = logging.getLogger("python_worker_extension_timer")

# Attributes of the invocation's own context object, so that the time dies with it: a worker may run
# no hook after a function that raised.
_STARTED = "_python_worker_extension_timer_started"
_FIRST = "_python_worker_extension_timer_first"

_first_in_process = [True]


def start(context: Any) -> None:
    """
    Note the start of an invocation.
    """
    if _logger.isEnabledFor(DEBUG):
        _logger.debug("Recording start time of %s", context.function_name)
    # Before the other one: attributes are faster where every context gets them in the same order.
    context._python_worker_extension_timer_started = perf_counter()
    if _first_in_process:
        _note_first(context)


def _note_first(context: Any) -> None:
    # Of two invocations that both come first, one finds the list empty.
    with suppress(IndexError):
        setattr(context, _FIRST, _first_in_process.pop())


def is_started(context: Any) -> bool:
    """
    Tell whether the start of an invocation is noted, and not yet its end.
    """
    return getattr(context, _STARTED, None) is not None


def stop(
    context: Any,
    options: Options,
    arguments: Optional[Mapping[str, object]],
    result: object,
    error: Optional[BaseException],
) -> None:
    """
    Log and report an invocation, and mark its response; if its start was noted, and once.
    """
    stopped = perf_counter()
    started = getattr(context, _STARTED, None)
    if started is None:
        return
    context._python_worker_extension_timer_started = None
    elapsed = stopped - started
    level = INFO if error is None and elapsed < options.warn_after else WARNING
    if _logger.isEnabledFor(level):
        _log(level, context.function_name, elapsed, error)
    if options.report is not None:
        options.report(_invocation(context, elapsed, arguments or {}, error))
    for mark in options.marks:
        mark(result, elapsed, arguments or {})


def _log(level: int, name: str, elapsed: float, error: Optional[BaseException]) -> None:
    if error is None:
        _logger.log(level, "Time taken to execute %s is %.6f sec", name, elapsed)
    else:
        kind = type(error).__name__
        _logger.log(level, "Time taken to execute %s is %.6f sec (failed: %s)", name, elapsed, kind)


def _invocation(
    context: Any, elapsed: float, arguments: Mapping[str, object], error: Optional[BaseException]
) -> Invocation:
    return Invocation(
        function_name=context.function_name,
        invocation_id=context.invocation_id,
        elapsed=elapsed,
        error=error,
        first=hasattr(context, _FIRST),
        trigger=trigger_of(arguments),
    )
