"""Measure an invocation: note its start; at its end log it, report it and edit its response."""

from __future__ import annotations

import logging
from contextlib import suppress
from contextvars import ContextVar
from logging import DEBUG, INFO, WARNING
from time import perf_counter
from typing import Any, Iterable, List, Mapping, Optional, Sequence
from weakref import WeakKeyDictionary

from ._hooks import CLAIMED
from ._invocation import Invocation, ReporterGroup, find_trigger
from ._response import ResponseEditor
from ._wrapper import Call

Arguments = Mapping[str, object]
Error = Optional[BaseException]

_logger = logging.getLogger("python_worker_extension_timer")

# Attributes of the invocation's own context object, so that the time dies with it: a worker may
# call no hook after a function that raised.
_STARTED = "_python_worker_extension_timer_started"
_FIRST = "_python_worker_extension_timer_first"
_first_in_process = [True]

# What is measured around the running code. If it has ended it is ignored, so nothing has to clear
# this, in whatever thread or task it ends.
_running: ContextVar[Any] = ContextVar("_running", default=None)
# The same by argument, for threads of a plain pool: they lack the variables of their caller.
_running_by_argument: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
# Empty unless the app uses `timed`: an app without it does not pay for the two above.
timed_functions: List[str] = []


class Options:
    """Validated options, precomputed so that each invocation does as little as possible."""

    __slots__ = ("editors", "report", "warn_after")

    def __init__(
        self, editors: Sequence[ResponseEditor], warn_after: float, report: Optional[ReporterGroup]
    ) -> None:
        self.editors, self.warn_after, self.report = editors, warn_after, report


def start(context: Any, arguments: Optional[Arguments]) -> None:
    """Note the start of an invocation, unless a `TimedCall` is measured around it."""
    if timed_functions and arguments is not None and not _share(context, arguments):
        return
    if _logger.isEnabledFor(DEBUG):
        _logger.debug("Recording start time of %s", context.function_name)
    # Before the other one: attributes are faster where every context gets them in the same order.
    context._python_worker_extension_timer_started = perf_counter()
    if _first_in_process:
        # If two invocations both come first, one of them finds the list empty.
        with suppress(IndexError):
            setattr(context, _FIRST, _first_in_process.pop())


def stop(
    context: Any, options: Options, arguments: Optional[Arguments], result: object, error: Error
) -> None:
    """Log and report an invocation, and edit its response; only if it is measured, and once."""
    stopped = perf_counter()
    started = getattr(context, _STARTED, None)
    if started is None:
        return
    context._python_worker_extension_timer_started = None
    elapsed = stopped - started
    level = INFO if error is None and elapsed < options.warn_after else WARNING
    if _logger.isEnabledFor(level):
        name = context.function_name
        if error is None:
            _logger.log(level, "Time taken to execute %s is %.6f sec", name, elapsed)
        else:
            text = "Time taken to execute %s is %.6f sec (failed: %s)"
            _logger.log(level, text, name, elapsed, type(error).__name__)
    if options.report is not None:
        trigger, first = find_trigger(arguments or {}), hasattr(context, _FIRST)
        name, invocation_id = context.function_name, context.invocation_id
        options.report(Invocation(name, invocation_id, elapsed, error, first, trigger))
    for edit_response in options.editors:
        edit_response(result, elapsed, arguments or {})


class TimedCall(Call):
    """One call of a function with `timed`, maybe within an invocation that is measured, too."""

    function_name: str
    invocation_id: str

    def __init__(self, call: Call, within: Any, arguments: Arguments, options: Options) -> None:
        self.args, self.kwargs, self.result = call.args, call.kwargs, None
        self._within, self._arguments, self._options = within, arguments, options
        self._previous = _running.get()

    def __enter__(self) -> Call:
        _running.set(self)
        if self._within is None:
            start(self, None)
            return self
        # The time is for a failure only.
        if hasattr(self._within, _FIRST):
            setattr(self, _FIRST, True)
        setattr(self, _STARTED, perf_counter())
        return self

    def __exit__(self, kind: object, error: Error, traceback: object) -> None:
        _running.set(self._previous)
        is_missed = error is not None and _is_started(self._within)
        # A worker that calls the extension calls no hook after a failure; an enabled function does.
        if self._within is None or (is_missed and not hasattr(self._within, CLAIMED)):
            stop(self, self._options, self._arguments, self.result, error)
        else:
            setattr(self, _STARTED, None)


def find_running(context: Any, values: Iterable[Any]) -> Any:
    """Return what is measured around a call with this context and values, None if nothing is."""
    candidates = [_running.get(), context]
    for value in values if _running_by_argument else ():
        with suppress(TypeError):
            candidates.append(_running_by_argument.get(value))
    return next(filter(_is_started, candidates), None)


def _share(context: Any, arguments: Arguments) -> bool:
    running = _running.get()
    if isinstance(running, TimedCall) and _is_started(running):
        return False
    _running.set(context)
    for value in arguments.values():
        # Texts and numbers are not of one invocation only, and have no weak references.
        with suppress(TypeError):
            if value is not context:
                _running_by_argument[value] = context
    return True


def _is_started(context: Any) -> bool:
    return getattr(context, _STARTED, None) is not None
