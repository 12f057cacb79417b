"""`timed`: the timer for one function, which needs no hook of any worker."""

from __future__ import annotations

import inspect
import math
from contextlib import suppress
from time import perf_counter
from typing import Any, Callable, Dict, Optional, Tuple, TypeVar, cast

from ._extension import TimerExtension
from ._hooks import CLAIMED
from ._measure import (
    SINCE_START,
    STARTED,
    Options,
    is_started,
    running,
    running_by_argument,
    start,
    stop,
    timed_functions,
)
from ._uncalled_warning import mark_hooked
from ._wrapper import Call, Wrapper, is_context, is_wrapped, wrap

Function = TypeVar("Function", bound=Callable[..., Any])
_LOG_ONLY = Options([], math.inf, None)


def timed(function: Function) -> Function:
    """
    Time every call of one function, whatever the Python and the programming model.

        @app.route()
        @timed
        def hello(req): ...

    It logs as `TimerExtension` does, by the same options, also if the function raises. The name is
    the function's `__name__`; if the call passes the worker's context, its name and id are used.

    It is silent while the extension or another `timed` function measures the running invocation.
    In a thread of a plain pool, it recognises one that the extension measures by its arguments.

    A durable entity or orchestrator is called by its own wrapper: for those, use the extension.

    Raises:
        TypeError: It is put where it would time nothing, as above `@app.route()`.
    """
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        raise TypeError(_advise(function))
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            "timed has been put on an orchestrator, or another generator, where it would time "
            "nothing. Use enable_extensions() and TimerExtension for it."
        )
    mark_hooked()
    if is_wrapped(function, Timer):
        return function
    timed_functions.append(function.__name__)
    return cast(Function, wrap(function, Timer(function)))


def _advise(other: object) -> str:
    if type(other).__name__ == "FunctionBuilder":
        place = "Put it below @app.route(...) and its like, directly above def."
        return f"timed has been put where it would time nothing. {place}"
    alternative = "For all functions of an app, use TimerExtension."
    return f"timed decorates one function, directly above its def; got {other!r}. {alternative}"


class Timer(Wrapper):
    """The timer around a function."""

    mark = "_python_worker_extension_timer_timed"

    def begin(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Call:
        values = (*args, *kwargs.values())
        context = next(filter(is_context, values), None)
        within = _find_running(context, values)
        # It is a call of a `timed` function, or a report.
        if isinstance(within, Call):
            return Call(args, kwargs)
        call = TimedCall(args, kwargs, within)
        if context is None:
            call.function_name, call.invocation_id = self.name, ""
        else:
            call.function_name, call.invocation_id = context.function_name, context.invocation_id
        return call


class TimedCall(Call):
    """One call of a function with `timed`, maybe within an invocation that is measured, too."""

    function_name: str
    invocation_id: str

    def __init__(self, args: Tuple[Any, ...], kwargs: Dict[str, Any], within: Any) -> None:
        self.args, self.kwargs, self.result = args, kwargs, None
        self._within, self._previous = within, running.get()

    def __enter__(self) -> Call:
        running.set(self)
        if self._within is None:
            start(self, None)
        else:
            # The time is for a failure only.
            setattr(self, SINCE_START, getattr(self._within, SINCE_START, None))
            setattr(self, STARTED, perf_counter())
        return self

    def end(self, error: Optional[BaseException]) -> None:
        running.set(self._previous)
        is_missed = error is not None and is_started(self._within)
        # A worker that calls the extension calls no hook after a failure; an enabled function does.
        if self._within is None or (is_missed and not hasattr(self._within, CLAIMED)):
            arguments = {**dict(enumerate(self.args)), **self.kwargs} if self.args else self.kwargs
            options = TimerExtension._options or _LOG_ONLY
            stop(self, options, arguments, self.result, error)
        else:
            setattr(self, STARTED, None)


def _find_running(context: Any, values: Tuple[Any, ...]) -> Any:
    """Return what is measured around a call with this context and values, None if nothing is."""
    for candidate in (running.get(), context):
        if getattr(candidate, STARTED, None) is not None:
            return candidate
    for value in values if running_by_argument else ():
        # A hash may raise anything.
        with suppress(Exception):
            if is_started(running_by_argument.get(value)):
                return running_by_argument[value]
    return None
