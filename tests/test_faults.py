"""Contexts, arguments and responses on which the timer fails, but not the function."""

from __future__ import annotations

import logging
from functools import partial
from itertools import count
from typing import Any, Callable, List

import azure.functions as func
import pytest
from invocations import InvocationContext, Reported
from python_worker_extension_timer import TimerExtension, _log, enable_extensions, timed
from standin_worker import Context, StandInWorker

LOGGER = logging.getLogger("python_worker_extension_timer")
FAULT = "The timer has failed, not the function. It logs this only once."
Invoke = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(_log, "_faults", count())


def list_subjects(caplog: pytest.LogCaptureFixture) -> List[str]:
    """Return the lines of the log without the times."""
    return [message.partition(" is ")[0] for message in caplog.messages]


class Slots:
    """A context that refuses new attributes."""

    __slots__ = ("function_directory", "function_name", "invocation_id")

    def __init__(self) -> None:
        self.function_name, self.function_directory, self.invocation_id = "hello", "/", "1"


# Every worker's class has this name.
SlotsContext = type("Context", (Slots,), {"__slots__": ()})


def test_context_without_attributes_is_logged_once(
    invoke: Invoke, caplog: pytest.LogCaptureFixture
) -> None:
    TimerExtension.configure()

    results = [invoke("result", in_context=SlotsContext()) for _ in range(2)]

    assert results == ["result"] * 2
    assert caplog.messages == [FAULT]


@pytest.mark.parametrize("calls_hooks", [False, True])
def test_enabled_function_takes_context_without_attributes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, calls_hooks: bool
) -> None:
    @enable_extensions
    def main(req: int, context: Any) -> int:
        return req

    monkeypatch.setattr("standin_worker.Context", SlotsContext)
    TimerExtension.configure()

    results = [StandInWorker(calls_hooks).call(main, req=2) for _ in range(2)]

    assert results == [2, 2]
    assert caplog.messages == [FAULT]


class Hostile:
    """An argument that raises whenever it is inspected."""

    def fail(self, *_: object) -> Any:
        raise RuntimeError("of the argument")

    __class__ = url = method = property(fail)
    __hash__ = __eq__ = __bool__ = fail
    __repr__ = fail


@pytest.mark.parametrize("kind", ["extension", "timed", "both"])
def test_hostile_argument_is_passed_on_and_timed(
    reported: Reported, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    @timed
    def timed_function(req: Any) -> Any:
        return req

    argument, context = Hostile(), InvocationContext()
    TimerExtension.configure(report_to=[reported])
    if kind != "timed":
        TimerExtension.pre_invocation_app_level(LOGGER, context, {"req": argument})
    if kind != "extension":
        assert timed_function(argument) is argument
    if kind != "timed":
        TimerExtension.post_invocation_app_level(LOGGER, context, {"req": argument}, argument)

    name = "timed_function" if kind == "timed" else "hello"
    assert list_subjects(caplog) == [f"Time taken to execute {name}"]
    assert [(done.trigger, done.error) for done in reported] == [("http", None)]


class Hiding(Context):
    """A context whose attributes cannot be read while `is_hidden`."""

    is_hidden = False

    def __getattribute__(self, name: str) -> Any:
        if name != "is_hidden" and self.is_hidden:
            raise RuntimeError("of the context")
        return super().__getattribute__(name)


HidingContext: Any = type("Context", (Hiding,), {})


def test_unreadable_context_is_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = HidingContext()
    TimerExtension.configure()
    TimerExtension.pre_invocation_app_level(LOGGER, context, {})
    monkeypatch.setattr(HidingContext, "is_hidden", True)

    for _ in range(2):
        TimerExtension.post_invocation_app_level(LOGGER, context, {}, None)

    assert caplog.messages == [FAULT]


@pytest.mark.parametrize("fails", [False, True])
# `timed` reads the context before the call, so it does not log a fault.
@pytest.mark.parametrize(("decorate", "faults"), [(timed, 0), (enable_extensions, 1)])
def test_unreadable_context_changes_no_outcome(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    decorate: Any,
    faults: int,
    fails: bool,
) -> None:
    def main(req: int, context: Any) -> int:
        HidingContext.is_hidden = True
        if fails:
            raise ValueError("of the function")
        return req

    monkeypatch.setattr(HidingContext, "is_hidden", False)
    monkeypatch.setattr("standin_worker.Context", HidingContext)
    call = partial(StandInWorker().call, decorate(main), req=2)

    if fails:
        with pytest.raises(ValueError, match="of the function"):
            call()
    else:
        assert call() == 2
    assert caplog.messages.count(FAULT) == faults


def test_response_that_raises_is_returned(invoke: Invoke, caplog: pytest.LogCaptureFixture) -> None:
    class Odd(func.HttpResponse):
        @property
        def headers(self) -> Any:
            raise RuntimeError("of the response")

    TimerExtension.configure(append_to_http_response=True, server_timing=True)
    response = Odd("Hello")

    assert invoke(response) is response
    assert list_subjects(caplog) == ["Time taken to execute hello", FAULT]
