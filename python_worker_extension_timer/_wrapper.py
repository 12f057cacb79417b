"""
Wrap a function so that workers cannot tell it from the original.

Workers read its name, signature, annotations and folder, and check whether it is async. They pass
arguments by name. A parameter `context` gets the worker's context, unless it is a binding.
"""

from __future__ import annotations

import functools
import inspect
import os
from types import CodeType, FunctionType
from typing import Any, Callable, ClassVar, Dict, Optional, Tuple

from azure.functions import Context

from ._log import log_fault

Args = Tuple[Any, ...]
Kwargs = Dict[str, Any]

# The only frame between a wrapped function and its caller.
_CODE = """\
{}def call_function(*args, **kwargs):
    with begin(args, kwargs) as call:
        call.result = {}target(*call.args, **call.kwargs)
    return call.result
"""


def is_context(value: object) -> bool:
    """Return whether a value is the context that a worker makes for an invocation."""
    # Each worker has its own class. Unlike a unit test's context, it does not derive from the
    # SDK's.
    kind = type(value)
    is_named_so = kind.__name__ == "Context" and Context not in kind.__mro__
    return is_named_so and hasattr(value, "invocation_id")


class Call:
    """A call of a wrapped function, as a context manager around it."""

    def __init__(self, args: Args, kwargs: Kwargs) -> None:
        self.args, self.kwargs = args, kwargs
        self.result: Any = None

    def __enter__(self) -> Call:
        return self

    def __exit__(self, kind: object, error: Optional[BaseException], traceback: object) -> None:
        try:
            self.end(error)
        except Exception:
            log_fault()

    def end(self, error: Optional[BaseException]) -> None:
        """Run after the function, whether it returned or raised. Cancellation counts as raised."""


class Wrapper:
    """Code that runs around a function: a subclass decides what `begin()` does."""

    # This attribute marks a wrapped function. functools.wraps() copies it to decorators above.
    mark: ClassVar[str]
    begin: Callable[[Args, Kwargs], Call]

    def __init__(self, target: Callable[..., Any]) -> None:
        self.target = target
        self.signature = inspect.signature(target)

    def try_to_begin(self, args: Args, kwargs: Kwargs) -> Call:
        """Run before the function, and return the call to make."""
        try:
            return self.begin(args, kwargs)
        except Exception:
            log_fault()
            return Call(args, kwargs)


def wrap(target: Any, wrapper: Wrapper) -> Any:
    """Return a wrapper that workers cannot tell from `target`."""
    words = ("async ", "await ") if inspect.iscoroutinefunction(target) else ("", "")
    # Name a file beside the target's, because a worker reads its folder. Tracebacks show this name.
    folder = os.path.split(target.__code__.co_filename)[0]
    file = os.path.join(folder, "<python_worker_extension_timer>")  # noqa: PTH118
    constants = compile(_CODE.format(*words), file, "exec").co_consts
    (code,) = (constant for constant in constants if isinstance(constant, CodeType))
    function: Any = FunctionType(code, {"begin": wrapper.try_to_begin, "target": target})
    functools.update_wrapper(function, target)
    setattr(function, wrapper.mark, True)
    # Up to Python 3.9, inspect.signature() finds `self` below a bound method that is decorated.
    function.__signature__ = wrapper.signature
    return function
