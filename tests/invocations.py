"""Test doubles: an invocation's context, a clock and a reporter."""

from __future__ import annotations

import uuid
from typing import Any, List

import azure.functions as func


class InvocationContext(func.Context):
    """The context of an invocation, derived from the SDK's class as in customers' unit tests."""

    function_name = invocation_id = ""
    function_directory = "/home/site/wwwroot"
    trace_context = retry_context = thread_local_storage = None  # type: ignore[assignment]

    def __init__(self, function_name: str = "hello") -> None:
        self.function_name = function_name
        self.invocation_id = str(uuid.uuid4())


class Clock:
    """A clock that stands still until `tick()`, in place of `perf_counter`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += seconds


class Reported(List[Any]):
    """A reporter that keeps its invocations."""

    def __call__(self, invocation: Any) -> None:
        self.append(invocation)
