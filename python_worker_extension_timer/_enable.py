"""`enable_extensions`: call the hooks of every extension, even if the worker calls none."""

from __future__ import annotations

import inspect
import os
import sys
from itertools import count
from types import MappingProxyType, SimpleNamespace
from typing import Any, Callable, Dict, List, Optional, TypeVar, cast

import azure.functions as func

from . import _hooks
from ._log import logger
from ._uncalled_warning import is_in_worker, mark_hooked
from ._wrapper import Args, Call, Kwargs, Wrapper, is_context, wrap

App = TypeVar("App")


def enable_extensions(app: App) -> App:
    """
    Call the hooks of an app's worker extensions on every Python, also after a failure.

        app = enable_extensions(func.FunctionApp())   # v2: anywhere in function_app.py

        @enable_extensions                            # v1: every main, above other decorators
        def main(req): ...

    Microsoft's worker for Python 3.13 and newer calls no hooks. There, an enabled app calls the
    hooks of all registered extensions, as the worker for older Pythons does. On every Python, it
    also calls the new hook `invocation_failed_app_level` after a function that raised. Hooks that
    the worker calls are not called again. A false `PYTHON_ENABLE_WORKER_EXTENSIONS` switches
    everything off.

    All functions of a v2 app are enabled, also those added later. A v1 function gets a parameter
    for the worker's context. If a decorator above hides this parameter, the function has no hooks,
    and the log shows one warning.

    Raises:
        TypeError: The argument is neither an app nor a function.
    """
    mark_hooked()
    register = getattr(func, "FunctionRegister", None)
    if register is not None and isinstance(app, register):
        _enable_app(app)
        return app
    if inspect.isfunction(app) or inspect.ismethod(app):
        return cast(App, _enable_main(app))
    raise TypeError(_advise(app))


def _enable_main(main: Any) -> Any:
    if _hooks.is_switched_off() or hasattr(main, Extensions.mark):
        return main
    _hooks.register_probe()
    name = str(main.__module__).rpartition(".")[2]
    enabled = wrap(main, Extensions(main, name, is_main=True))
    if isinstance(enabled.__signature__, SignatureWithContext):
        enabled.__signature__.main = enabled
    return enabled


def _enable_app(app: Any) -> None:
    if Extensions.mark in vars(app):
        return
    own = vars(app).get("get_functions")

    def get_enabled_functions() -> List[Any]:
        # Look it up here, not earlier: others may patch the class later, as ddtrace does.
        functions: List[Any] = own() if own else type(app).get_functions(app)
        if not _hooks.is_switched_off():
            for function in functions:
                _enable_function(function)
        return functions

    # Every worker calls this once, after importing the app.
    app.get_functions = get_enabled_functions
    setattr(app, Extensions.mark, True)
    _hooks.register_probe()


def _enable_function(function: Any) -> None:
    if Extensions.mark in vars(function):
        return
    setattr(function, Extensions.mark, True)
    target, name = function.get_user_function(), function.get_function_name()
    main = wrap(target, Extensions(target, name, is_main=False))
    # Override the getter, not the attribute: direct calls use the attribute.
    function.get_user_function = lambda: main
    if not _hooks.worker_calls_hooks():
        # Importing pathlib would take as long as importing this whole package.
        folder = os.environ.get("AzureWebJobsScriptRoot") or os.getcwd()  # noqa: PTH109
        _hooks.run_load_hooks(name, folder)


class Extensions(Wrapper):
    """The hooks of all extensions, around a function of a v2 app or the `main` of a v1 app."""

    mark = "_python_worker_extension_timer_enabled"

    def __init__(self, target: Callable[..., Any], name: str, is_main: bool) -> None:
        super().__init__(target)
        self._function_name, self._is_main = name, is_main
        self._loaded: Dict[str, object] = {}
        self._warnings = count()
        parameters = self.signature.parameters
        self._positional = [
            k for k, one in parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD
        ]
        # If the worker calls hooks, do not add the parameter: they would see it, too.
        self._adds_context = "context" not in parameters and not _hooks.worker_calls_hooks()
        if self._adds_context:
            self.signature = SignatureWithContext.extend(self.signature)

    def begin(self, args: Args, kwargs: Kwargs) -> Call:
        context = self._find_context(kwargs)
        # A second call for the same invocation goes straight to the function.
        is_claimed = context is None or hasattr(context, _hooks.CLAIMED)
        if is_claimed or len(args) > len(self._positional):
            return Call(args, kwargs)
        # If a context takes no attributes, the function is called without hooks.
        setattr(context, _hooks.CLAIMED, True)
        if args:
            kwargs = {**dict(zip(self._positional, args)), **kwargs}
        call = EnabledCall(context, kwargs)
        if not call.are_hooks_called:
            self._run_load_hooks(context)
            _hooks.run_pre_hooks(context, kwargs)
        return call

    def _find_context(self, kwargs: Kwargs) -> Any:
        passed = kwargs.get("context")
        if is_context(passed):
            if self._adds_context:
                del kwargs["context"]
            return passed
        context = _hooks.called_with.get()
        return self._replace_context(passed) if context is None and is_in_worker() else context

    def _replace_context(self, passed: object) -> Any:
        # If a binding is named `context`, the worker does not pass its own. Other code may call a
        # `main` directly, but not a function of a v2 app.
        is_of_sdk = type(passed).__module__.startswith("azure.functions.")
        if passed is not None and (is_of_sdk or not self._is_main):
            name, folder = self._function_name, inspect.getfile(self.target).rpartition(os.sep)[0]
            return SimpleNamespace(function_name=name, function_directory=folder, invocation_id="")
        if self._is_main and next(self._warnings) == 0:
            text = "@enable_extensions calls no hooks for %s. Put it above all other decorators."
            logger.warning(text, self._function_name)
        return None

    def _run_load_hooks(self, context: Any) -> None:
        # Several functions may share one script, and two first calls may run at the same time. In
        # v2, the load hooks ran when the app was indexed.
        first, name = object(), context.function_name
        if self._is_main and self._loaded.setdefault(name, first) is first:
            _hooks.run_load_hooks(name, context.function_directory)


class EnabledCall(Call):
    """One invocation of an enabled function. Hooks get its arguments and may replace them."""

    def __init__(self, context: Any, kwargs: Kwargs) -> None:
        self.args, self.kwargs, self.context = (), kwargs, context
        self.are_hooks_called = hasattr(context, _hooks.CALLED)

    def end(self, error: Optional[BaseException]) -> None:
        if error is not None:
            _hooks.run_failure_hooks(self.context, self.kwargs, error)
        elif not self.are_hooks_called:
            _hooks.run_post_hooks(self.context, self.kwargs, self.result)


class SignatureWithContext(inspect.Signature):
    """
    The signature of an enabled function, which a decorator above a `main` copies.

    A worker reads it once the module is imported. If such a decorator cannot pass a `context` on,
    the signature then has none, so that calls do not fail.
    """

    main: Any = None

    @classmethod
    def extend(cls, plain: inspect.Signature) -> SignatureWithContext:
        parameters = list(plain.parameters.values())
        parameters.append(inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY))
        # `**kwargs`, if there is one, must stay last.
        parameters.sort(key=lambda one: one.kind)
        return cls(parameters, return_annotation=plain.return_annotation)

    @property
    def parameters(self) -> MappingProxyType[str, inspect.Parameter]:
        parameters = super().parameters
        if self.main is None or not _is_below_strict_decorator(self.main):
            return parameters
        return MappingProxyType({k: one for k, one in parameters.items() if k != "context"})


def _is_below_strict_decorator(main: Any) -> bool:
    public = getattr(sys.modules.get(main.__module__), main.__name__, main)
    is_strict = False
    while public is not main:
        if not hasattr(public, "__wrapped__"):
            return False
        flags = getattr(getattr(public, "__code__", None), "co_flags", 0)
        is_strict = is_strict or not flags & inspect.CO_VARKEYWORDS
        public = public.__wrapped__
    return is_strict


def _advise(other: object) -> str:
    advice = f"a FunctionApp, or decorates the main of a v1 function; got {other!r}."
    if isinstance(other, getattr(func, "Blueprint", ())):
        advice = (
            "no Blueprint. Pass the FunctionApp that it is registered with, which enables both."
        )
    elif type(other).__name__ == "FunctionBuilder":
        line = "app = enable_extensions(func.FunctionApp())"
        advice = f"no function of a v2 app. Remove it here, and write {line}."
    return f"enable_extensions() takes {advice}"
