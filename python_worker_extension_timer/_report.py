"""Handing invocations to the callables of `report_to`."""

from __future__ import annotations

import inspect
import logging
from typing import Callable, Iterable, Set, Tuple

from ._invocation import Invocation

Reporter = Callable[[Invocation], object]

_logger = logging.getLogger("python_worker_extension_timer")


class Reporters:
    """
    Call each reporter with each invocation, and survive the ones that raise.

    Args:
        reporters: Callables of one argument, an `Invocation`; called, not awaited.

    Raises:
        TypeError: It is not an iterable of callables, or one is a coroutine function.
    """

    def __init__(self, reporters: Iterable[Reporter]) -> None:
        self._reporters = _checked(reporters)
        self._failed: Set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._reporters)

    def __call__(self, invocation: Invocation) -> None:
        for reporter in self._reporters:
            try:
                reporter(invocation)
            # SystemExit too: in a hook, it would end Azure's worker.
            except BaseException:
                self._log_first_failure(reporter, invocation)

    def _log_first_failure(self, reporter: Reporter, invocation: Invocation) -> None:
        if id(reporter) in self._failed:
            return
        self._failed.add(id(reporter))
        _logger.exception(
            "Reporter %r failed for %s. Its further failures are not logged.",
            reporter,
            invocation.function_name,
        )


def _does_nothing_when_called(code: object) -> bool:
    return (
        inspect.iscoroutinefunction(code)
        or inspect.isgeneratorfunction(code)
        or inspect.isasyncgenfunction(code)
    )


def _checked(reporters: Iterable[Reporter]) -> Tuple[Reporter, ...]:
    if callable(reporters):
        raise TypeError(f"report_to must be a list, got {reporters!r}. Write report_to=[...].")
    try:
        listed = tuple(reporters)
    except TypeError:
        raise TypeError(f"report_to must be a list of callables, got {reporters!r}.") from None
    for reporter in listed:
        if not callable(reporter):
            raise TypeError(f"report_to must hold callables, got {reporter!r}.")
        if any(_does_nothing_when_called(code) for code in (reporter, type(reporter).__call__)):
            raise TypeError(
                f"report_to must hold plain functions, not async or yielding {reporter!r}."
            )
    return listed
