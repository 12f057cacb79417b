"""A minimal worker that calls one function."""

from __future__ import annotations

import inspect
import logging
import uuid
from typing import Any, Callable

import azure.functions as func


class Context:
    """
    A context with the name that every worker's has.

    Like theirs, it does not derive from the SDK's.
    """

    function_name = "hello"
    function_directory = "/home/site/wwwroot"

    def __init__(self) -> None:
        self.invocation_id = str(uuid.uuid4())


class StandInWorker:
    """
    Call a function as workers do: with arguments by name, and a context if the signature has one.

    With `calls_hooks`, call hooks on every Python, as a later worker of Microsoft's may.
    """

    def __init__(self, calls_hooks: bool = False) -> None:
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
