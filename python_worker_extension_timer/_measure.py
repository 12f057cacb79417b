"""Measure an invocation: note its start; at its end log it, report it and edit its response."""

from __future__ import annotations

import math
from contextlib import suppress
from contextvars import ContextVar
from logging import DEBUG, INFO, WARNING
from time import perf_counter
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple
from weakref import WeakKeyDictionary

from ._hooks import CLAIMED
from ._invocation import Invocation, ReporterGroup, find_trigger, logger
from ._response import ResponseEditor
from ._wrapper import Call, is_context

Arguments = Mapping[str, object]
Error = Optional[BaseException]

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


class Options(NamedTuple):
    """Validated options, precomputed so that each invocation does as little as possible."""

    editors: Tuple[ResponseEditor, ...] = ()
    warn_after: float = math.inf
    report: Optional[ReporterGroup] = None


def start(context: Any, arguments: Optional[Arguments] = None) -> None:
    """Note the start of an invocation, unless a `TimedCall` is measured around it."""
    if timed_functions and not _share(context, arguments or {}):
        return
    if logger.isEnabledFor(DEBUG):
        logger.debug("Recording start time of %s", context.function_name)
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
    if logger.isEnabledFor(level):
        name = context.function_name
        if error is None:
            logger.log(level, "Time taken to execute %s is %.6f sec", name, elapsed)
        else:
            text = "Time taken to execute %s is %.6f sec (failed: %s)"
            logger.log(level, text, name, elapsed, type(error).__name__)
    if options.report is not None:
        trigger, first = find_trigger(arguments or {}), hasattr(context, _FIRST)
        name, invocation_id = context.function_name, context.invocation_id
        options.report(Invocation(name, invocation_id, elapsed, error, first, trigger))
    for edit_response in options.editors:
        edit_response(result, elapsed, arguments or {})


class TimedCall(Call):
    """One call of a function with `timed`, maybe within an invocation that is measured, too."""

    def __init__(self, args: Tuple[Any, ...], kwargs: Dict[str, Any], within: Any) -> None:
        super().__init__(args, kwargs)
        self.within, self._previous = within, _running.get()

    def start(self, name: str, invocation_id: str, arguments: Arguments, options: Options) -> None:
        """Note the start; within an invocation, the time is for a failure only."""
        self.function_name, self.invocation_id = name, invocation_id
        self._arguments, self._options = arguments, options
        if self.within is None:
            start(self)
            return
        _running.set(self)
        if hasattr(self.within, _FIRST):
            setattr(self, _FIRST, True)
        setattr(self, _STARTED, perf_counter())

    def __exit__(self, kind: object, error: Error, traceback: object) -> None:
        _running.set(self._previous)
        is_missed = error is not None and _is_started(self.within)
        # A worker that calls the extension calls no hook after a failure; an enabled function does.
        if self.within is None or (is_missed and not hasattr(self.within, CLAIMED)):
            stop(self, self._options, self._arguments, self.result, error)
        setattr(self, _STARTED, None)


def find_running(values: Iterable[Any]) -> Any:
    """Return what is measured around a call with these arguments, None if nothing is."""
    candidates = [_running.get()]
    for value in values:
        if is_context(value):
            candidates.append(value)
        elif _running_by_argument:
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
