"""
An emulation of Microsoft's worker 4.34, for Python 3.7 to 3.12.

Async functions run on the event loop, the others in a pool of threads.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from azure.functions.meta import Datum

from . import extensions, v1, v2
from .bindings import Out, Trigger, decode, encode
from .context import Context
from .converters import converter_of
from .definitions import Binding, parse_definition, parse_route
from .errors import HostError, last_line
from .functions import Function
from .signature import Signature, read_signature
from .worker import Outcome, Worker

_WORKER = "azure_functions_worker"


class _Result(NamedTuple):
    value: Any
    error: Optional[BaseException]


class Loaded(NamedTuple):
    """
    How to call a function.

    `directory` is what its Context says; `load_directory` what load hooks are told, which is
    another one in the v2 model.
    """

    code: Callable[..., Any]
    signature: Signature
    directory: str
    load_directory: str


class EmulatedWorker(Worker):
    """
    Load and invoke functions the way Microsoft's Python worker does (host-contract 1, 2.3 to 2.7).

    Hooks run in the thread, or the task, of their function.
    """

    def __init__(self) -> None:
        # Real workers are imported; extensions can tell by it that they run in one.
        sys.modules.setdefault(_WORKER, ModuleType(_WORKER, __doc__))
        self._threads = ThreadPoolExecutor(max_workers=_thread_count())

    def close(self) -> None:
        self._threads.shutdown()

    async def load_v1(self, root: Path, prefix: str, problems: List[str]) -> List[Function]:
        v1.make_namespace(root)
        functions: List[Function] = []
        for declared in v1.declared(root, prefix, problems):
            try:
                code = v1.imported(root, declared)
                signature = read_signature(declared.definition, code)
            except HostError as error:
                problems.append(str(error))
                continue
            directory = str(declared.folder)
            loaded = Loaded(code, signature, directory, directory)
            functions.append(Function(declared.definition, declared.route, loaded))
            extensions.function_loaded(declared.definition.name, directory)
        return functions

    async def load_v2(self, root: Path, prefix: str, problems: List[str]) -> List[Function]:
        try:
            functions = [
                _indexed(root, prefix, function)
                for function in _get_functions(v2.script(root), v2.imported(root))
            ]
        except HostError as error:
            problems.append(str(error))
            return []
        for function in functions:
            extensions.function_loaded(function.name, function.loaded.load_directory)
        return sorted(functions, key=lambda function: function.name.lower())

    async def invoke(self, function: Function, trigger: Trigger) -> Outcome:
        loaded: Loaded = function.loaded
        context = Context(function.name, loaded.directory)
        outs = _outs(function)
        try:
            arguments: Dict[str, Any] = {**outs}
            arguments[function.definition.trigger.name] = decode(
                function.definition.trigger, loaded.signature, trigger
            )
            if loaded.signature.takes_context:
                arguments["context"] = context
            if loaded.signature.is_async:
                result = await _run_async(context, loaded.code, arguments)
            else:
                loop = asyncio.get_running_loop()
                result, error = await loop.run_in_executor(
                    self._threads, _run, context, loaded.code, arguments
                )
                if error is not None:
                    return Outcome({}, error)
            return Outcome(_outputs(function, outs, result), None)
        # An invocation that raises SystemExit ends Microsoft's worker; a test run must go on.
        except BaseException as error:
            return Outcome({}, error)


def _get_functions(path: Path, app: Any) -> List[Any]:
    try:
        return list(app.get_functions())
    except BaseException as error:
        why = last_line(error).rstrip(".")
        raise HostError(f"{path} cannot be indexed: {why}. Correct it.") from error


def _indexed(root: Path, prefix: str, function: Any) -> Function:
    if not hasattr(function, "get_function_json"):
        raise HostError(f"{v2.script(root)} has a get_functions() that returns {function!r}.")
    definition = parse_definition(
        function.get_function_name(), json.loads(function.get_function_json())
    )
    code = function.get_user_function()
    signature = read_signature(definition, code)
    directory = _directory_of(v2.script(root), definition.name, code)
    route = parse_route(prefix, definition)
    return Function(definition, route, Loaded(code, signature, directory, str(root)))


def _directory_of(script: Path, name: str, code: Callable[..., Any]) -> str:
    try:
        return str(Path(inspect.getfile(code)).parent)
    except TypeError:
        # The worker asks so, too, and indexes nothing then.
        raise HostError(
            f"{script}: function {name} is {code!r}. Make it a plain function."
        ) from None


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
    if returned is None and result is not None and _has_implicit_output(function):
        outputs["$return"] = _encode(function.definition.trigger, result)
    elif returned is None:
        if result is not None:
            raise RuntimeError(f"function {function.name!r} without a $return binding returned")
    elif result is not None or returned.type == "http":
        outputs["$return"] = _encode(returned, result)
    return outputs


def _has_implicit_output(function: Function) -> bool:
    # As a durable function: what its trigger starts is also where it returns to.
    converter = converter_of(function.definition.trigger.type)
    return converter is not None and bool(
        getattr(converter, "has_implicit_output", lambda: False)()
    )


def _encode(binding: Binding, value: Any) -> Datum:
    return encode(binding.type, value)


def _thread_count() -> int:
    # The host tells the worker 1000 where the app says nothing (DefaultWorkerProcessFactory.cs).
    try:
        wanted = int(os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT") or 1000)
    except ValueError:
        return 1000
    return wanted if wanted > 0 else 1000
