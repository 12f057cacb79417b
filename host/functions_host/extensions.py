"""
Calling worker-extension hooks as Microsoft's worker does.

Follows `azure_functions_worker/extension.py` of worker 4.34 (Python 3.7 to 3.12) and the runtimes
for 3.13 and newer, which call none.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, Callable, Dict, Iterable, List

from azure.functions import ExtensionMeta

from .settings import is_false, is_true

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"

# The worker pins its loggers to INFO, so a hook's `logger.debug` never leaves it.
logging.getLogger("azure_functions_worker").setLevel(logging.INFO)


def are_called() -> bool:
    """
    Tell whether hooks run now; the worker asks the environment before every one of them.
    """
    if sys.version_info >= (3, 13):
        return False
    return not is_false(FLAG) if sys.version_info[:2] == (3, 9) else is_true(FLAG)


def registered() -> List[str]:
    """
    Return the class names of all extensions that the app has registered, without repeats.
    """
    info = json.loads(ExtensionMeta.get_registered_extensions_json())
    by_function = info.get("FuncExtension", {}).values()
    names = [*info.get("AppExtension", []), *(name for names in by_function for name in names)]
    return list(dict.fromkeys(names))


def function_loaded(function_name: str, directory: str) -> None:
    """
    Run the load hooks: those of the function, then those of the app.
    """
    logger = logging.getLogger("azure_functions_worker")
    for level, hook in (
        ("function", "post_function_load"),
        ("app", "post_function_load_app_level"),
    ):
        for meta in _hooks(level, hook, function_name):
            _call(logger, meta.ext_impl, function_name, directory)


def before_invocation(context: Any, arguments: Dict[str, object]) -> None:
    """
    Run the hooks before a function: those of the app, then its own.
    """
    _run("app", "pre_invocation_app_level", context, arguments)
    _run("function", "pre_invocation", context, arguments)


def after_invocation(context: Any, arguments: Dict[str, object], result: object) -> None:
    """
    Run the hooks after a function that returned: its own, then those of the app.
    """
    _run("function", "post_invocation", context, arguments, result)
    _run("app", "post_invocation_app_level", context, arguments, result)


def _run(level: str, hook: str, context: Any, *rest: object) -> None:
    for meta in _hooks(level, hook, context.function_name):
        logger = logging.getLogger(f"azure_functions_worker.extension.{meta.ext_name}")
        _call(logger, meta.ext_impl, logger, context, *rest)


def _hooks(level: str, hook: str, function_name: str) -> Iterable[Any]:
    if not are_called():
        return ()
    if level == "app":
        hooks: Any = ExtensionMeta.get_application_hooks()
    else:
        hooks = ExtensionMeta.get_function_hooks(function_name)
    return list(getattr(hooks, hook, ()))


def _call(logger: logging.Logger, hook: Callable[..., object], *arguments: object) -> None:
    try:
        hook(*arguments)
    except Exception:
        logger.exception("Error in extension hook %s", getattr(hook, "__qualname__", hook))
