"""The log record of an invocation, and logging that the app has changed."""

from __future__ import annotations

import logging
import logging.config
from itertools import count
from typing import Any, Callable, Iterator, List

import azure.functions as func
import pytest
from invocations import InvocationContext, Reported
from python_worker_extension_timer import TimerExtension, _log, timed

LOGGER = logging.getLogger("python_worker_extension_timer")
FIELDS = ["function_name", "invocation_id", "elapsed", "trigger", "first", "since_start", "error"]
FAULT = "The timer has failed, not the function. It logs this only once."
TIME = "Time taken to execute hello is 0.500000 sec"
Invoke = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(_log, "_faults", count())
    monkeypatch.setattr(_log, "_silences", count())


def read_fields(record: logging.LogRecord) -> List[Any]:
    return [getattr(record, name, "missing") for name in FIELDS]


@pytest.mark.usefixtures("cold_start")
def test_record_has_the_numbers_as_fields(
    invoke: Invoke, context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    TimerExtension.configure()
    later = InvocationContext("later")

    invoke(seconds=0.25)
    invoke(seconds=0.5, in_context=later)

    assert [read_fields(record) for record in caplog.records] == [
        ["hello", context.invocation_id, 0.25, "other", True, 1.5, "missing"],
        ["later", later.invocation_id, 0.5, "other", False, "missing", "missing"],
    ]
    places = {(record.filename, record.funcName) for record in caplog.records}
    assert places == {("_log.py", "log_invocation")}


def test_failure_has_name_of_its_class(
    context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    TimerExtension.configure()
    arguments: Any = {"req": func.HttpRequest("GET", "http://localhost/api/hello", body=b"")}

    TimerExtension.pre_invocation_app_level(LOGGER, context, arguments)
    TimerExtension.invocation_failed_app_level(LOGGER, context, arguments, ValueError("x"))

    assert read_fields(caplog.records[0])[-1] == "ValueError"
    assert caplog.records[0].__dict__["trigger"] == "http"


def test_app_may_set_the_same_field(
    invoke: Invoke, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Record(logging.LogRecord):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.invocation_id = "of the app"

    monkeypatch.setattr(logging, "_logRecordFactory", Record)
    TimerExtension.configure()

    invoke()

    assert caplog.messages == [TIME]


@pytest.fixture
def disabled() -> Iterator[None]:
    """The app's logging configuration disables every existing logger, which is the default."""
    # An earlier run in this process may have left this attribute.
    logging.Logger.manager.loggerDict.pop(f"{LOGGER.name}.disabled", None)
    known = [one for one in logging.Logger.manager.loggerDict.values() if hasattr(one, "disabled")]
    enabled = [logger for logger in known if not logger.disabled]
    handlers = logging.getLogger().handlers[:]
    logging.config.dictConfig({"version": 1})
    # It also removes pytest's handlers.
    logging.getLogger().handlers[:] = handlers
    yield
    for logger in enabled:
        logger.disabled = False


@pytest.mark.usefixtures("disabled")
def test_disabled_logger_is_reported_once(
    invoke: Invoke, reported: Reported, caplog: pytest.LogCaptureFixture
) -> None:
    TimerExtension.configure(report_to=[reported])

    invoke()
    invoke()

    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage() == (
        "The app has disabled the logger python_worker_extension_timer, so no time is logged. "
        "Set disable_existing_loggers to False where the app configures logging."
    )
    assert len(reported) == 2


@pytest.mark.usefixtures("disabled")
def test_level_silences_report_of_disabled_logger(
    invoke: Invoke, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, LOGGER.name)
    TimerExtension.configure()

    invoke()

    assert caplog.messages == []


def refuse_debug(record: logging.LogRecord) -> bool:
    return bool(record.levelno // (record.levelno - logging.DEBUG))


def refuse_info(record: logging.LogRecord) -> bool:
    return record.levelno > logging.INFO or bool(1 / 0)


def refuse_all(record: logging.LogRecord) -> bool:
    raise RuntimeError("of the filter")


@pytest.mark.parametrize(
    ("refuse", "level", "logged"),
    [
        (refuse_debug, logging.DEBUG, [FAULT, TIME, TIME]),
        (refuse_info, logging.DEBUG, [FAULT]),
        (refuse_info, logging.INFO, [FAULT]),
        (refuse_all, logging.DEBUG, []),
        (refuse_all, logging.INFO, []),
    ],
)
def test_filter_that_raises_harms_no_invocation(
    invoke: Invoke,
    reported: Reported,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    refuse: Any,
    level: int,
    logged: List[str],
) -> None:
    caplog.set_level(level)
    monkeypatch.setattr(LOGGER, "filters", [refuse])
    TimerExtension.configure(report_to=[reported], append_to_http_response=True)

    bodies = [invoke(func.HttpResponse("Hello")).get_body() for _ in range(2)]

    assert bodies == [b"Hello (TimeElapsed: 0.500000 sec)"] * 2
    assert caplog.messages == logged
    assert [record.exc_info is not None for record in caplog.records[:1]] == [True] * bool(logged)
    assert len(reported) == 2


def test_raising_filter_does_not_fail_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LOGGER, "filters", [refuse_all])

    @timed
    def divide(by: int) -> float:
        return 1 / by

    assert divide(2) == 0.5
    with pytest.raises(ZeroDivisionError) as raised:
        divide(0)
    assert raised.value.__context__ is None


def test_raising_filter_does_not_hide_failed_reporter(
    invoke: Invoke, reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "filters", [refuse_all])
    TimerExtension.configure(report_to=[lambda invocation: 1 / 0, reported])

    invoke()

    assert len(reported) == 1
