"""Measure an invocation: note its start; at its end log it, report it and edit its response."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from logging import DEBUG, INFO, WARNING
from time import perf_counter
from typing import Any, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple
from weakref import WeakKeyDictionary

from ._hooks import CLAIMED
from ._invocation import Invocation, ReporterGroup, find_trigger
from ._log import attempt, log_fault, logger, warn_of_silence
from ._process import find_age
from ._response import ResponseEditor
from ._wrapper import Call

Arguments = Mapping[str, object]
Error = Optional[BaseException]

# Attributes of the invocation's own context object, so that the time dies with it: a worker may
# call no hook after a function that raised.
_STARTED = "_python_worker_extension_timer_started"
_SINCE_START = "_python_worker_extension_timer_since_start"
_first_in_process = [True]

# What is measured around the running code. If it has ended it is ignored, so nothing has to clear
# this, in whatever thread or task it ends.
_running: ContextVar[Any] = ContextVar("_running", default=None)
is_reporting: ContextVar[bool] = ContextVar("is_reporting", default=False)
# The same by argument, for threads of a plain pool: they lack the variables of their caller.
_running_by_argument: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
# Empty unless the app uses `timed`: an app without it does not pay for the two above.
timed_functions: List[str] = []


class Options(NamedTuple):
    """Validated options, precomputed so that each invocation does as little as possible."""

    editors: Sequence[ResponseEditor]
    warn_after: float
    report: Optional[ReporterGroup]


def start(context: Any, arguments: Optional[Arguments]) -> None:
    """Note the start of an invocation, unless a `TimedCall` is measured around it."""
    try:
        if timed_functions and arguments is not None and not _share(context, arguments):
            return
        if logger.disabled:
            attempt(warn_of_silence)
        elif logger.isEnabledFor(DEBUG):
            attempt(logger.debug, "Recording start time of %s", context.function_name)
        # Before the other: attributes are faster where every context gets them in the same order.
        context._python_worker_extension_timer_started = perf_counter()
        if _first_in_process:
            # If two invocations both come first, one of them finds the list empty.
            with suppress(IndexError):
                _first_in_process.pop()
                setattr(context, _SINCE_START, find_age())
    # A context may take no attributes, for one.
    except Exception:
        log_fault()


def stop(
    context: Any, options: Options, arguments: Optional[Arguments], result: object, error: Error
) -> None:
    """Log and report an invocation, and edit its response; only if it is measured, and once."""
    stopped = perf_counter()
    try:
        started = getattr(context, _STARTED, None)
        if started is None:
            return
        context._python_worker_extension_timer_started = None
        elapsed = stopped - started
        level = INFO if error is None and elapsed < options.warn_after else WARNING
        is_logged = logger.isEnabledFor(level) and not logger.disabled
        since_start = getattr(context, _SINCE_START, None)
        if is_logged or options.report is not None:
            first, trigger = since_start is not None, find_trigger(arguments or {})
            names = context.function_name, context.invocation_id
            invocation = Invocation(*names, elapsed, error, first, trigger, since_start)
            _publish(invocation, level if is_logged else None, options)
        for edit_response in options.editors:
            attempt(edit_response, result, elapsed, arguments or {}, since_start)
    except Exception:
        log_fault()


def _publish(invocation: Invocation, level: Optional[int], options: Options) -> None:
    # A reporter or a logging handler may call a function with `timed`, which would report again.
    token = is_reporting.set(True)
    try:
        if level is not None:
            attempt(_log, level, invocation)
        if options.report is not None:
            options.report(invocation)
    finally:
        is_reporting.reset(token)


def _log(level: int, invocation: Invocation) -> None:
    name, invocation_id, elapsed, error, first, trigger, since_start = invocation
    text, kind = "Time taken to execute %s is %.6f sec", None
    values: Tuple[object, ...] = (name, elapsed)
    if error is not None:
        kind = type(error).__name__
        text, values = f"{text} (failed: %s)", (name, elapsed, kind)
    # Logger.log() would look for the caller, and refuse a field that the app's record factory sets.
    place = (__file__, _log.__code__.co_firstlineno)
    record = logger.makeRecord(logger.name, level, *place, text, values, None, "stop")
    vars(record).update(
        function_name=name,
        invocation_id=invocation_id,
        elapsed=elapsed,
        error=kind,
        first=first,
        trigger=trigger,
        since_start=since_start,
    )
    logger.handle(record)


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
        setattr(self, _SINCE_START, getattr(self._within, _SINCE_START, None))
        setattr(self, _STARTED, perf_counter())
        return self

    def end(self, error: Error) -> None:
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
        # A hash may raise anything.
        with suppress(Exception):
            candidates.append(_running_by_argument.get(value))
    return next(filter(_is_started, candidates), None)


def _share(context: Any, arguments: Arguments) -> bool:
    running = _running.get()
    if isinstance(running, TimedCall) and _is_started(running):
        return False
    _running.set(context)
    for value in arguments.values():
        # Texts and numbers are not of one invocation only, and have no weak references. A hash may
        # raise anything.
        with suppress(Exception):
            if value is not context:
                _running_by_argument[value] = context
    return True


def _is_started(context: Any) -> bool:
    return getattr(context, _STARTED, None) is not None
