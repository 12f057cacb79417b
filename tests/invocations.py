"""An invocation to time, a clock to set and a reporter to look at."""

from __future__ import annotations

import uuid
from typing import Any, List

import azure.functions as func


class InvocationContext(func.Context):
    """
    The context of an invocation, as unit tests make it from the SDK's class.
    """

    def __init__(self, function_name: str = "hello") -> None:
        self._function_name = function_name
        self._invocation_id = str(uuid.uuid4())

    @property
    def function_name(self) -> str:
        return self._function_name

    @property
    def invocation_id(self) -> str:
        return self._invocation_id

    @property
    def function_directory(self) -> str:
        return "/home/site/wwwroot"

    @property
    def trace_context(self) -> Any:
        return None

    @property
    def retry_context(self) -> Any:
        return None

    @property
    def thread_local_storage(self) -> Any:
        return None


class Clock:
    """
    A clock that stands still until `tick()`, in place of `perf_counter`.
    """

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
