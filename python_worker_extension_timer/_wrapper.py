"""
Wrap a function so that workers cannot tell it from the original.

Workers look at its name, signature, annotations, folder and whether it is async. They pass
arguments by name, and their context only to a parameter `context` that is not a binding.
"""

from __future__ import annotations

import functools
import inspect
import os
from abc import ABC, abstractmethod
from types import CodeType, FunctionType
from typing import Any, Callable, ClassVar, Dict, Optional, Tuple, Type

from azure.functions import Context

from ._log import log_fault

# A wrapped function takes two frames of the recursion limit, its own and that of the original.
_CODE = """\
{}def call_function(*args, **kwargs):
    with begin(args, kwargs) as call:
        call.result = {}target(*call.args, **call.kwargs)
    return call.result
"""


def is_context(value: object) -> bool:
    """Return whether a value is a worker's context of an invocation."""
    # Each worker has its own class. Unlike those of unit tests, it does not derive from the SDK's.
    return (
        type(value).__name__ == "Context"
        and Context not in type(value).__mro__
        and hasattr(value, "invocation_id")
    )


class Call:
    """A call of a wrapped function, as a context manager around it."""

    def __init__(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
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
        """Run after the function, whether it returned or raised; cancellation is an error, too."""


class Wrapper(ABC):
    """Code that runs around a function."""

    # The attribute of a function that is wrapped. functools.wraps() copies it to decorators above.
    mark: ClassVar[str]

    def __init__(self, target: Callable[..., Any]) -> None:
        self.target = target
        self.name: str = getattr(target, "__name__", "")
        self.signature = inspect.signature(target)
        parameters = self.signature.parameters.values()
        self.positional = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]

    @abstractmethod
    def begin(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Call:
        """Run before the function, and return the call to make."""

    def try_to_begin(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Call:
        try:
            return self.begin(args, kwargs)
        except Exception:
            log_fault()
            return Call(args, kwargs)


def is_wrapped(target: Callable[..., Any], kind: Type[Wrapper]) -> bool:
    """Return whether a function has a wrapper of this kind, the outermost or one below."""
    return hasattr(target, kind.mark)


def wrap(target: Any, wrapper: Wrapper) -> Any:
    """Return a function that workers and readers take for `target`."""
    words = ("async ", "await ") if inspect.iscoroutinefunction(target) else ("", "")
    # Beside the target's file, where a worker looks for its folder. Tracebacks show this name.
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
