"""The app-level extension: a hook before every invocation, and two for its end."""

from __future__ import annotations

from logging import Logger
from typing import ClassVar, Dict, Iterable, NoReturn, Optional

from azure.functions import AppExtensionBase, Context

from ._check import warn_later_if_silent
from ._options import Options, checked_options, reject_unknown
from ._report import Reporter
from ._timing import start, stop


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

        If the worker is not going to call it, a warning says so once the app is imported.

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
        warn_later_if_silent()

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
        if cls._options is not None:
            start(context)

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
        # The time stays for a subclass, if that is the one that is configured.
        if cls._options is not None:
            stop(context, cls._options, func_args, func_ret, None)

    @classmethod
    def invocation_failed_app_level(
        cls,
        logger: Logger,
        context: Context,
        func_args: Dict[str, object],
        error: BaseException,
        *args: object,
        **kwargs: object,
    ) -> None:
        """
        Log and report the time; called after each function that raised, in an enabled app.
        """
        if cls._options is not None:
            stop(context, cls._options, func_args, None, error)
