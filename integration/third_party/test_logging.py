"""
The fields of the timer's log record in the output of structlog, python-json-logger and loguru.
"""

from __future__ import annotations

import io
import json
import logging
from typing import Any, Dict, Iterator, List

import loguru
import pytest
import structlog
from python_worker_extension_timer import timed
from pythonjsonlogger.json import JsonFormatter


class Log(io.StringIO):
    """The output of the app's logging, with one JSON object per line."""

    def read_fields(self) -> List[Dict[str, Any]]:
        names = ("function_name", "elapsed", "trigger", "first", "error", "since_start")
        lines = [json.loads(line) for line in self.getvalue().splitlines()]
        return [{name: line[name] for name in names if name in line} for line in lines]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    with monkeypatch.context() as patch:
        patch.setattr(root, "handlers", [])
        yield Log()
    root.setLevel(level)


@timed
def divide(by: int) -> float:
    return 1 / by


def check_fields(log: Log) -> None:
    divide(2)
    with pytest.raises(ZeroDivisionError):
        divide(0)

    passed, failed = log.read_fields()
    assert 0 < passed.pop("elapsed") < 60
    assert 0 < failed.pop("elapsed") < 60
    # Another test may have run the first invocation of this process.
    assert passed.pop("first") == (passed.pop("since_start", 0) > 0)
    assert passed == {"function_name": "divide", "trigger": "other"}
    assert failed == {**passed, "first": False, "error": "ZeroDivisionError"}


def test_structlog_formats_the_fields(log: Log) -> None:
    handler = logging.StreamHandler(log)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.getLogger().addHandler(handler)

    check_fields(log)


def test_python_json_logger_formats_the_fields(log: Log) -> None:
    handler = logging.StreamHandler(log)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)

    check_fields(log)


class InterceptHandler(logging.Handler):
    """A handler that passes records on to loguru, with their extra fields."""

    plain = vars(logging.makeLogRecord({})).keys()

    def emit(self, record: logging.LogRecord) -> None:
        fields = {name: vars(record)[name] for name in vars(record).keys() - self.plain}
        loguru.logger.bind(**fields).log(record.levelname, record.getMessage())


def test_loguru_formats_the_bound_fields(log: Log) -> None:
    def write(message: Any) -> None:
        log.write(json.dumps(message.record["extra"]) + "\n")

    loguru.logger.remove()
    loguru.logger.add(write)
    logging.getLogger().addHandler(InterceptHandler())
    try:
        check_fields(log)
    finally:
        loguru.logger.remove()
