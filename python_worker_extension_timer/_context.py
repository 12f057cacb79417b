"""Finding out which invocation it is that calls a function."""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from types import FrameType
from typing import Any, Callable, Optional

from azure.functions import AppExtensionBase, Context, ExtensionMeta

# The invocation that the worker runs hooks for, until its function is called. A thread of a pool
# keeps its value from one invocation to the next, so it is taken out when it is read.
_dispatched: ContextVar[Any] = ContextVar("_dispatched", default=None)

# How many frames of this package there are between a caller and `context_of_worker`, and how many
# more the worker, a pool of threads or an event loop, and decorators may have.
_OWN_FRAMES = 4
_FRAMES = 16


def is_context(value: object) -> bool:
    """
    Tell whether this is a worker's context of an invocation.

    The workers have a class each, of that name and no subclass of `azure.functions.Context`, which
    is what unit tests make theirs of.
    """
    return (
        type(value).__name__ == "Context"
        and Context not in type(value).__mro__
        and hasattr(value, "invocation_id")
    )


def is_of_invocation(context: Any, target: Callable[..., Any], wrapper: object) -> bool:
    """
    Tell whether an invocation calls this function as its own, and not as a helper of another.

    It goes by the function's name; where that was changed, by who calls the wrapper: somebody
    outside of the app, this package, which may be inside, or a decorator, which has the wrapper in
    its closure.
    """
    name = target.__name__
    # The functions of a v1 app are called as their folders are.
    if context.function_name == (target.__module__.rpartition(".")[2] if name == "main" else name):
        return True
    caller = _caller_of(wrapper)
    if caller is None or caller.f_globals.get("__package__") == __package__:
        return True
    if not caller.f_code.co_filename.startswith(app_folder() + os.sep):
        return True
    return any(caller.f_locals.get(name) is wrapper for name in caller.f_code.co_freevars)


def _caller_of(wrapper: Any) -> Optional[FrameType]:
    frame: Optional[FrameType] = sys._getframe(1)
    while frame is not None and frame.f_code is not wrapper.__code__:
        frame = frame.f_back
    return frame and frame.f_back


def app_folder() -> str:
    """
    Return the folder of the app: what the worker was told, or where it has changed to.
    """
    # The import of pathlib takes as long as that of this whole package.
    return os.environ.get("AzureWebJobsScriptRoot") or os.getcwd()  # noqa: PTH109


def take_dispatched() -> Any:
    """
    Return the context that the worker has just called hooks with, None if it doesn't.
    """
    context = _dispatched.get()
    if context is not None:
        _dispatched.set(None)
    return context


def context_of_worker() -> Any:
    """
    Return the context from the worker's own frames, None if they have none.

    For functions to which it cannot be passed: only the outermost one may have a parameter for it,
    and that only if no binding of its own is named `context`.
    """
    frame: Optional[FrameType] = sys._getframe(_OWN_FRAMES)
    depth = 0
    while frame is not None and depth < _FRAMES:
        found = frame.f_locals
        for context in (found.get("fi_context"), found.get("context")):
            if context is not None and is_context(context):
                return context
        frame, depth = frame.f_back, depth + 1
    return None


def watch_worker() -> None:
    """
    Register an extension that tells, by being called, whether the worker calls extensions.
    """
    hooks = ExtensionMeta.get_application_hooks()
    metas = hooks.pre_invocation_app_level if hooks else ()
    if any(meta.ext_impl is _before_invocation for meta in metas):
        return

    class WatchedWorker(AppExtensionBase):
        pre_invocation_app_level = staticmethod(_before_invocation)
        post_invocation_app_level = staticmethod(_after_invocation)


def _before_invocation(logger: object, context: Any, *args: object, **kwargs: object) -> None:
    _dispatched.set(context)


def _after_invocation(*args: object, **kwargs: object) -> None:
    _dispatched.set(None)
