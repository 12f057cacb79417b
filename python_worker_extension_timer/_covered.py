"""
Putting something around a function so that no worker sees a difference.

Workers look at a function's name, signature, annotations, file and whether it is async. They pass
every argument by name, and the invocation's context only to a function that has a parameter
`context` which no binding has.
"""

from __future__ import annotations

import ast
import functools
import inspect
from abc import ABC, abstractmethod
from types import CodeType, FunctionType
from typing import Any, Callable, Dict, List, Optional

from ._context import context_of_worker, is_context, is_of_invocation, take_dispatched
from ._switch import worker_dispatches

_COVER = "_python_worker_extension_timer_cover"

_TEMPLATES = {
    False: "def name(*args, **kwargs): return run(args, kwargs)",
    True: "async def name(*args, **kwargs): return await run(args, kwargs)",
}


class Call:
    """
    One invocation of a covered function by the worker.

    Attributes:
        arguments: By name, as the function is called with, and no `context` that it doesn't have.

        dispatched: Whether the worker has called the hooks.

        is_own: Whether the cover has noted the start, and not the extension.
    """

    __slots__ = ("arguments", "context", "dispatched", "is_own")

    def __init__(self, context: Any, arguments: Dict[str, Any], dispatched: bool) -> None:
        self.context, self.arguments, self.dispatched = context, arguments, dispatched
        self.is_own = False


class Cover(ABC):
    """
    What happens around a function when the worker calls it, and only then.

    A direct call goes straight to the function, be it of a unit test, which has no context, or of
    another function, whose context is not this one's.
    """

    # Whether it is certainly the outermost, and may have a parameter of its own.
    is_outermost = False

    def __init__(self, target: Callable[..., Any]) -> None:
        self._target = target
        self.wrapper: Optional[Callable[..., Any]] = None
        self._claim = f"_python_worker_extension_timer_{type(self).__name__}"
        # Also one further down: what copies a function's attributes calls it, too.
        self._below: Optional[Cover] = getattr(target, _COVER, None)
        parameters = inspect.signature(target).parameters
        self._names = [
            name for name, one in parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD
        ]
        # Where the worker calls hooks, they would see the parameter, too, so it is not added.
        self.adds_context = (
            self.is_outermost and "context" not in parameters and not worker_dispatches()
        )

    @abstractmethod
    def begin(self, call: Call) -> None:
        """
        Do what comes before the function.
        """

    @abstractmethod
    def returned(self, call: Call, result: Any) -> None:
        """
        Do what comes after a function that returned.
        """

    @abstractmethod
    def failed(self, call: Call, error: BaseException) -> None:
        """
        Do what comes after a function that raised, cancellation included.
        """

    def run(self, args: Any, kwargs: Dict[str, Any]) -> Any:
        """
        Call a function that is not async.
        """
        call = self._call_of_worker(args, kwargs)
        if call is None:
            return self._target(*args, **kwargs)
        self.begin(call)
        try:
            result = self._target(**call.arguments)
        except BaseException as error:
            self.failed(call, error)
            raise
        self.returned(call, result)
        return result

    async def run_async(self, args: Any, kwargs: Dict[str, Any]) -> Any:
        """
        Call a function that is async.
        """
        call = self._call_of_worker(args, kwargs)
        if call is None:
            return await self._target(*args, **kwargs)
        self.begin(call)
        try:
            result = await self._target(**call.arguments)
        except BaseException as error:
            self.failed(call, error)
            raise
        self.returned(call, result)
        return result

    def _call_of_worker(self, args: Any, kwargs: Dict[str, Any]) -> Optional[Call]:
        dispatched = take_dispatched()
        passed = kwargs.get("context")
        if not is_context(passed):
            passed = None
        elif self.adds_context:
            del kwargs["context"]
        context = dispatched or passed or context_of_worker()
        if context is None or len(args) > len(self._names):
            return None
        if not self.is_outermost and not is_of_invocation(context, self._target, self.wrapper):
            return None
        if not self._claimed(context):
            return None
        return Call(context, {**dict(zip(self._names, args)), **kwargs}, dispatched is not None)

    def _claimed(self, context: Any) -> bool:
        # Whatever calls it once more for the same invocation, calls the function and nothing else.
        if getattr(context, self._claim, False):
            return False
        setattr(context, self._claim, True)
        return True


def is_covered(target: Callable[..., Any], kind: type) -> bool:
    """
    Tell whether a function has a cover of this kind, the outermost or one below.
    """
    cover = getattr(target, _COVER, None)
    while cover is not None:
        if isinstance(cover, kind):
            return True
        cover = cover._below
    return False


def covered(target: Callable[..., Any], cover: Cover) -> Callable[..., Any]:
    """
    Return a function that workers and readers take for `target`.
    """
    is_async = inspect.iscoroutinefunction(target)
    run = cover.run_async if is_async else cover.run
    wrapper = functools.update_wrapper(_compiled(target, is_async, run), target)
    setattr(wrapper, _COVER, cover)
    cover.wrapper = wrapper
    if cover.adds_context:
        # The name is not in the type of a function, but `inspect` looks there first.
        wrapper.__signature__ = _with_context(inspect.signature(target))  # type: ignore[attr-defined]
    return wrapper


def _compiled(
    target: Callable[..., Any], is_async: bool, run: Callable[..., Any]
) -> Callable[..., Any]:
    """
    Return a function whose code is where the target's is.

    The worker takes the folder of the function from it, and a traceback its line.
    """
    tree = ast.parse(_TEMPLATES[is_async])
    (function,) = tree.body
    name = getattr(target, "__name__", "")
    # A statement to mypy, and by the templates a function, which has a name.
    function.name = name if name.isidentifier() else "name"  # type: ignore[attr-defined]
    file = inspect.getfile(target)
    ast.increment_lineno(tree, target.__code__.co_firstlineno - 1)
    (code,) = (
        constant
        for constant in compile(tree, file, "exec").co_consts
        if isinstance(constant, CodeType)
    )
    return FunctionType(code, {"run": run})


def _with_context(signature: inspect.Signature) -> inspect.Signature:
    parameters: List[inspect.Parameter] = list(signature.parameters.values())
    more = parameters and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD
    added = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY)
    parameters.insert(len(parameters) - 1 if more else len(parameters), added)
    return signature.replace(parameters=parameters)
