"""
Call the hooks of all registered extensions, as Microsoft's worker 4.34 does (`extension.py`).

The setting, the order, the arguments and the loggers are the same. A hook's error is logged and not
raised. The hooks `invocation_failed_app_level` and `invocation_failed` are new: they run after a
function that raised. The embedded host implements the same in `extensions.py`, because it must not
import what it tests.
"""

from __future__ import annotations

import logging
import os
import sys
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Dict

from azure.functions import AppExtensionBase, ExtensionMeta

from ._log import attempt, log_exception

SETTING = "PYTHON_ENABLE_WORKER_EXTENSIONS"

_TRUE = ("1", "true", "t", "yes", "y")
_FALSE = ("0", "false", "f", "no", "n")
_WORKER = "azure_functions_worker"

_get_app_hooks = ExtensionMeta.get_application_hooks
_get_own_hooks = ExtensionMeta.get_function_hooks

# Marks on a worker's context: the worker called its hooks; an enabled function calls the others.
CALLED = "_python_worker_extension_timer_called"
CLAIMED = "_python_worker_extension_timer_claimed"

# The context of the latest hook call in this thread or task, until its invocation ends.
called_with: ContextVar[Any] = ContextVar("called_with", default=None)


def is_switched_off() -> bool:
    return os.environ.get(SETTING, "").strip().lower() in _FALSE


def worker_calls_hooks() -> bool:
    """Return whether the worker itself calls hooks: up to Python 3.12, if the setting is on."""
    if sys.version_info >= (3, 13):
        return False
    # On 3.9 the worker calls hooks without the setting, too (`constants.py`, worker 4.34).
    if sys.version_info[:2] == (3, 9):
        return not is_switched_off()
    return os.environ.get(SETTING, "").strip().lower() in _TRUE


def register_probe() -> None:
    """Register an extension that records whether the worker calls hooks, and with which context."""
    metas = getattr(_get_app_hooks(), "pre_invocation_app_level", ())
    if any(meta.ext_impl is _note_call for meta in metas):
        return

    class _WorkerProbe(AppExtensionBase):
        pre_invocation_app_level = staticmethod(_note_call)
        post_invocation_app_level = staticmethod(_forget_call)


def _note_call(logger: object, context: Any, *args: object, **kwargs: object) -> None:
    called_with.set(context)
    # A context may refuse attributes. The worker would log that error for each invocation.
    attempt(setattr, context, CALLED, True)


def _forget_call(*args: object, **kwargs: object) -> None:
    called_with.set(None)


def run_load_hooks(name: str, directory: str) -> None:
    """Run the load hooks: the function's, then the app's."""
    logger, own, app = logging.getLogger(_WORKER), _get_own_hooks(name), _get_app_hooks()
    for hooks, hook in ((own, "post_function_load"), (app, "post_function_load_app_level")):
        for meta in getattr(hooks, hook, ()):
            _call(logger, meta.ext_impl, name, directory)


def run_pre_hooks(context: Any, arguments: Dict[str, object]) -> None:
    """Run the hooks before a function: the app's, then the function's."""
    _run(_get_app_hooks(), "pre_invocation_app_level", context, arguments)
    _run(_get_own_hooks(context.function_name), "pre_invocation", context, arguments)


def run_post_hooks(context: Any, arguments: Dict[str, object], result: object) -> None:
    """Run the hooks after a function that returned: the function's, then the app's."""
    _run(_get_own_hooks(context.function_name), "post_invocation", context, arguments, result)
    _run(_get_app_hooks(), "post_invocation_app_level", context, arguments, result)


def run_failure_hooks(context: Any, arguments: Dict[str, object], error: BaseException) -> None:
    """Run the hooks after a function that raised: the function's, then the app's."""
    own, app = _get_own_hooks(context.function_name), _get_app_hooks()
    for hooks, name in ((own, "invocation_failed"), (app, "invocation_failed_app_level")):
        # The registry holds hooks, not extensions. A static hook does not know its extension. The
        # other hooks of that extension, at the same index, do know it, even if they are inherited.
        for metas in zip(*hooks or ()):
            bound = [meta for meta in metas if hasattr(meta.ext_impl, "__self__")]
            hook = getattr(bound[0].ext_impl.__self__, name, None) if bound else None
            if hook is not None:
                logger = _get_logger(bound[0].ext_name)
                # An error of a hook must not replace the function's own exception.
                _call(logger, hook, logger, context, arguments, error, caught=BaseException)
    # Clear it here: the worker calls no further hook, so the probe cannot.
    called_with.set(None)


def _run(hooks: Any, hook: str, context: Any, *rest: object) -> None:
    for meta in getattr(hooks, hook, ()):
        logger = _get_logger(meta.ext_name)
        _call(logger, meta.ext_impl, logger, context, *rest)


def _call(logger: Any, hook: Any, *arguments: object, caught: Any = Exception) -> None:
    try:
        hook(*arguments)
    except caught as error:
        log_exception(logger, error)


@lru_cache(maxsize=None)
def _get_logger(name: str) -> logging.Logger:
    return logging.getLogger(f"{_WORKER}.extension.{name}")
