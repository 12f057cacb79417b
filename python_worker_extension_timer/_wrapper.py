"""
Wrap a function so that workers cannot tell it from the original.

Workers look at its name, signature, annotations, file and whether it is async. They pass arguments
by name, and their context only to a parameter `context` that is not a binding.
"""

from __future__ import annotations

import functools
import inspect
import keyword
from abc import ABC, abstractmethod
from types import CodeType, FunctionType
from typing import Any, Callable, ClassVar, Dict, Optional, Tuple, Type

from azure.functions import Context


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

    def run(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        with self.begin(args, kwargs) as call:
            call.result = self.target(*call.args, **call.kwargs)
        return call.result

    async def run_async(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        with self.begin(args, kwargs) as call:
            call.result = await self.target(*call.args, **call.kwargs)
        return call.result

    def name_arguments(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Dict[str, Any]:
        return {**dict(zip(self.positional, args)), **kwargs} if args else kwargs


def is_wrapped(target: Callable[..., Any], kind: Type[Wrapper]) -> bool:
    """Return whether a function has a wrapper of this kind, the outermost or one below."""
    return hasattr(target, kind.mark)


def wrap(target: Callable[..., Any], wrapper: Wrapper) -> Any:
    """Return a function that workers and readers take for `target`."""
    is_async = inspect.iscoroutinefunction(target)
    code = _compile_at(target, wrapper.name, is_async)
    function: Any = FunctionType(code, {"run": wrapper.run_async if is_async else wrapper.run})
    functools.update_wrapper(function, target)
    setattr(function, wrapper.mark, True)
    # Up to Python 3.9, inspect.signature() finds `self` below a bound method that is decorated.
    function.__signature__ = wrapper.signature
    return function


def _compile_at(target: Callable[..., Any], name: str, is_async: bool) -> CodeType:
    """Compile a function at the file and line of another, for the worker and for tracebacks."""
    lines = "\n" * (target.__code__.co_firstlineno - 1)
    is_usable = name.isidentifier() and not keyword.iskeyword(name)
    define, call = ("async def", "await run") if is_async else ("def", "run")
    name = name if is_usable else "name"
    source = f"{lines}{define} {name}(*args, **kwargs): return {call}(args, kwargs)"
    constants = compile(source, inspect.getfile(target), "exec").co_consts
    (code,) = (constant for constant in constants if isinstance(constant, CodeType))
    return code
