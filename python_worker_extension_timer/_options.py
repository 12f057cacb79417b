"""The options of `TimerExtension.configure()`, checked once when they are given."""

from __future__ import annotations

import math
from typing import Callable, Iterable, Mapping, NoReturn, Optional, Tuple

from ._report import Reporter, Reporters
from ._response import add_server_timing, append_elapsed

Mark = Callable[[object, float, Mapping[str, object]], None]


class Options:
    """
    What `TimerExtension.configure()` was asked for, in the form that costs an invocation least.

    Args:
        marks: What puts the time on an HTTP response.

        warn_after: In seconds, infinite for never.

        report: Hands an invocation to the reporters; None if there are none.
    """

    __slots__ = ("marks", "report", "warn_after")

    def __init__(
        self, marks: Tuple[Mark, ...], warn_after: float, report: Optional[Reporters]
    ) -> None:
        self.marks, self.warn_after, self.report = marks, warn_after, report


def checked_options(
    *,
    append_to_http_response: bool,
    server_timing: bool,
    warn_after: Optional[float],
    report_to: Iterable[Reporter],
) -> Options:
    """
    Return the options, or say which one is wrong.

    Raises:
        TypeError: An option has the wrong type.

        ValueError: `warn_after` is negative, infinite or not a number.
    """
    _check_switch("append_to_http_response", append_to_http_response)
    _check_switch("server_timing", server_timing)
    marks = [append_elapsed] * append_to_http_response + [add_server_timing] * server_timing
    seconds = math.inf if warn_after is None else _checked_seconds(warn_after)
    return Options(tuple(marks), seconds, Reporters(report_to) or None)


def reject_unknown(options: Mapping[str, object]) -> None:
    """
    Do nothing if there are no unknown options, else name the nearest known one.

    Raises:
        TypeError: There is at least one.
    """
    for name in options:
        _raise_unknown(name)


def _raise_unknown(name: str) -> NoReturn:
    # Only a mistake needs it, so only a mistake pays for its import.
    import difflib

    known = ("append_to_http_response", "report_to", "server_timing", "warn_after")
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else f"It has: {', '.join(known)}."
    raise TypeError(f"TimerExtension.configure() has no option {name!r}. {hint}")


def _check_switch(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}.")


def _checked_seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"warn_after must be a number of seconds or None, got {value!r}.")
    try:
        seconds = float(value)
    except OverflowError:
        seconds = math.inf
    if not 0 <= seconds < math.inf:
        raise ValueError(f"warn_after must be zero or more seconds, and finite, got {value!r}.")
    return seconds
