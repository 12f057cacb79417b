import logging
from typing import Any, Callable

import pytest
from invocations import Reported
from python_worker_extension_timer import TimerExtension


def fail(invocation: Any) -> None:
    raise RuntimeError("no network")


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


def test_failing_reporter_hurts_no_other_and_not_the_response(
    invoke: Callable[..., Any], reported: Reported
) -> None:
    TimerExtension.configure(report_to=[fail, reported])

    assert invoke("result") == "result"
    assert invoke("result") == "result"
    assert len(reported) == 2


def test_every_failing_reporter_is_logged(
    invoke: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    TimerExtension.configure(report_to=[fail, Unhashable()])

    invoke()

    assert len(caplog.records) == 2


class Unhashable:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, invocation: Any) -> None:
        raise SystemExit(3)
