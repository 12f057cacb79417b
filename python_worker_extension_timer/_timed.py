"""`timed`: the timer for one function, which needs no hook of any worker."""

from __future__ import annotations

import inspect
import math
from typing import Any, Callable, TypeVar, cast

from . import _check
from ._context import watch_worker
from ._covered import Call, Cover, covered, is_covered
from ._options import Options
from ._timer import TimerExtension
from ._timing import is_started, start, stop

Function = TypeVar("Function", bound=Callable[..., Any])

_LOG_ONLY = Options((), math.inf, None)


def timed(function: Function) -> Function:
    """
    Time one function of a function app, whatever the Python and the programming model.

        @app.route()
        @timed
        def hello(req): ...

    It logs the same line as `TimerExtension`, also for a function that raises, and follows the
    options of `TimerExtension.configure()`, if that was called. A function that the extension
    times, too, is logged and reported once. A direct call, as in a unit test or by another
    function, is not timed. If a decorator calls the function several times, as for retries, the
    first call is timed; above that decorator, `timed` times all of it.

    A durable entity or orchestrator is called by its own wrapper: for those, use the extension.

    Raises:
        TypeError: It is put where it would time nothing, as above `@app.route()`.
    """
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        raise TypeError(_advice(function))
    if inspect.isgeneratorfunction(function):
        raise TypeError(
            "timed has been put on an orchestrator, or another generator, where it would time "
            "nothing. Use enable_extensions() and TimerExtension for it."
        )
    if is_covered(function, Timer):
        return function
    _check.something_is_called()
    watch_worker()
    return cast(Function, covered(function, Timer(function)))


class Timer(Cover):
    """The timer around a function."""

    def begin(self, call: Call) -> None:
        # If the extension has begun already, it also has a hook to end with.
        call.is_own = not is_started(call.context)
        if call.is_own:
            start(call.context)

    def returned(self, call: Call, result: Any) -> None:
        if call.is_own:
            stop(call.context, _options(), call.arguments, result, None)

    def failed(self, call: Call, error: BaseException) -> None:
        # The extension's hook for it is called in an enabled app only, and does nothing after this.
        stop(call.context, _options(), call.arguments, None, error)


def _options() -> Options:
    return TimerExtension._options or _LOG_ONLY


def _advice(other: object) -> str:
    if type(other).__name__ == "FunctionBuilder":
        return (
            "timed has been put where it would time nothing. "
            "Put it below @app.route(...) and its like, directly above def."
        )
    return (
        f"timed decorates one function, directly above its def; got {other!r}. "
        "For all functions of an app, use TimerExtension."
    )
