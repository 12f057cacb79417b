"""The record of an invocation: its trigger, and the reporters that receive it."""

import logging
from typing import Any, Callable, Dict

import azure.functions as func
import pytest
from azure.functions import timer
from invocations import Reported
from python_worker_extension_timer import Invocation, TimerExtension
from python_worker_extension_timer._invocation import _find_trigger_of, find_trigger

REQUEST = func.HttpRequest("GET", "http://localhost/api/hello", body=b"")
MESSAGE = func.QueueMessage(body=b"x")


class StreamingRequest:
    """A stand-in for starlette's request. The third-party tests have the real class."""

    url, method = "http://localhost/api/hello", "GET"


class Robot:
    """An object that is not a request."""

    method = "GET"


@pytest.mark.parametrize(
    ("arguments", "trigger"),
    [
        ({"req": REQUEST}, "http"),
        ({"req": StreamingRequest()}, "http"),
        ({"robot": Robot()}, "other"),
        ({"timer": timer.TimerRequest(past_due=False)}, "timer"),
        ({"message": MESSAGE}, "pubsub"),
        ({"messages": [MESSAGE]}, "pubsub"),
        ({"messages": []}, "other"),
        ({"documents": func.DocumentList()}, "datasource"),
        ({"req": REQUEST, "documents": func.DocumentList()}, "http"),
        ({"message": "text"}, "other"),
        ({}, "other"),
    ],
)
def test_trigger_follows_from_the_arguments(arguments: Dict[str, Any], trigger: str) -> None:
    assert find_trigger(arguments) == trigger


PUBSUB = ["ServiceBusMessage", "EventHubEvent", "EventGridEvent", "CloudEvent", "KafkaEvent"]
DATA = ["InputStream", "DocumentList", "SqlRowList", "MySqlRowList"]


@pytest.mark.parametrize(
    ("name", "trigger"),
    [*((name, "pubsub") for name in PUBSUB), *((name, "datasource") for name in DATA)],
)
def test_class_of_the_sdk_has_its_trigger(name: str, trigger: str) -> None:
    if not hasattr(func, name):
        pytest.skip(f"azure-functions {func.__version__} has no {name}")

    assert _find_trigger_of((getattr(func, name),)) == trigger


def test_later_fields_have_defaults() -> None:
    assert Invocation("hello", "1", 0.5, None, True)[5:] == ("other", None)


def fail(invocation: Any) -> None:
    raise RuntimeError("no network")


class Unhashable:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, invocation: Any) -> None:
        raise SystemExit(3)


def test_failing_reporter_is_logged_once_with_its_traceback(
    invoke: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    TimerExtension.configure(report_to=[fail])

    invoke()
    invoke()

    (record,) = caplog.records
    assert record.name == "python_worker_extension_timer"
    assert record.getMessage().startswith("Reporter <function fail at ")
    assert record.getMessage().endswith(" failed for hello. Its further failures are not logged.")
    assert record.exc_info
    assert str(record.exc_info[1]) == "no network"


def test_failing_reporters_affect_nothing_else(
    invoke: Callable[..., Any], reported: Reported, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    TimerExtension.configure(report_to=[fail, Unhashable(), reported])

    assert invoke("result") == "result"
    assert invoke("result") == "result"
    assert (len(caplog.records), len(reported)) == (2, 2)
