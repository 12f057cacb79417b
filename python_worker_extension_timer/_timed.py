"""`timed`: time one function, without any hook of the worker."""

from __future__ import annotations

import inspect
import math
from typing import Any, Callable, TypeVar, cast

from ._extension import TimerExtension
from ._measure import Options, TimedCall, find_running, timed_functions
from ._uncalled_warning import mark_hooked
from ._wrapper import Args, Call, Kwargs, Wrapper, is_context, wrap

Function = TypeVar("Function", bound=Callable[..., Any])
_LOG_ONLY = Options((), math.inf, None)


def timed(function: Function) -> Function:
    """
    Time every call of one function, on any Python and in both programming models.

        @app.route()
        @timed
        def hello(req): ...

    It logs as `TimerExtension` does, with the same options, also if the function raises. If the
    call passes the worker's context, its name and id are used. Otherwise the name is `__name__`.

    It is silent while the extension or another `timed` function measures the running invocation. In
    a thread of a plain pool, it recognises such an invocation by its arguments.

    For a durable entity or orchestrator, use the extension instead, because Durable's own wrapper
    calls the function.

    Raises:
        TypeError: It would time nothing here, for example above `@app.route()`.
    """
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        raise TypeError(_advise(function))
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            "timed would time nothing on an orchestrator or another generator. "
            "Use enable_extensions() and TimerExtension for it."
        )
    mark_hooked()
    if hasattr(function, Timer.mark):
        return function
    timed_functions.append(function.__name__)
    return cast(Function, wrap(function, Timer(function)))


class Timer(Wrapper):
    """The timer around a function."""

    mark = "_python_worker_extension_timer_timed"

    def begin(self, args: Args, kwargs: Kwargs) -> Call:
        values = (*args, *kwargs.values())
        context = next(filter(is_context, values), None)
        within = find_running(context, values)
        # A call of another `timed` function, or a report.
        if isinstance(within, Call):
            return Call(args, kwargs)
        call = TimedCall(args, kwargs, within, TimerExtension._options or _LOG_ONLY)
        if context is None:
            call.function_name, call.invocation_id = self.target.__name__, ""
        else:
            call.function_name, call.invocation_id = context.function_name, context.invocation_id
        return call


def _advise(other: object) -> str:
    if type(other).__name__ == "FunctionBuilder":
        place = "Put it below decorators such as @app.route(...), directly above def."
        return f"timed would time nothing here. {place}"
    alternative = "For all functions of an app, use TimerExtension."
    return f"timed decorates one function, directly above its def; got {other!r}. {alternative}"
