"""Read a v2 function's `@app.retry` as the worker does (loader.py, worker 4.34)."""

from __future__ import annotations

import time
from typing import Any

from .errors import FunctionError

_INTERVALS = {
    "fixed_delay": ("delay_interval",),
    "exponential_backoff": ("minimum_interval", "maximum_interval"),
}


def check_retry_policy(function: Any) -> None:
    """
    Check the retry policy of a function, if it has one.

    Raises:
        FunctionError: The worker could not index the function.
    """
    # azure-functions older than 1.15 has no retry policies.
    settings_of = getattr(function, "get_settings_dict", lambda name: None)
    policy = settings_of("retry_policy")
    if not policy:
        return
    _check(function, "max_retry_count", policy.get("max_retry_count"), int)
    kind = "fixed_delay" if policy.get("strategy") == "fixed_delay" else "exponential_backoff"
    for name in _INTERVALS[kind]:
        _check(function, name, policy.get(name), lambda text: time.strptime(text, "%H:%M:%S"))


def _check(function: Any, name: str, value: Any, parse: Any) -> None:
    try:
        parse(value)
    except (TypeError, ValueError):
        form = "a whole number" if parse is int else "a text such as 00:00:10"
        problem = f"has a retry policy with {name} {value!r}. Use {form}."
        raise FunctionError(function.get_function_name(), problem) from None
