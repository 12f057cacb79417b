"""The fields of the log record, and faults of the timer and of the app's logging."""

from __future__ import annotations

import logging
import logging.config
from functools import partial
from itertools import count
from typing import Any, Callable, Dict, Iterator, List

import azure.functions as func
import pytest
from invocations import InvocationContext, Reported
from python_worker_extension_timer import TimerExtension, _log, _measure, enable_extensions, timed
from standin_worker import Context, StandInWorker

LOGGER = logging.getLogger("python_worker_extension_timer")
FIELDS = (
    "function_name",
    "invocation_id",
    "elapsed",
    "trigger",
    "first",
    "since_start",
    "error",
)
FAULT = "The timer has failed, not the function. It logs this only once."
Invoke = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(_log, "_faults", count())
    monkeypatch.setattr(_log, "_silences", count())


def read_fields(record: logging.LogRecord) -> Dict[str, Any]:
    return {name: vars(record)[name] for name in FIELDS if hasattr(record, name)}


def test_record_carries_the_numbers_as_fields(
    invoke: Invoke,
    context: InvocationContext,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_measure, "_first_in_process", [True])
    monkeypatch.setattr(_measure, "find_age", lambda: 1.5)
    TimerExtension.configure()

    later = InvocationContext()
    invoke(seconds=0.25)
    invoke(seconds=0.5, in_context=later)

    expected = {"function_name": "hello", "trigger": "other"}
    ids = {"invocation_id": context.invocation_id}, {"invocation_id": later.invocation_id}
    assert [read_fields(record) for record in caplog.records] == [
        {**expected, **ids[0], "elapsed": 0.25, "first": True, "since_start": 1.5},
        {**expected, **ids[1], "elapsed": 0.5, "first": False},
    ]
    places = {(record.filename, record.funcName) for record in caplog.records}
    assert places == {("_log.py", "log_invocation")}


def test_failure_has_the_name_of_its_class(
    context: InvocationContext, caplog: pytest.LogCaptureFixture
) -> None:
    TimerExtension.configure()
    request = func.HttpRequest("GET", "http://localhost/api/hello", body=b"")

    TimerExtension.pre_invocation_app_level(LOGGER, context, {"req": request})
    TimerExtension.invocation_failed_app_level(LOGGER, context, {"req": request}, ValueError("x"))

    (record,) = caplog.records
    assert (record.__dict__["error"], record.__dict__["trigger"]) == ("ValueError", "http")


def test_field_that_the_app_sets_is_allowed(
    invoke: Invoke, caplog: pytest.LogCaptureFixture
) -> None:
    before = logging.getLogRecordFactory()

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = before(*args, **kwargs)
        record.invocation_id = "of the app"
        return record

    logging.setLogRecordFactory(make)
    try:
        TimerExtension.configure()
        invoke()
    finally:
        logging.setLogRecordFactory(before)

    assert [record.getMessage() for record in caplog.records] == [
        "Time taken to execute hello is 0.500000 sec"
    ]


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

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        (
            "WARNING",
            "The app has disabled the logger python_worker_extension_timer, so no time is logged. "
            "Set disable_existing_loggers to False where the app configures logging.",
        )
    ]
    assert len(reported) == 2


@pytest.mark.usefixtures("disabled")
def test_level_silences_the_report_of_a_disabled_logger(
    invoke: Invoke, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, LOGGER.name)
    TimerExtension.configure()

    invoke()

    assert caplog.records == []


def refuse_info(record: logging.LogRecord) -> bool:
    if record.levelno <= logging.INFO:
        raise RuntimeError("of the filter")
    return True


def refuse_all(record: logging.LogRecord) -> bool:
    raise RuntimeError("of the filter")


@pytest.fixture
def add_filter() -> Iterator[Callable[[Any], None]]:
    yield LOGGER.addFilter
    for one in list(LOGGER.filters):
        LOGGER.removeFilter(one)


@pytest.mark.parametrize(("refuse", "logged"), [(refuse_info, [FAULT]), (refuse_all, [])])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_filter_that_raises_harms_no_invocation(
    invoke: Invoke,
    reported: Reported,
    caplog: pytest.LogCaptureFixture,
    add_filter: Callable[[Any], None],
    refuse: Any,
    logged: List[str],
    level: int,
) -> None:
    caplog.set_level(level)
    add_filter(refuse)
    TimerExtension.configure(report_to=[reported], append_to_http_response=True)

    for _ in range(2):
        body = invoke(func.HttpResponse("Hello")).get_body()
        assert body == b"Hello (TimeElapsed: 0.500000 sec)"

    assert [record.getMessage() for record in caplog.records] == logged
    assert [record.exc_info is not None for record in caplog.records] == [True] * len(logged)
    assert len(reported) == 2


def test_filter_that_raises_at_debug_loses_no_time(
    invoke: Invoke, caplog: pytest.LogCaptureFixture, add_filter: Callable[[Any], None]
) -> None:
    caplog.set_level(logging.DEBUG)
    add_filter(lambda record: record.levelno // (record.levelno - logging.DEBUG))
    TimerExtension.configure()

    invoke()

    assert caplog.messages == [FAULT, "Time taken to execute hello is 0.500000 sec"]


def test_raising_filter_does_not_fail_the_function(
    add_filter: Callable[[Any], None],
) -> None:
    add_filter(refuse_all)

    @timed
    def divide(by: int) -> float:
        return 1 / by

    assert divide(2) == 0.5
    with pytest.raises(ZeroDivisionError) as raised:
        divide(0)
    assert raised.value.__context__ is None


def test_raising_filter_does_not_hide_failed_reporter(
    invoke: Invoke, reported: Reported, add_filter: Callable[[Any], None]
) -> None:
    add_filter(refuse_all)
    TimerExtension.configure(report_to=[lambda invocation: 1 / 0, reported])

    invoke()

    assert len(reported) == 1


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

    assert invoke("result", in_context=SlotsContext()) == "result"
    assert invoke("result", in_context=SlotsContext()) == "result"

    assert [record.getMessage() for record in caplog.records] == [FAULT]


@pytest.mark.parametrize("calls_hooks", [False, True])
def test_enabled_function_takes_a_context_without_attributes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, calls_hooks: bool
) -> None:
    @enable_extensions
    def main(req: int, context: Any) -> int:
        return req

    monkeypatch.setattr("standin_worker.Context", SlotsContext)
    TimerExtension.configure()
    for _ in range(2):
        assert StandInWorker(calls_hooks).call(main, req=2) == 2

    assert [record.getMessage() for record in caplog.records] == [FAULT]


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

    assert [record.getMessage().partition(" is ")[0] for record in caplog.records] == [
        f"Time taken to execute {'timed_function' if kind == 'timed' else 'hello'}"
    ]
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
    invoke: Invoke, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = HidingContext()
    TimerExtension.configure()
    TimerExtension.pre_invocation_app_level(LOGGER, context, {})
    monkeypatch.setattr(HidingContext, "is_hidden", True)

    for _ in range(2):
        TimerExtension.post_invocation_app_level(LOGGER, context, {}, None)

    assert [record.getMessage() for record in caplog.records] == [FAULT]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("decorate", [timed, enable_extensions])
def test_unreadable_context_changes_no_outcome(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, decorate: Any, fails: bool
) -> None:
    def main(req: int, context: Any) -> int:
        HidingContext.is_hidden = True
        if fails:
            raise ValueError("of the function")
        return req

    monkeypatch.setattr(HidingContext, "is_hidden", False)
    monkeypatch.setattr("standin_worker.Context", HidingContext)
    call = partial(StandInWorker(False).call, decorate(main), req=2)

    if fails:
        with pytest.raises(ValueError, match="of the function"):
            call()
    else:
        assert call() == 2
    # `timed` reads the context before the call, so it does not log a fault.
    assert [FAULT] * (decorate is enable_extensions) == [
        message for message in caplog.messages if message == FAULT
    ]


def test_response_that_raises_is_returned(
    invoke: Invoke, reported: Reported, caplog: pytest.LogCaptureFixture
) -> None:
    class Odd(func.HttpResponse):
        @property
        def headers(self) -> Any:
            raise RuntimeError("of the response")

    TimerExtension.configure(append_to_http_response=True, server_timing=True, report_to=[reported])
    response = Odd("Hello")

    assert invoke(response) is response
    assert [record.getMessage().partition(" is ")[0] for record in caplog.records] == [
        "Time taken to execute hello",
        FAULT,
    ]
