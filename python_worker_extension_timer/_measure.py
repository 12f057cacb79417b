"""Measure an invocation: note its start, then log and report it, and edit its response."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from logging import DEBUG, INFO, WARNING
from time import perf_counter
from typing import Any, Dict, List, Mapping, Optional, Sequence
from weakref import WeakKeyDictionary

from ._hooks import CLAIMED
from ._invocation import Invocation, Reporter, find_trigger
from ._log import attempt, is_enabled, log_fault, log_invocation, logger, warn_of_silence
from ._process import find_age
from ._response import ResponseEditor
from ._wrapper import Args, Call, Kwargs

Arguments = Optional[Mapping[Any, object]]
Error = Optional[BaseException]

# Attributes of the invocation's context, so that the start time is freed with it: a worker may call
# no hook after a function that raised.
_STARTED = "_python_worker_extension_timer_started"
_SINCE_START = "_python_worker_extension_timer_since_start"
_first_in_process = [True]

# The measurement around the running code: a context, or a call of a `timed` function. An ended
# measurement is ignored, so no thread or task has to clear this variable.
_running: ContextVar[Any] = ContextVar("_running", default=None)
# The same, found by an argument: the threads of a plain pool lack their caller's variables.
_running_by_argument: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
# Empty until the app uses `timed`. Other apps do not pay for the two variables above.
timed_functions: List[str] = []

# Set as the running measurement during a report: a reporter or a logging handler may call a `timed`
# function, which would report again.
_REPORT = Call((), {})
setattr(_REPORT, _STARTED, 0.0)


class Options:
    """Validated options. A plain class: its attributes are faster than those of a named tuple."""

    def __init__(
        self, editors: Sequence[ResponseEditor], warn_after: float, report: Optional[Reporter]
    ) -> None:
        self.editors, self.warn_after, self.report = editors, warn_after, report


def start(context: Any, arguments: Arguments) -> None:
    """Note the start of an invocation, unless a call of a `timed` function runs around it."""
    try:
        if timed_functions and arguments is not None and not _share(context, arguments):
            return
        if is_enabled(DEBUG):
            attempt(logger.debug, "Recording start time of %s", context.function_name)
        # Set this attribute first in every context: attributes in the same order are faster.
        context._python_worker_extension_timer_started = perf_counter()
        if _first_in_process:
            # Two invocations may get here at once; the second finds the list empty.
            with suppress(IndexError):
                _first_in_process.pop()
                setattr(context, _SINCE_START, find_age())
    # A context may refuse attributes, for example.
    except Exception:
        log_fault()


def stop(
    context: Any, options: Options, arguments: Arguments, result: object, error: Error
) -> None:
    """Log and report a measured invocation once, and edit its response."""
    stopped = perf_counter()
    try:
        try:
            started = context._python_worker_extension_timer_started
        except AttributeError:
            return
        if started is None:
            return
        elapsed = stopped - started
        context._python_worker_extension_timer_started = None
        level = INFO if error is None and elapsed < options.warn_after else WARNING
        if logger.disabled:
            attempt(warn_of_silence)
        if is_enabled(level) or options.report:
            _publish(context, level, options.report, elapsed, find_trigger(arguments or {}), error)
        for edit_response in options.editors:
            since_start = getattr(context, _SINCE_START, None)
            # Not attempt(), which would cost another call.
            try:
                edit_response(result, elapsed, arguments or {}, since_start)
            except Exception:
                log_fault()
    except Exception:
        log_fault()


def _publish(
    context: Any, level: int, report: Optional[Reporter], elapsed: float, trigger: str, error: Error
) -> None:
    name, invocation_id = context.function_name, context.invocation_id
    since_start = getattr(context, _SINCE_START, None)
    details = (name, invocation_id, elapsed, error, since_start is not None, trigger, since_start)
    token = _running.set(_REPORT) if timed_functions else None
    try:
        if is_enabled(level):
            log_invocation(level, details)
        if report:
            report(Invocation(*details))
    finally:
        if token:
            _running.reset(token)


class TimedCall(Call):
    """A call of a `timed` function, perhaps inside an invocation that the extension measures."""

    function_name: str
    invocation_id: str

    def __init__(self, args: Args, kwargs: Kwargs, within: Any, options: Options) -> None:
        self.args, self.kwargs, self.result = args, kwargs, None
        self._within, self._options, self._previous = within, options, _running.get()

    def __enter__(self) -> Call:
        _running.set(self)
        if self._within is None:
            start(self, None)
            return self
        # The start time is needed only for a failure.
        setattr(self, _SINCE_START, getattr(self._within, _SINCE_START, None))
        setattr(self, _STARTED, perf_counter())
        return self

    def end(self, error: Error) -> None:
        _running.set(self._previous)
        is_missed = error is not None and _is_started(self._within)
        # After a failure, the worker calls no hook, but an enabled function does.
        if self._within is None or (is_missed and not hasattr(self._within, CLAIMED)):
            by_key: Dict[Any, object] = {**dict(enumerate(self.args)), **self.kwargs}
            stop(self, self._options, by_key, self.result, error)
        else:
            setattr(self, _STARTED, None)


def find_running(context: Any, values: Args) -> Any:
    """Return the measurement around a call with this context and these values, or None."""
    candidates = [_running.get(), context]
    for value in values if _running_by_argument else ():
        # A hash may raise anything.
        with suppress(Exception):
            candidates.append(_running_by_argument.get(value))
    for candidate in candidates:
        if getattr(candidate, _STARTED, None) is not None:
            return candidate
    return None


def _share(context: Any, arguments: Mapping[Any, object]) -> bool:
    if isinstance(_running.get(), Call) and _is_started(_running.get()):
        return False
    _running.set(context)
    for value in arguments.values():
        # Other invocations may have the same text or number, which has no weak reference either. A
        # hash may raise anything.
        with suppress(Exception):
            if value is not context:
                _running_by_argument[value] = context
    return True


def _is_started(context: Any) -> bool:
    return getattr(context, _STARTED, None) is not None
