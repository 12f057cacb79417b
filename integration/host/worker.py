"""Running functions: async ones on the event loop, the others in a pool of threads."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, NamedTuple, Optional

from azure.functions.meta import Datum

from . import extensions
from .bindings import Out, Trigger, decode, encode
from .context import Context
from .definitions import Binding
from .functions import Function


class Outcome(NamedTuple):
    """
    How an invocation ended.

    `outputs` has what was sent to each output binding that got something, `$return` among them.
    """

    outputs: Dict[str, Datum]
    error: Optional[BaseException]


class _Result(NamedTuple):
    value: Any
    error: Optional[BaseException]


class Worker:
    """
    Invoke functions the way Microsoft's Python worker does (host-contract 2.3 to 2.7).

    Hooks run in the thread, or the task, of their function.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=_thread_count())

    def close(self) -> None:
        """
        Stop the threads, after the functions that run now.
        """
        self._threads.shutdown()

    async def invoke(self, function: Function, trigger: Trigger) -> Outcome:
        """
        Run a function once; whatever it, or a hook, raises ends up in the outcome.
        """
        context = Context(function.name, function.directory)
        outs = _outs(function)
        try:
            arguments: Dict[str, Any] = {**outs}
            arguments[function.definition.trigger.name] = decode(function, trigger)
            if function.signature.takes_context:
                arguments["context"] = context
            if function.signature.is_async:
                result = await _run_async(context, function.code, arguments)
            else:
                loop = asyncio.get_running_loop()
                result, error = await loop.run_in_executor(
                    self._threads, _run, context, function.code, arguments
                )
                if error is not None:
                    return Outcome({}, error)
            return Outcome(_outputs(function, outs, result), None)
        # An invocation that raises SystemExit ends Microsoft's worker; a test run must go on.
        except BaseException as error:
            return Outcome({}, error)


def _run(context: Context, code: Callable[..., Any], arguments: Dict[str, Any]) -> _Result:
    # A future can carry no StopIteration, so nothing is raised across the threads.
    try:
        context.thread_local_storage.invocation_id = context.invocation_id
        extensions.before_invocation(context, arguments)
        result = code(**arguments)
        extensions.after_invocation(context, arguments, result)
    except BaseException as error:
        return _Result(None, error)
    return _Result(result, None)


async def _run_async(context: Context, code: Callable[..., Any], arguments: Dict[str, Any]) -> Any:
    extensions.before_invocation(context, arguments)
    result = await code(**arguments)
    extensions.after_invocation(context, arguments, result)
    return result


def _outs(function: Function) -> Dict[str, Out]:
    return {
        binding.name: Out()
        for binding in function.definition.bindings
        if binding.direction == "out" and binding.name != "$return"
    }


def _outputs(function: Function, outs: Dict[str, Out], result: Any) -> Dict[str, Datum]:
    by_name = {binding.name: binding for binding in function.definition.bindings}
    outputs = {
        name: _encode(by_name[name], out.get())
        for name, out in outs.items()
        if out.get() is not None
    }
    returned = by_name.get("$return")
    if returned is None:
        if result is not None:
            raise RuntimeError(f"function {function.name!r} without a $return binding returned")
    elif result is not None or returned.type == "http":
        outputs["$return"] = _encode(returned, result)
    return outputs


def _encode(binding: Binding, value: Any) -> Datum:
    return encode(binding.type, value)


def _thread_count() -> int:
    # The host tells the worker 1000 where the app says nothing (DefaultWorkerProcessFactory.cs).
    try:
        wanted = int(os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT") or 1000)
    except ValueError:
        return 1000
    return wanted if wanted > 0 else 1000
