"""What happens at the start and at the end of a timed invocation."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any, Mapping, Optional

from ._invocation import Invocation
from ._options import Options
from ._trigger import trigger_of

# Not the logger that hooks are handed: its lines are the worker's own, which `func start` hides
# without --verbose and which never reach the customer's Application Insights.
_logger = logging.getLogger("python_worker_extension_timer")

# The key in the invocation's own context object, so that the time dies with it: a worker may run
# no hook after a function that raised.
_STARTED = "_python_worker_extension_timer_started"
_FIRST = "_python_worker_extension_timer_first"

_first_in_process = iter((True,))


def start(context: Any) -> None:
    """
    Note the start of an invocation.
    """
    if _logger.isEnabledFor(logging.DEBUG):
        _logger.debug("Recording start time of %s", context.function_name)
    if next(_first_in_process, False):
        context.__dict__[_FIRST] = True
    context.__dict__[_STARTED] = perf_counter()


def is_started(context: Any) -> bool:
    """
    Tell whether the start of an invocation is noted, and not yet its end.
    """
    return _STARTED in context.__dict__


def stop(
    context: Any,
    options: Options,
    arguments: Optional[Mapping[str, object]],
    result: object = None,
    error: Optional[BaseException] = None,
) -> None:
    """
    Log and report an invocation, and mark its response; if its start was noted, and once.
    """
    stopped = perf_counter()
    started = context.__dict__.pop(_STARTED, None)
    if started is None:
        return
    elapsed = stopped - started
    _log(context.function_name, elapsed, options.warn_after, error)
    if options.report is not None:
        options.report(_invocation(context, elapsed, arguments or {}, error))
    for mark in options.marks:
        mark(result, elapsed, arguments or {})


def _log(name: str, elapsed: float, warn_after: float, error: Optional[BaseException]) -> None:
    level = logging.INFO if error is None and elapsed < warn_after else logging.WARNING
    if not _logger.isEnabledFor(level):
        return
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
        first=_FIRST in context.__dict__,
        trigger=trigger_of(arguments),
    )
