"""Measure an invocation: note its start; at its end log it, report it and edit its response."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from logging import DEBUG, INFO, WARNING
from time import perf_counter
from typing import Any, List, Mapping, Optional
from weakref import WeakKeyDictionary

from ._invocation import Invocation, Reporter, find_trigger
from ._log import attempt, is_enabled, log_fault, log_invocation, logger, warn_of_silence
from ._process import find_age
from ._response import ResponseEditor
from ._wrapper import Call

Arguments = Mapping[Any, object]
Error = Optional[BaseException]

# Attributes of the invocation's own context object, so that the time dies with it: a worker may
# call no hook after a function that raised.
STARTED = "_python_worker_extension_timer_started"
SINCE_START = "_python_worker_extension_timer_since_start"
_first_in_process = [True]

# What is measured around the running code: a context, or a call of a `timed` function. If it has
# ended it is ignored, so nothing has to clear this, in whatever thread or task it ends.
running: ContextVar[Any] = ContextVar("running", default=None)
# The same by argument, for threads of a plain pool: they lack the variables of their caller.
running_by_argument: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
# Empty unless the app uses `timed`: an app without it does not pay for the two above.
timed_functions: List[str] = []

# Takes the place of a call while an invocation is reported: a reporter or a logging handler may
# call a `timed` function, which would report again.
_REPORT = Call((), {})
setattr(_REPORT, STARTED, 0.0)


class Options:
    """Validated options. Its attributes are read faster than those of a named tuple."""

    def __init__(
        self, editors: List[ResponseEditor], warn_after: float, report: Optional[Reporter]
    ) -> None:
        self.editors, self.warn_after, self.report = editors, warn_after, report


def start(context: Any, arguments: Optional[Arguments]) -> None:
    """Note the start of an invocation, unless a call of a `timed` function runs around it."""
    try:
        if timed_functions and arguments is not None and not _share(context, arguments):
            return
        if is_enabled(DEBUG):
            attempt(logger.debug, "Recording start time of %s", context.function_name)
        # Before the other: attributes are faster where every context gets them in the same order.
        context._python_worker_extension_timer_started = perf_counter()
        if _first_in_process:
            # If two invocations both come first, one of them finds the list empty.
            with suppress(IndexError):
                _first_in_process.pop()
                setattr(context, SINCE_START, find_age())
    # A context may take no attributes, for one.
    except Exception:
        log_fault()


def stop(
    context: Any, options: Options, arguments: Optional[Arguments], result: object, error: Error
) -> None:
    """Log and report an invocation, and edit its response; only if it is measured, and once."""
    stopped = perf_counter()
    try:
        try:
            started = context._python_worker_extension_timer_started
        except AttributeError:
            return
        if started is None:
            return
        context._python_worker_extension_timer_started = None
        elapsed = stopped - started
        level = INFO if error is None and elapsed < options.warn_after else WARNING
        is_logged = is_enabled(level)
        if is_logged or options.report:
            _publish(context, level if is_logged else 0, options.report, elapsed, arguments, error)
        if logger.disabled:
            attempt(warn_of_silence)
        for edit_response in options.editors:
            since_start = getattr(context, SINCE_START, None)
            # Without attempt(), which costs another call.
            try:
                edit_response(result, elapsed, arguments or {}, since_start)
            except Exception:
                log_fault()
    except Exception:
        log_fault()


def _publish(
    context: Any,
    level: int,
    report: Optional[Reporter],
    elapsed: float,
    arguments: Optional[Arguments],
    error: Error,
) -> None:
    name, invocation_id = context.function_name, context.invocation_id
    since_start = getattr(context, SINCE_START, None)
    first, trigger = since_start is not None, find_trigger(arguments or {})
    details = (name, invocation_id, elapsed, error, first, trigger, since_start)
    token = running.set(_REPORT) if timed_functions else None
    try:
        if level:
            log_invocation(level, details)
        if report:
            report(Invocation(*details))
    finally:
        if token:
            running.reset(token)


def _share(context: Any, arguments: Arguments) -> bool:
    if isinstance(running.get(), Call) and is_started(running.get()):
        return False
    running.set(context)
    for value in arguments.values():
        # Texts and numbers are not of one invocation only, and have no weak references. A hash may
        # raise anything.
        with suppress(Exception):
            if value is not context:
                running_by_argument[value] = context
    return True


def is_started(context: Any) -> bool:
    return getattr(context, STARTED, None) is not None
