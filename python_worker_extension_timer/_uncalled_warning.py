"""Warn about a configured timer that no worker will call."""

from __future__ import annotations

import os
import sys
import warnings
from itertools import count
from types import ModuleType
from typing import Any, List

from ._hooks import SETTING, is_switched_off, worker_calls_hooks

_MESSAGE = (
    "TimerExtension is configured and never called: {}. {} app = enable_extensions("
    "func.FunctionApp()) in function_app.py, or @enable_extensions above main in a v1 app."
)

_hooked: List[bool] = []
_warnings = count()


def mark_hooked() -> None:
    """Record that something other than the worker will call the timer."""
    _hooked.append(True)


def is_in_worker() -> bool:
    return "AzureWebJobsScriptRoot" in os.environ


def warn_later_if_uncalled() -> None:
    """Warn once the app is imported, if nothing will call the timer by then."""
    if not is_in_worker() or is_switched_off() or worker_calls_hooks():
        return
    # Every worker has imported asyncio already; other programs should not pay for it.
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    # Workers import an app on this loop, so its next turn comes after the import.
    importing = [name for name, module in list(sys.modules.items()) if _is_importing(module)]
    loop.call_soon(_warn_if_uncalled, loop, importing)


def _warn_if_uncalled(loop: Any, importing: List[str]) -> None:
    if any(name not in sys.modules for name in importing):
        return  # The import has failed, and the worker shows that error.
    if any(_is_importing(sys.modules[name]) for name in importing):
        # The app itself runs the loop, as nest_asyncio allows.
        loop.call_later(0.1, _warn_if_uncalled, loop, importing)
    elif not _hooked and next(_warnings) == 0:
        cause, remedy = f"{SETTING} is not 1", "Set it in the app settings, or write"
        if sys.version_info >= (3, 13):
            cause, remedy = "from Python 3.13 on, the worker calls no extensions", "Write"
        # A worker drops log records from outside an invocation, but shows its standard error.
        warnings.warn(_MESSAGE.format(cause, remedy), RuntimeWarning, stacklevel=1)


def _is_importing(module: object) -> bool:
    # A cffi library, such as cryptography's, passes isinstance() but has no `__dict__`. Reading an
    # attribute of a lazy module would load it.
    is_module = issubclass(type(module), ModuleType)
    spec = object.__getattribute__(module, "__dict__").get("__spec__") if is_module else None
    # The import system sets this.
    return getattr(spec, "_initializing", False) is True
