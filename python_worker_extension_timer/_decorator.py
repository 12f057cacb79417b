"""`timed`: the timer for one function, which needs no hook of any worker."""

from __future__ import annotations

import inspect
import math
from typing import Any, Callable, Dict, Tuple, TypeVar, cast

from ._extension import TimerExtension
from ._measure import Options, TimedCall, find_running, is_reporting, timed_functions
from ._silence_warning import mark_hooked
from ._wrapper import Call, Wrapper, is_context, is_wrapped, wrap

Function = TypeVar("Function", bound=Callable[..., Any])
_LOG_ONLY = Options((), math.inf, None)


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


class Timer(Wrapper):
    """The timer around a function."""

    mark = "_python_worker_extension_timer_timed"

    def begin(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Call:
        call, values = Call(args, kwargs), (*args, *kwargs.values())
        context = next(filter(is_context, values), None)
        within = find_running(context, values)
        if isinstance(within, TimedCall) or is_reporting.get():
            return call
        arguments, options = self.name_arguments(args, kwargs), TimerExtension._options
        timed_call = TimedCall(call, within, arguments, options or _LOG_ONLY)
        timed_call.function_name = self.name if context is None else context.function_name
        timed_call.invocation_id = "" if context is None else context.invocation_id
        return timed_call


def _advise(other: object) -> str:
    if type(other).__name__ == "FunctionBuilder":
        place = "Put it below @app.route(...) and its like, directly above def."
        return f"timed has been put where it would time nothing. {place}"
    alternative = "For all functions of an app, use TimerExtension."
    return f"timed decorates one function, directly above its def; got {other!r}. {alternative}"
