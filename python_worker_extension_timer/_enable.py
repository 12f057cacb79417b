"""`enable_extensions`: hooks for every extension, whatever the worker does."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, TypeVar, cast

import azure.functions as func

from . import _check, _hooks
from ._context import app_folder, take_dispatched, watch_worker
from ._covered import Call, Cover, covered, is_covered
from ._switch import is_switched_off, worker_dispatches

App = TypeVar("App")

_ENABLED = "_python_worker_extension_timer_enabled"


def enable_extensions(app: App) -> App:
    """
    Let the worker extensions of a function app run on every Python, and learn of failures.

    On Python 3.13 and newer, where Microsoft's worker calls no extension, it calls the hooks of
    all registered ones as the worker for older Pythons does. On every Python it adds the hook
    `invocation_failed_app_level`, for a function that raised. Where the worker calls the other
    hooks itself, it calls none of them again.

        app = enable_extensions(func.FunctionApp())   # v2: anywhere in function_app.py

        @enable_extensions                            # v1: every main
        def main(req): ...

    `PYTHON_ENABLE_WORKER_EXTENSIONS` set to a false value switches it off; it need not be set.

    Args:
        app: A v2 app, whose functions are all covered, also those that come later; or a v1 `main`.

    Returns:
        The app itself, or what is to be `main`.

    Raises:
        TypeError: It is neither.
    """
    register = getattr(func, "FunctionRegister", None)
    if register is not None and isinstance(app, register):
        _enable_app(app)
        return app
    if inspect.isfunction(app) or inspect.ismethod(app):
        return cast(App, _enable_main(app))
    raise TypeError(_advice(app))


class Extensions(Cover):
    """
    The hooks of all extensions around a function.

    Args:
        loaded: Whether the load hooks have been called already.
    """

    def __init__(self, target: Callable[..., Any], loaded: bool) -> None:
        super().__init__(target)
        self._loaded: Dict[str, object] = {}
        self._runs_load_hooks = not loaded and not worker_dispatches()

    def begin(self, call: Call) -> None:
        if call.dispatched:
            return
        if self._runs_load_hooks:
            self._run_load_hooks(call.context)
        _hooks.before_invocation(call.context, call.arguments)
        # What tells that the worker calls hooks has been called, too, and has told.
        take_dispatched()

    def returned(self, call: Call, result: Any) -> None:
        if not call.dispatched:
            _hooks.after_invocation(call.context, call.arguments, result)

    def failed(self, call: Call, error: BaseException) -> None:
        _hooks.invocation_failed(call.context, call.arguments, error)

    def _run_load_hooks(self, context: Any) -> None:
        # One script may be the code of several functions, and two calls the first at once.
        first = object()
        name = context.function_name
        if self._loaded.setdefault(name, first) is first:
            _hooks.function_loaded(name, context.function_directory)


class OutermostExtensions(Extensions):
    """
    The hooks around a function of a v2 app, as the worker gets it.
    """

    is_outermost = True


def _enable_main(main: Any) -> Any:
    if is_switched_off() or is_covered(main, Extensions):
        return main
    _check.something_is_called()
    watch_worker()
    return covered(main, Extensions(main, loaded=False))


def _enable_app(app: Any) -> None:
    if _ENABLED in vars(app):
        return
    get_functions = app.get_functions

    def get_covered_functions() -> List[Any]:
        functions: List[Any] = get_functions()
        if not is_switched_off():
            for function in functions:
                _cover_function(function)
        return functions

    # The one thing that every worker calls, and once it has imported the whole app.
    app.get_functions = get_covered_functions
    setattr(app, _ENABLED, True)
    _check.something_is_called()
    watch_worker()


def _cover_function(function: Any) -> None:
    target = function.get_user_function()
    if is_covered(target, Extensions):
        return
    main = covered(target, OutermostExtensions(target, loaded=True))
    # Not the attribute behind it, which a direct call of the function uses.
    function.get_user_function = lambda: main
    if not worker_dispatches():
        _hooks.function_loaded(function.get_function_name(), app_folder())


def _advice(other: object) -> str:
    if isinstance(other, getattr(func, "Blueprint", ())):
        return (
            "enable_extensions() takes no Blueprint. Pass the FunctionApp that it is registered "
            "with; the functions of its blueprints are covered, too."
        )
    if type(other).__name__ == "FunctionBuilder":
        return (
            "enable_extensions() takes no function of a v2 app. Remove it here, and write "
            "app = enable_extensions(func.FunctionApp())."
        )
    return (
        f"enable_extensions() takes a FunctionApp, or decorates the main of a v1 function; "
        f"got {other!r}."
    )
