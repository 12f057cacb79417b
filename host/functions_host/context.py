"""The `context` that hooks and functions are handed."""

from __future__ import annotations

import threading
import uuid
from types import SimpleNamespace
from typing import Any


class Context:
    """
    One per invocation, the same object for every hook and the function (host-contract 2.5).

    As in the worker it is no subclass of `azure.functions.Context`, but has its attributes.
    """

    def __init__(self, function_name: str, function_directory: str) -> None:
        self._function_name = function_name
        self._function_directory = function_directory
        self._invocation_id = str(uuid.uuid4())
        self._thread_local_storage = threading.local()

    @property
    def invocation_id(self) -> str:
        return self._invocation_id

    @property
    def function_name(self) -> str:
        return self._function_name

    @property
    def function_directory(self) -> str:
        return self._function_directory

    @property
    def thread_local_storage(self) -> Any:
        return self._thread_local_storage

    @property
    def trace_context(self) -> Any:
        trace_id, span_id = (
            uuid.UUID(self._invocation_id).hex,
            uuid.UUID(self._invocation_id).hex[:16],
        )
        parent = f"00-{trace_id}-{span_id}-00"
        return SimpleNamespace(
            trace_parent=parent,
            trace_state="",
            attributes={},
            Traceparent=parent,
            Tracestate="",
            Attributes={},
        )

    @property
    def retry_context(self) -> Any:
        return SimpleNamespace(retry_count=0, max_retry_count=0, rpc_exception=None)
