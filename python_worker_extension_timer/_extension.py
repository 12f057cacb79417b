"""The app-level extension and its options. Its hooks run before and after every invocation."""

from __future__ import annotations

import inspect
import math
import sys
from logging import Logger
from typing import Any, ClassVar, Dict, Iterable, NoReturn, Optional

from azure.functions import AppExtensionBase, Context

from ._invocation import Reporter, combine_reporters
from ._measure import Options, start, stop
from ._response import add_server_timing, append_elapsed
from ._uncalled_warning import warn_later_if_uncalled

Args = Optional[Dict[str, object]]


class TimerExtension(AppExtensionBase):
    """
    Time every invocation of the function app that imports and configures it.

    Before `configure()` is called it does nothing.
    """

    _options: ClassVar[Optional[Options]] = None

    @classmethod
    def configure(
        cls,
        *,
        append_to_http_response: bool = False,
        server_timing: bool = False,
        warn_after: Optional[float] = None,
        report_to: Iterable[Reporter] = (),
        **unknown: NoReturn,
    ) -> None:
        """
        Switch the timer on; each call replaces all options of the call before.

        Args:
            append_to_http_response: Append ` (TimeElapsed: N sec)` to HTTP responses that are text.
            server_timing: Add `app;dur=N`, in ms, to the `Server-Timing` header of HTTP responses.
            warn_after: Log a warning instead of an info line if an invocation takes this many
                seconds or more.
            report_to: Callables that each receive an `Invocation`. If one raises, this is logged
                once.

        If no worker will call the timer, a warning appears once the app is imported.

        Raises:
            TypeError: An option is unknown or has the wrong type.
            ValueError: `warn_after` is negative or not finite.
        """
        for name in unknown:
            raise TypeError(_describe_unknown(name))
        _validate_switch("append_to_http_response", append_to_http_response)
        _validate_switch("server_timing", server_timing)
        editors = [append_elapsed] * append_to_http_response + [add_server_timing] * server_timing
        seconds = math.inf if warn_after is None else _validate_seconds(warn_after)
        cls._options = Options(editors, seconds, combine_reporters(report_to))
        warn_later_if_uncalled()

    @classmethod
    def pre_invocation_app_level(
        cls, logger: Logger, context: Context, func_args: Args = None, *args: Any, **kwargs: Any
    ) -> None:
        """Note the start. The worker calls this before each function."""
        if cls._options is not None:
            start(context, func_args)

    @classmethod
    def post_invocation_app_level(
        cls,
        logger: Logger,
        context: Context,
        func_args: Args = None,
        func_ret: Optional[object] = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Log and report the time. The worker calls this after each function that returned."""
        # If not configured, keep the time: a subclass may be configured instead.
        if cls._options is not None:
            stop(context, cls._options, func_args, func_ret, None)

    @classmethod
    def invocation_failed_app_level(
        cls,
        logger: Logger,
        context: Context,
        func_args: Args,
        error: BaseException,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Log and report the time. An enabled app calls this after each function that raised."""
        if cls._options is not None:
            stop(context, cls._options, func_args, None, error)


def _describe_unknown(name: str) -> str:
    # Only a wrong option needs this module, so do not import it at the top.
    import difflib

    parameters = inspect.signature(TimerExtension.configure).parameters.values()
    known = sorted(one.name for one in parameters if one.kind is one.KEYWORD_ONLY)
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else f"It has: {', '.join(known)}."
    return f"TimerExtension.configure() has no option {name!r}. {hint}"


def _validate_switch(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}.")


def _validate_seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"warn_after must be a number of seconds or None, got {value!r}.")
    if not 0 <= value <= sys.float_info.max:
        raise ValueError(f"warn_after must be zero or more seconds, and finite, got {value!r}.")
    return value
