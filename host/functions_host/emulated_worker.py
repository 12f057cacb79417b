"""
An emulation of Microsoft's worker 4.34, for Python 3.7 to 3.12.

Async functions run on the event loop, the others in a pool of threads. Hooks run in the task, or
the thread, of their function.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional, Tuple

from .bindings import Out, Trigger, decode, encode_outputs
from .calls import share_log
from .deferred import mark_deferred
from .definitions import Function
from .extensions import Context, call_load_hooks, call_post_hooks, call_pre_hooks
from .indexing import Loaded, find_indexing_errors, load_functions
from .models import Declaration, import_app, import_function
from .signature import Signature, read_signature
from .threads import ThreadPool
from .worker import Outcome, Worker

_WORKER = "azure_functions_worker"


class EmulatedWorker(Worker):
    """Load and invoke functions as Microsoft's Python worker does."""

    def __init__(self) -> None:
        super().__init__()
        # Extensions may look for this module to detect a worker.
        sys.modules.setdefault(_WORKER, ModuleType(_WORKER, __doc__))
        self._threads = ThreadPool(_thread_count())

    def close(self) -> None:
        self._threads.close()

    async def _load_v1_function(self, root: Path, declaration: Declaration) -> Function:
        function, directory = declaration.function, str(root / declaration.function.name)
        code = import_function(root, declaration)
        signature = read_signature(function, code)
        call_load_hooks(function.name, directory)
        function = mark_deferred(function, signature.converters.inputs)
        return function._replace(loaded=Loaded(code, signature, directory))

    async def _index_v2(self, root: Path, prefix: str) -> List[Function]:
        app = import_app(root)
        try:
            decorated = list(app.get_functions())
        except BaseException as error:
            raise find_indexing_errors(root, prefix, app, error) from error
        functions = load_functions(root, prefix, decorated)
        for function in functions:
            call_load_hooks(function.name, str(root))
        return functions

    async def invoke(self, function: Function, trigger: Trigger) -> Outcome:
        code, signature, directory = function.loaded
        context = Context(function.name, directory)
        context.thread_local_storage.invocation_id = context.invocation_id
        outs = {name: Out() for name in signature.converters.outputs}
        try:
            arguments = {**outs, **_decode_inputs(function, signature, trigger)}
            if signature.takes_context:
                arguments["context"] = context
            if signature.is_async:
                result = await _call_async(context, code, arguments)
            else:
                result, error = await self._threads.run(
                    share_log(_call_sync), context, code, arguments
                )
                if error is not None:
                    return Outcome({}, error)
            values = {name: out.get() for name, out in outs.items()}
            return Outcome(encode_outputs(signature.converters, values, result), None)
        # A SystemExit ends Microsoft's worker; here it must not end a test run.
        except BaseException as error:
            return Outcome({}, error)


def _decode_inputs(function: Function, signature: Signature, trigger: Trigger) -> Dict[str, Any]:
    converters = signature.converters.inputs
    return {
        name: decode(converters[name], datum, trigger.metadata)
        for name, datum in {**trigger.inputs, function.trigger.name: trigger.value}.items()
    }


def _call_sync(
    context: Context, code: Callable[..., Any], arguments: Dict[str, Any]
) -> Tuple[Any, Optional[BaseException]]:
    # A future cannot hold a StopIteration, so exceptions are returned.
    try:
        context.thread_local_storage.invocation_id = context.invocation_id
        call_pre_hooks(context, arguments)
        result = code(**arguments)
        call_post_hooks(context, arguments, result)
    except BaseException as error:
        return None, error
    return result, None


async def _call_async(context: Context, code: Callable[..., Any], arguments: Dict[str, Any]) -> Any:
    call_pre_hooks(context, arguments)
    result = await code(**arguments)
    call_post_hooks(context, arguments, result)
    return result


def _thread_count() -> int:
    count = os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT", "").strip()
    return (int(count) if count.isdecimal() else 0) or 1000
