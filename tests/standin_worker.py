"""A worker that calls one function, in place of a whole host."""

from __future__ import annotations

import inspect
import logging
import uuid
from typing import Any, Callable

import azure.functions as func


class Context:
    """Named as that of every worker, and like it no subclass of the SDK's."""

    function_name = "hello"
    function_directory = "/home/site/wwwroot"

    def __init__(self) -> None:
        self.invocation_id = str(uuid.uuid4())


class StandInWorker:
    """
    Calls a function as workers do: by name, with a context if its signature wants one.

    Stands in for one that calls hooks on every Python, as a later one of Microsoft's may.
    """

    def __init__(self, calls_hooks: bool) -> None:
        self._calls_hooks = calls_hooks

    def call(self, function: Callable[..., Any], **arguments: Any) -> Any:
        context = Context()
        if "context" in inspect.signature(function).parameters:
            arguments.setdefault("context", context)
        if self._calls_hooks:
            self._run("pre_invocation_app_level", context, arguments)
        result = function(**arguments)
        if self._calls_hooks:
            self._run("post_invocation_app_level", context, arguments, result)
        return result

    def _run(self, hook: str, *arguments: Any) -> None:
        for meta in getattr(func.ExtensionMeta.get_application_hooks(), hook):
            meta.ext_impl(logging.getLogger(), *arguments)
