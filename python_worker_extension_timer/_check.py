"""Saying so, if a timer was configured and no worker is ever going to call it."""

from __future__ import annotations

import os
import sys
import warnings
from typing import List

from ._switch import FLAG, is_switched_off, worker_dispatches

_called: List[bool] = []
_first_warning = iter((True,))


def something_is_called() -> None:
    """
    Note that there is something that runs without the worker's hooks.
    """
    _called.append(True)


def warn_later_if_silent() -> None:
    """
    Warn once the app is imported, if by then nothing runs that calls the timer.

    Workers import an app on their running event loop, so its next turn comes after the import.
    """
    if "AzureWebJobsScriptRoot" not in os.environ or is_switched_off() or worker_dispatches():
        return
    # Every worker has it already; nobody else should pay for it.
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    loop.call_soon(_warn_if_silent)


def _warn_if_silent() -> None:
    if not _called and next(_first_warning, False):
        # A worker drops log records from outside of an invocation, and shows its standard error.
        warnings.warn(_message(), RuntimeWarning, stacklevel=1)


def _message() -> str:
    enable = (
        "app = enable_extensions(func.FunctionApp()) in function_app.py, "
        "or @enable_extensions above main in a v1 app"
    )
    if sys.version_info >= (3, 13):
        return (
            "TimerExtension is configured and never called: from Python 3.13 on, the worker calls "
            f"no extensions. Write {enable}."
        )
    return (
        f"TimerExtension is configured and never called: {FLAG} is not 1. Set it in the app "
        f"settings, or write {enable}."
    )
