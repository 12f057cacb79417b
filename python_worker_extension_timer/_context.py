"""Finding out which invocation it is that calls a function."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from types import FrameType
from typing import Any, Optional

from azure.functions import AppExtensionBase, ExtensionMeta

# The invocation that the worker runs hooks for, until its function is called. A thread of a pool
# keeps its value from one invocation to the next, so it is taken out when it is read.
_dispatched: ContextVar[Any] = ContextVar("_dispatched", default=None)

_FRAMES = 8


def is_context(value: object) -> bool:
    """
    Tell whether this is a worker's context of an invocation.

    The workers have a class each, of that name and no subclass of `azure.functions.Context`, which
    is what unit tests make theirs of.
    """
    return type(value).__name__ == "Context" and hasattr(value, "invocation_id")


def set_dispatched(context: Any) -> None:
    """
    Say that the worker has called the hooks of the invocation that comes next.
    """
    _dispatched.set(context)


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

    For functions that get something else under the name `context`: there is no other way.
    """
    frame: Optional[FrameType] = sys._getframe(1)
    depth = 0
    while frame is not None and depth < _FRAMES:
        for name in ("fi_context", "context"):
            if is_context(frame.f_locals.get(name)):
                return frame.f_locals[name]
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
