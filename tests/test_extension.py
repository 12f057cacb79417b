"""The hooks of `TimerExtension`, and its options."""

from __future__ import annotations

import logging
import re
from typing import Any, AsyncIterator, Callable, Dict, Iterator, List

import azure.functions as func
import pytest
from invocations import Clock, InvocationContext, Reported
from python_worker_extension_timer import Invocation, TimerExtension

LOGGER = "python_worker_extension_timer"
ERROR = ValueError("not in the log")
Invoke = Callable[..., Any]


@pytest.fixture(autouse=True)
def _logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


# Later workers may pass more arguments than today's.
def begin(context: Any, extension: Any = TimerExtension) -> None:
    extension.pre_invocation_app_level(logging.getLogger(), context, {}, "more", named="more")


def end(context: Any, extension: Any = TimerExtension) -> None:
    extension.post_invocation_app_level(logging.getLogger(), context, {}, 1, "more", named="more")


def fail(context: Any) -> None:
    failed = TimerExtension.invocation_failed_app_level
    failed(logging.getLogger(), context, {}, ERROR, "more", named="more")


@pytest.mark.parametrize(
    ("options", "seconds", "shown", "level"),
    [
        ({}, 1e-9, "0.000000", logging.INFO),
        ({}, 1234567.0, "1234567.000000", logging.INFO),
        ({"warn_after": 1}, 4.2e-6, "0.000004", logging.INFO),
        ({"warn_after": 1}, 1.0, "1.000000", logging.WARNING),
        ({"warn_after": 1}, 2.0, "2.000000", logging.WARNING),
    ],
)
def test_time_is_logged_by_warn_after(
    invoke: Invoke,
    caplog: pytest.LogCaptureFixture,
    options: Any,
    seconds: float,
    shown: str,
    level: int,
) -> None:
    TimerExtension.configure(**options)

    invoke(seconds=seconds)

    text = f"Time taken to execute hello is {shown} sec"
    assert caplog.record_tuples == [(LOGGER, level, text)]


def test_start_is_logged_at_debug(invoke: Invoke, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    TimerExtension.configure()

    invoke()

    start, end = caplog.record_tuples
    assert start == (LOGGER, logging.DEBUG, "Recording start time of hello")
    assert end[1] == logging.INFO


@pytest.mark.parametrize("hook", [end, fail])
def test_invocation_begun_before_configure_is_untimed(
    context: InvocationContext, caplog: pytest.LogCaptureFixture, hook: Callable[[Any], None]
) -> None:
    caplog.set_level(logging.DEBUG)

    begin(context)
    hook(context)
    TimerExtension.configure()
    hook(context)

    assert caplog.messages == []


@pytest.mark.parametrize(
    ("options", "body", "headers"),
    [
        ({}, b"Hello", []),
        ({"append_to_http_response": True}, b"Hello (TimeElapsed: 0.012346 sec)", []),
        ({"server_timing": True}, b"Hello", [("Server-Timing", "app;dur=12.346")]),
    ],
)
def test_option_puts_time_on_response(
    invoke: Invoke, options: Dict[str, bool], body: bytes, headers: List[Any]
) -> None:
    TimerExtension.configure(**options)  # type: ignore[arg-type]

    response = invoke(func.HttpResponse("Hello"), seconds=0.0123456)

    shown = [(name.title(), value) for name, value in response.headers.items()]
    assert (response.get_body(), shown) == (body, headers)


@pytest.mark.usefixtures("cold_start")
def test_first_response_shows_the_cold_start(invoke: Invoke) -> None:
    TimerExtension.configure(server_timing=True)
    # A function may return the same object again.
    response = func.HttpResponse("Hello", headers={"Server-Timing": "db;dur=1"})

    shown = [
        invoke(response, in_context=context).headers["Server-Timing"]
        for context in (InvocationContext(), InvocationContext())
    ]

    assert shown == [
        'db;dur=1, app;dur=500.000, init;dur=1500.000;desc="cold"',
        "db;dur=1, app;dur=500.000",
    ]


def test_overlapping_invocations_keep_their_start_times(clock: Clock, reported: Reported) -> None:
    TimerExtension.configure(report_to=[reported])
    first, second = InvocationContext("first"), InvocationContext("second")

    begin(first)
    clock.tick(1)
    begin(second)
    clock.tick(2)
    end(first)
    end(second)

    assert [one.elapsed for one in reported] == [3.0, 2.0]


@pytest.mark.usefixtures("cold_start")
def test_reporters_get_the_invocation(
    invoke: Invoke, context: InvocationContext, reported: Reported
) -> None:
    TimerExtension.configure(report_to=[reported])
    other = InvocationContext("other")

    invoke(seconds=0.5)
    invoke(seconds=0.25, in_context=other)

    assert reported == [
        Invocation("hello", context.invocation_id, 0.5, None, True, "other", 1.5),
        Invocation("other", other.invocation_id, 0.25, None, False, "other", None),
    ]


def test_level_hides_only_the_line(
    invoke: Invoke, reported: Reported, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    TimerExtension.configure(report_to=[reported])

    invoke()

    assert (len(reported), caplog.messages) == (1, [])


@pytest.mark.usefixtures("cold_start")
def test_first_invocation_is_first_to_begin(reported: Reported) -> None:
    TimerExtension.configure(report_to=[reported])
    slow, quick = InvocationContext("slow"), InvocationContext("quick")

    begin(slow)
    begin(quick)
    end(quick)
    end(slow)

    assert [(done.function_name, done.first) for done in reported] == [
        ("quick", False),
        ("slow", True),
    ]


def test_each_configure_replaces_the_last(invoke: Invoke, reported: Reported) -> None:
    TimerExtension.configure(append_to_http_response=True, report_to=[reported])

    TimerExtension.configure(server_timing=True)
    response = invoke(func.HttpResponse("Hello"))

    assert response.get_body() == b"Hello"
    assert "Server-Timing" in response.headers
    assert reported == []


class Mine(TimerExtension):
    _options = None


@pytest.mark.parametrize("configured", [[TimerExtension], [Mine], [TimerExtension, Mine]])
def test_extension_and_subclass_log_once(
    context: InvocationContext,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    configured: List[Any],
) -> None:
    monkeypatch.setattr(Mine, "_options", None)
    for extension in configured:
        extension.configure()

    for hook in (begin, end):
        hook(context)
        hook(context, Mine)

    assert len(caplog.messages) == 1


def test_failure_is_logged_and_reported_once(
    context: InvocationContext, clock: Clock, reported: Reported, caplog: pytest.LogCaptureFixture
) -> None:
    TimerExtension.configure(report_to=[reported])

    begin(context)
    clock.tick(0.5)
    fail(context)
    fail(context)

    text = "Time taken to execute hello is 0.500000 sec (failed: ValueError)"
    assert caplog.record_tuples == [(LOGGER, logging.WARNING, text)]
    assert [(done.elapsed, done.error) for done in reported] == [(0.5, ERROR)]


async def send_it(invocation: Any) -> None:
    pass


def yield_it(invocation: Any) -> Iterator[None]:
    yield None


async def yield_it_async(invocation: Any) -> AsyncIterator[None]:
    yield None


class Sender:
    async def __call__(self, invocation: Any) -> None:
        pass


@pytest.mark.parametrize("reporter", [send_it, Sender(), yield_it, yield_it_async])
def test_async_or_yielding_reporter_is_refused(reporter: Any) -> None:
    with pytest.raises(TypeError, match=r"^report_to must hold plain functions, not async or "):
        TimerExtension.configure(report_to=[reporter])


OPTIONS = "append_to_http_response, report_to, server_timing, warn_after"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        (
            "append_to_http_respons",
            True,
            "has no option 'append_to_http_respons'. Did you mean 'append_to_http_response'?",
        ),
        ("colour", "red", f"has no option 'colour'. It has: {OPTIONS}."),
        ("append_to_http_response", 1, "append_to_http_response must be True or False, got 1."),
        ("server_timing", "yes", "server_timing must be True or False, got 'yes'."),
        ("warn_after", "1", "warn_after must be a number of seconds or None, got '1'."),
        ("warn_after", True, "warn_after must be a number of seconds or None, got True."),
        ("report_to", 5, "report_to must be a list of callables, got 5."),
        ("report_to", "a", "report_to must hold callables, got 'a'."),
        (
            "report_to",
            print,
            "report_to must be a list, got <built-in function print>. Write report_to=[...].",
        ),
    ],
)
def test_wrong_option_is_a_type_error(option: str, value: Any, message: str) -> None:
    options: Dict[str, Any] = {option: value}

    with pytest.raises(TypeError, match=f"{re.escape(message)}$"):
        TimerExtension.configure(**options)


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf"), 10**400])
def test_impossible_time_is_a_value_error(seconds: float) -> None:
    message = f"warn_after must be zero or more seconds, and finite, got {seconds!r}."

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        TimerExtension.configure(warn_after=seconds)


def test_options_are_keywords_only() -> None:
    configure: Any = TimerExtension.configure

    with pytest.raises(TypeError, match="positional"):
        configure(True)


@pytest.mark.parametrize("seconds", [0, 0.5, 3600, None])
def test_time_and_generator_of_reporters_are_accepted(seconds: Any) -> None:
    TimerExtension.configure(warn_after=seconds, report_to=(one for one in [print]))
