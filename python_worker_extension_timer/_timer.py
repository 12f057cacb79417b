"""The app-level extension: a hook before and one after every invocation."""

from __future__ import annotations

import logging
from logging import Logger
from time import perf_counter
from typing import ClassVar, Dict, Iterable, NoReturn, Optional

from azure.functions import AppExtensionBase, Context, HttpResponse

from ._invocation import Invocation
from ._options import Options, checked_options, reject_unknown
from ._report import Reporter

# Not the logger that hooks are handed: its lines are the worker's own, which `func start` hides
# without --verbose and which never reach the customer's Application Insights.
_logger = logging.getLogger("python_worker_extension_timer")

# The key in the invocation's own context object, so that the time dies with it: the worker runs
# no hook after a function that raised.
_STARTED = "_python_worker_extension_timer_started"
_FIRST = "_python_worker_extension_timer_first"

_first_in_process = iter((True,))


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
        Switch the timer on; each call replaces all options of the one before.

        Args:
            append_to_http_response:
                Append ` (TimeElapsed: N sec)` to HTTP responses that are text.

            server_timing:
                Add `app;dur=N`, in ms, to the `Server-Timing` header of HTTP responses.

            warn_after:
                Log invocations of this many seconds or more as warnings.

            report_to:
                Callables that are handed an `Invocation` each. One that raises
                hurts nobody and is logged once.

        Raises:
            TypeError: An option is unknown or has the wrong type.

            ValueError: `warn_after` is negative or not finite.
        """
        reject_unknown(unknown)
        cls._options = checked_options(
            append_to_http_response=append_to_http_response,
            server_timing=server_timing,
            warn_after=warn_after,
            report_to=report_to,
        )

    @classmethod
    def pre_invocation_app_level(
        cls,
        logger: Logger,
        context: Context,
        func_args: Optional[Dict[str, object]] = None,
        *args: object,
        **kwargs: object,
    ) -> None:
        """
        Note the start; called by the worker before each function.
        """
        if cls._options is None:
            return
        if _logger.isEnabledFor(logging.DEBUG):
            _logger.debug("Recording start time of %s", context.function_name)
        if next(_first_in_process, False):
            context.__dict__[_FIRST] = True
        context.__dict__[_STARTED] = perf_counter()

    @classmethod
    def post_invocation_app_level(
        cls,
        logger: Logger,
        context: Context,
        func_args: Optional[Dict[str, object]] = None,
        func_ret: Optional[object] = None,
        *args: object,
        **kwargs: object,
    ) -> None:
        """
        Log and report the time; called by the worker after each function that returned.
        """
        stopped = perf_counter()
        options = cls._options
        # The time stays for a subclass, if that is the one that is configured.
        if options is None:
            return
        started = context.__dict__.pop(_STARTED, None)
        if started is None:
            return
        elapsed = stopped - started
        level = logging.INFO if elapsed < options.warn_after else logging.WARNING
        if _logger.isEnabledFor(level):
            name = context.function_name
            _logger.log(level, "Time taken to execute %s is %.6f sec", name, elapsed)
        if options.report is not None:
            options.report(_invocation(context, elapsed))
        if options.marks and isinstance(func_ret, HttpResponse):
            for mark in options.marks:
                mark(func_ret, elapsed, func_args or {})


def _invocation(context: Context, elapsed: float) -> Invocation:
    first = _FIRST in context.__dict__
    return Invocation(context.function_name, context.invocation_id, elapsed, None, first)
