"""
The hooks of worker extensions, called as Microsoft's worker calls them, and their context.

Follows `azure_functions_worker/extension.py` of worker 4.34
(docs/host-contract.md#23-order-of-hooks). The runtimes for Python 3.13 and newer call no hooks. The
package `python_worker_extension_timer` implements the same order on purpose (`_hooks.py`): this
host must not import the code that it tests.
"""

from __future__ import annotations

import json
import logging
import os
import random
import sys
import threading
import uuid
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, Callable, Dict, Iterable, List

from azure.functions import ExtensionMeta

from .settings import read_switch

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"

# The worker sets its loggers to INFO, so a hook's `logger.debug` is dropped.
logging.getLogger("azure_functions_worker").setLevel(logging.INFO)


# The worker shares one between all invocations, so a thread finds the values of its last one.
_STORAGE = threading.local()


# Do not use the operating system's random numbers: that call would let another thread run first.
_RANDOM = random.Random()


class TraceContext(SimpleNamespace):
    """The W3C Trace Context of an invocation."""


class RetryContext(SimpleNamespace):
    """The retry of an invocation, if it is a retry."""


class RpcException(SimpleNamespace):
    """The failure before a retry."""


class Context:
    """
    The context of an invocation, shared by its hooks and its function
    (docs/host-contract.md#25-context).

    As in the worker, it is not a subclass of `azure.functions.Context`, but has its attributes.
    """

    function_name = property(attrgetter("_function_name"))
    function_directory = property(attrgetter("_function_directory"))
    invocation_id = property(attrgetter("_invocation_id"))
    thread_local_storage = property(attrgetter("_thread_local_storage"))

    def __init__(self, function_name: str, function_directory: str) -> None:
        self._function_name = function_name
        self._function_directory = function_directory
        self._invocation_id = str(uuid.UUID(int=_RANDOM.getrandbits(128), version=4))
        self._thread_local_storage = _STORAGE

    @property
    def trace_context(self) -> TraceContext:
        trace_id = uuid.UUID(self._invocation_id).hex
        parent = f"00-{trace_id}-{trace_id[:16]}-00"
        new_names = {"trace_parent": parent, "trace_state": "", "attributes": {}}
        return TraceContext(Traceparent=parent, Tracestate="", Attributes={}, **new_names)

    @property
    def retry_context(self) -> RetryContext:
        failure = RpcException(source="", stack_trace="", message="")
        return RetryContext(retry_count=0, max_retry_count=0, rpc_exception=failure)


def worker_calls_hooks() -> bool:
    """Return whether hooks run now; the worker reads the app setting before each hook."""
    if sys.version_info >= (3, 13):
        return False
    switch = read_switch(FLAG)
    return switch is not False if sys.version_info[:2] == (3, 9) else switch is True


def explain_silence(is_enabled: bool) -> str:
    """
    Return why nothing calls hooks, or an empty string if the worker or an enabled app does.
    """
    is_off = read_switch(FLAG) is False
    if worker_calls_hooks() or (is_enabled and not is_off):
        return ""
    if sys.version_info >= (3, 13) and not (is_enabled and is_off):
        return "Python 3.13 or newer"
    value = os.environ.get(FLAG)
    return f"{FLAG} is {'not set' if value is None else value}"


def registered_extensions() -> List[str]:
    """Return the class names of the app's extensions, without duplicates and private classes."""
    info = json.loads(ExtensionMeta.get_registered_extensions_json())
    by_function = info.get("FuncExtension", {}).values()
    names = [*info.get("AppExtension", []), *(name for names in by_function for name in names)]
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]


def call_load_hooks(function_name: str, directory: str) -> None:
    """Call the load hooks: the function's, then the app's."""
    logger = logging.getLogger("azure_functions_worker")
    for hook in ("post_function_load", "post_function_load_app_level"):
        for meta in _find_hooks(hook, function_name):
            _call(logger, meta.ext_impl, function_name, directory)


def call_pre_hooks(context: Context, arguments: Dict[str, object]) -> None:
    """Call the hooks before a function: the app's, then the function's."""
    _call_hooks("pre_invocation_app_level", context, arguments)
    _call_hooks("pre_invocation", context, arguments)


def call_post_hooks(context: Context, arguments: Dict[str, object], result: object) -> None:
    """Call the hooks after a function that returned: the function's, then the app's."""
    _call_hooks("post_invocation", context, arguments, result)
    _call_hooks("post_invocation_app_level", context, arguments, result)


def _call_hooks(hook: str, context: Context, *rest: object) -> None:
    for meta in _find_hooks(hook, context.function_name):
        logger = logging.getLogger(f"azure_functions_worker.extension.{meta.ext_name}")
        _call(logger, meta.ext_impl, logger, context, *rest)


def _find_hooks(hook: str, function_name: str) -> Iterable[Any]:
    hooks: Any
    if hook.endswith("_app_level"):
        hooks = ExtensionMeta.get_application_hooks()
    else:
        hooks = ExtensionMeta.get_function_hooks(function_name)
    found = getattr(hooks, hook, ())
    return list(found) if found and worker_calls_hooks() else ()


def _call(logger: logging.Logger, hook: Callable[..., object], *arguments: object) -> None:
    try:
        hook(*arguments)
    except Exception:
        logger.exception("Error in extension hook %s", getattr(hook, "__qualname__", hook))
