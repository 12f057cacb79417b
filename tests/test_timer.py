import logging
from typing import Any, Callable, List

import azure.functions as func
import pytest
from invocations import Clock, InvocationContext, Reported
from python_worker_extension_timer import Invocation, TimerExtension, _timing

LOGGER = "python_worker_extension_timer"
Invoke = Callable[..., Any]


def lines(caplog: pytest.LogCaptureFixture) -> List[Any]:
    return [(record.name, record.levelname, record.getMessage()) for record in caplog.records]


def test_invocation_is_logged_once_on_our_own_logger(
    invoke: Invoke, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    TimerExtension.configure()

    invoke(seconds=0.000123)

    assert lines(caplog) == [(LOGGER, "INFO", "Time taken to execute hello is 0.000123 sec")]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        pytest.param(1e-9, "0.000000", id="less than shown"),
        pytest.param(0.0000042, "0.000004", id="small enough for scientific notation"),
        pytest.param(1234567.0, "1234567.000000", id="two weeks"),
    ],
)
def test_time_is_a_plain_decimal(
    invoke: Invoke, caplog: pytest.LogCaptureFixture, seconds: float, shown: str
) -> None:
    caplog.set_level(logging.INFO)
    TimerExtension.configure()

    invoke(seconds=seconds)

    assert caplog.messages == [f"Time taken to execute hello is {shown} sec"]


def test_start_is_logged_at_debug(invoke: Invoke, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    TimerExtension.configure()

    invoke()

    assert lines(caplog) == [
        (LOGGER, "DEBUG", "Recording start time of hello"),
        (LOGGER, "INFO", "Time taken to execute hello is 0.500000 sec"),
    ]


def test_nothing_happens_before_configure(
    invoke: Invoke, context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    state = dict(vars(context))

    response = invoke(func.HttpResponse("text"))

    assert response.get_body() == b"text"
    assert vars(context) == state
    assert lines(caplog) == []


def test_invocation_that_began_before_configure_is_not_timed(
    context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    TimerExtension.pre_invocation_app_level(logging.getLogger(), context, {})

    TimerExtension.configure()
    TimerExtension.post_invocation_app_level(logging.getLogger(), context, {}, None)

    assert lines(caplog) == []


@pytest.mark.parametrize(("seconds", "level"), [(0.5, "INFO"), (1.0, "WARNING"), (2.0, "WARNING")])
def test_invocation_of_warn_after_seconds_or_more_is_a_warning(
    invoke: Invoke, caplog: pytest.LogCaptureFixture, seconds: float, level: str
) -> None:
    caplog.set_level(logging.INFO)
    TimerExtension.configure(warn_after=1)

    invoke(seconds=seconds)

    assert [record.levelname for record in caplog.records] == [level]


def test_time_is_appended_to_a_text_response(invoke: Invoke) -> None:
    TimerExtension.configure(append_to_http_response=True)

    response = invoke(func.HttpResponse("Hello"), seconds=0.000123)

    assert response.get_body() == b"Hello (TimeElapsed: 0.000123 sec)"


def test_time_is_added_to_the_server_timing_header(invoke: Invoke) -> None:
    TimerExtension.configure(server_timing=True)

    response = invoke(func.HttpResponse("Hello"), seconds=0.0123456)

    assert response.headers["Server-Timing"] == "app;dur=12.346"
    assert response.get_body() == b"Hello"


def test_response_is_left_alone_by_default(invoke: Invoke) -> None:
    TimerExtension.configure()

    response = invoke(func.HttpResponse("Hello"))

    assert response.get_body() == b"Hello"
    assert list(response.headers) == []


@pytest.mark.parametrize("result", [None, "text", b"bytes", {"a": 1}])
def test_what_is_no_http_response_is_only_logged(
    invoke: Invoke, caplog: pytest.LogCaptureFixture, result: Any
) -> None:
    caplog.set_level(logging.INFO)
    TimerExtension.configure(append_to_http_response=True, server_timing=True)

    assert invoke(result) is result
    assert len(caplog.records) == 1


def test_reporters_are_handed_the_invocation(
    invoke: Invoke, context: InvocationContext, reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_timing, "_first_in_process", [True])
    TimerExtension.configure(report_to=[reported])

    invoke(seconds=0.5)
    invoke(seconds=0.25, in_context=InvocationContext("other"))

    assert reported[0] == Invocation("hello", context.invocation_id, 0.5, None, first=True)
    assert (reported[1].function_name, reported[1].elapsed) == ("other", 0.25)
    assert not reported[1].first


def test_first_invocation_is_the_one_that_began_first(
    clock: Clock, reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_timing, "_first_in_process", [True])
    TimerExtension.configure(report_to=[reported])
    slow, quick = InvocationContext("slow"), InvocationContext("quick")
    logger = logging.getLogger()

    TimerExtension.pre_invocation_app_level(logger, slow, {})
    TimerExtension.pre_invocation_app_level(logger, quick, {})
    TimerExtension.post_invocation_app_level(logger, quick, {}, None)
    TimerExtension.post_invocation_app_level(logger, slow, {}, None)

    assert [(done.function_name, done.first) for done in reported] == [
        ("quick", False),
        ("slow", True),
    ]


def test_each_configure_replaces_the_one_before(invoke: Invoke, reported: Reported) -> None:
    TimerExtension.configure(append_to_http_response=True, report_to=[reported])

    TimerExtension.configure(server_timing=True)
    response = invoke(func.HttpResponse("Hello"))

    assert response.get_body() == b"Hello"
    assert "Server-Timing" in response.headers
    assert reported == []


def test_refused_configure_changes_nothing(invoke: Invoke) -> None:
    TimerExtension.configure(append_to_http_response=True)

    with pytest.raises(ValueError, match="warn_after"):
        TimerExtension.configure(warn_after=-1)

    assert invoke(func.HttpResponse("Hello")).get_body().startswith(b"Hello (TimeElapsed: ")


def test_subclass_does_not_log_an_invocation_again(
    context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    TimerExtension.configure()

    class Mine(TimerExtension):
        pass

    for before in (TimerExtension.pre_invocation_app_level, Mine.pre_invocation_app_level):
        before(logging.getLogger(), context, {})
    for after in (TimerExtension.post_invocation_app_level, Mine.post_invocation_app_level):
        after(logging.getLogger(), context, {}, None)

    assert len(caplog.records) == 1


def test_subclass_that_alone_is_configured_times(
    context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    class Mine(TimerExtension):
        pass

    caplog.set_level(logging.INFO)
    Mine.configure()

    for before in (TimerExtension.pre_invocation_app_level, Mine.pre_invocation_app_level):
        before(logging.getLogger(), context, {})
    for after in (TimerExtension.post_invocation_app_level, Mine.post_invocation_app_level):
        after(logging.getLogger(), context, {}, None)

    assert len(caplog.records) == 1


def test_hooks_take_what_later_workers_may_add(
    context: InvocationContext, reported: Reported
) -> None:
    TimerExtension.configure(report_to=[reported])
    logger = logging.getLogger()

    TimerExtension.pre_invocation_app_level(logger, context, {}, "more", named="more")
    TimerExtension.post_invocation_app_level(logger, context, {}, None, "more", named="more")

    assert len(reported) == 1


def test_subclass_of_a_response_is_one(invoke: Invoke) -> None:
    class Greeting(func.HttpResponse):
        pass

    TimerExtension.configure(append_to_http_response=True)

    assert invoke(Greeting("Hello")).get_body().startswith(b"Hello (TimeElapsed: ")


def test_failed_invocation_leaves_nothing_behind(context: InvocationContext) -> None:
    TimerExtension.configure()
    state = {name: value for name, value in vars(TimerExtension).items() if name != "__doc__"}

    TimerExtension.pre_invocation_app_level(logging.getLogger(), context, {})

    assert {n: v for n, v in vars(TimerExtension).items() if n != "__doc__"} == state


def test_import_registers_the_extension_with_the_sdk() -> None:
    type("Another", (TimerExtension,), {})

    hooks = func.ExtensionMeta.get_application_hooks()

    assert hooks is not None
    assert [hook.ext_name for hook in hooks.pre_invocation_app_level] == ["Another"]


def test_failure_is_a_warning_that_names_the_exception_and_is_reported(
    context: InvocationContext, clock: Clock, reported: Reported, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    TimerExtension.configure(append_to_http_response=True, report_to=[reported])
    error = ValueError("not in the log")

    TimerExtension.pre_invocation_app_level(logging.getLogger(), context, {})
    clock.tick(0.5)
    TimerExtension.invocation_failed_app_level(logging.getLogger(), context, {}, error)

    text = "Time taken to execute hello is 0.500000 sec (failed: ValueError)"
    assert lines(caplog) == [(LOGGER, "WARNING", text)]
    assert [(done.elapsed, done.error) for done in reported] == [(0.5, error)]


def test_failure_is_not_logged_again_nor_before_configure(
    context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    failed = TimerExtension.invocation_failed_app_level

    failed(logging.getLogger(), context, {}, ValueError())
    TimerExtension.configure()
    failed(logging.getLogger(), context, {}, ValueError())

    assert lines(caplog) == []


def test_trigger_is_reported(context: InvocationContext, reported: Reported) -> None:
    TimerExtension.configure(report_to=[reported])
    request = func.HttpRequest("GET", "http://localhost/api/hello", body=b"")

    TimerExtension.pre_invocation_app_level(logging.getLogger(), context, {"req": request})
    TimerExtension.post_invocation_app_level(logging.getLogger(), context, {"req": request}, None)

    assert [done.trigger for done in reported] == ["http"]
