"""The record of an invocation, and the reporters that receive it."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any, Callable, Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

import azure.functions as func

from ._log import log_exception, logger


class Invocation(NamedTuple):
    """
    One finished invocation, passed to every `report_to` callable.

    Read the fields by name; later versions may add some.

    Attributes:
        function_name: The function's name for the host, or `__name__` for a `timed` call without a
            context.
        invocation_id: The host's id of the invocation, a GUID; empty for a `timed` call without a
            context.
        elapsed: Seconds from the hook before the function to the hook after it.
        error: The exception that the function raised, or None. Only `timed` and enabled functions
            can set it.
        first: Whether this is the first timed invocation in this process.
        trigger: `http`, `timer`, `pubsub`, `datasource` or `other`, as OpenTelemetry defines it.
        since_start: Seconds from the start of the process to the start of its first timed
            invocation; None for later invocations.
    """

    function_name: str
    invocation_id: str
    elapsed: float
    error: Optional[BaseException]
    first: bool
    trigger: str = "other"
    since_start: Optional[float] = None


# The order matters: an HTTP function may have an input binding, which is never a request.
_CLASS_NAMES = {
    "http": "HttpRequest",
    "timer": "TimerRequest",
    "pubsub": "QueueMessage ServiceBusMessage EventHubEvent EventGridEvent CloudEvent KafkaEvent",
    "datasource": "InputStream DocumentList SqlRowList MySqlRowList",
}
# Leave out classes that the installed azure-functions does not have.
_CLASSES: Dict[str, Tuple[type, ...]] = {
    trigger: tuple(getattr(func, name) for name in names.split() if hasattr(func, name))
    for trigger, names in _CLASS_NAMES.items()
}


def find_trigger(arguments: Mapping[Any, object]) -> str:
    """Return the `faas.trigger` of an invocation by its arguments, or `other`."""
    types = tuple(map(type, arguments.values()))
    if list in types:
        # A trigger with cardinality "many" passes a list. (DocumentList is its own class.)
        firsts = [one[0] if type(one) is list and one else one for one in arguments.values()]
        types = tuple(map(type, firsts))
    return _find_trigger_of(types)


@lru_cache(maxsize=256)
def _find_trigger_of(types: Tuple[type, ...]) -> str:
    for trigger, classes in _CLASSES.items():
        if any(issubclass(one, classes) for one in types):
            return trigger
    # The request class of an HTTP streaming app is not in the SDK.
    is_request = any(hasattr(one, "url") and hasattr(one, "method") for one in types)
    return "http" if is_request else "other"


Reporter = Callable[[Invocation], object]

# Calling these kinds of function runs none of their code.
_DO_NOT_RUN = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)


def combine_reporters(reporters: Iterable[Reporter]) -> Optional[Reporter]:
    """Return a function that calls each reporter, even if one raises; None without any."""
    valid, failed = _validate_reporters(reporters), set()

    def report(invocation: Invocation) -> None:
        for reporter in valid:
            try:
                reporter(invocation)
            # SystemExit, too: in a hook, it would end Azure's worker.
            except BaseException:
                if id(reporter) not in failed:
                    failed.add(id(reporter))
                    text = "Reporter %r failed for %s. Its further failures are not logged."
                    log_exception(logger, text, reporter, invocation.function_name)

    return report if valid else None


def _validate_reporters(reporters: Iterable[Reporter]) -> Tuple[Reporter, ...]:
    if callable(reporters):
        raise TypeError(f"report_to must be a list, got {reporters!r}. Write report_to=[...].")
    try:
        listed = tuple(reporters)
    except TypeError:
        raise TypeError(f"report_to must be a list of callables, got {reporters!r}.") from None
    for reporter in listed:
        if not callable(reporter):
            raise TypeError(f"report_to must hold callables, got {reporter!r}.")
        codes = (reporter, type(reporter).__call__)
        if any(does_not_run(code) for does_not_run in _DO_NOT_RUN for code in codes):
            text = f"report_to must hold plain functions, not async or yielding {reporter!r}."
            raise TypeError(text)
    return listed
