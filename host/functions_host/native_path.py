"""
Invocations on the native path of Microsoft's runtimes.

R2P2, Microsoft's worker for Python 3.15, converts values itself, and calls `native_invocation`
instead of the handler for gRPC messages (docs/host-contract.md#72-native-path). Here the runtime's
own converters do what R2P2 does.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from importlib import import_module
from typing import Any, List

from . import protos
from .protos import Message, ParameterBinding

# Each thread waits for one function. The runtime's own pool runs at most this many functions.
_MOST_THREADS = 1000
# The exception of the invocation in this context.
_FAILURES: ContextVar[List[BaseException]] = ContextVar("failures")


class NativePath:
    """The native path of a runtime. The runtime's module must have been imported."""

    def __init__(self, runtime: str) -> None:
        self._native = import_module(f"{runtime}.native_invocation")
        self._datums = import_module(f"{runtime}.bindings.datumdef")
        self._threads = ThreadPoolExecutor(_MOST_THREADS, "native")
        self._native.logger.addFilter(_take_failure)

    def close(self) -> None:
        self._native.logger.removeFilter(_take_failure)
        self._threads.shutdown()

    async def invoke(self, invocation: Message) -> Message:
        """Return the response to an invocation, with the same fields as on the classic path."""
        failures: List[BaseException] = []
        _FAILURES.set(failures)
        ok, returned, outputs, text = await self._call(*self._make_arguments(invocation))
        if not ok:
            error = failures[-1] if failures else RuntimeError(text)
            exception = Message(error=error)
            return Message(result=Message(status=protos.StatusResult.Failure, exception=exception))
        return Message(
            result=Message(status=protos.StatusResult.Success),
            return_value=None if returned is None else self._encode(returned),
            output_data=[
                ParameterBinding(name=name, data=self._encode(datum)) for name, datum in outputs
            ],
        )

    async def _call(self, *arguments: Any) -> Any:
        # The call blocks until a sync function returns, and refuses an async function.
        in_context = copy_context().run
        handled, *answer = await asyncio.get_running_loop().run_in_executor(
            self._threads, in_context, self._native.run_invocation_sync, *arguments
        )
        if not handled:
            answer = await self._native.invocation_request_native(*arguments)
        # Drop the traceback's text.
        return answer[:4]

    def _make_arguments(self, invocation: Message) -> List[Any]:
        decode = self._datums.Datum.from_typed_data
        trace = invocation.trace_context
        return [
            invocation.invocation_id,
            invocation.function_id,
            [(binding.name, decode(binding.data)) for binding in invocation.input_data],
            {name: decode(data) for name, data in invocation.trigger_metadata.items()},
            trace.trace_parent,
            trace.trace_state,
        ]

    def _encode(self, datum: Any) -> Any:
        return self._datums.datum_as_proto(datum, protos)


def _take_failure(record: logging.LogRecord) -> bool:
    """
    Keep the exception that the runtime logs, because the runtime returns only its text.

    Drop the record: the host shows the exception with the request.
    """
    failures, error = _FAILURES.get(None), record.exc_info and record.exc_info[1]
    if failures is None or not error or record.module != "native_invocation":
        return True
    failures.append(error)
    return False
