"""The last calls of an app's functions, each with its invocation's log lines."""

from __future__ import annotations

import logging
import secrets
import time
from collections import deque
from contextvars import ContextVar
from itertools import takewhile
from typing import Any, Callable, Deque, Dict, List, NamedTuple, Optional, Sequence

from werkzeug.wrappers import Response

from .asgi import Request
from .worker import RequestRecord

_MOST_CALLS = 100
# Limits for one stored call: bytes of its body, characters of its log, and characters of its other
# lines.
_MOST_BODY = 32_768
_MOST_LOG = 32_768
_MOST_LINES, _MOST_LINE = 60, 1_000
# Characters that a log line counts in addition to its message, and characters for each field.
_SIZE, _MOST_FIELD = 100, 500
# JavaScript cannot represent larger numbers and NaN, so they become text.
_TOO_LARGE = 2**53
# The attributes of a log record without extra fields.
_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LogLine(NamedTuple):
    """A log record as text, with the fields from `extra`."""

    level: str
    logger: str
    message: str
    fields: Dict[str, Any]


class CallLog:
    """The first log lines of a call. `missing` is the number of further lines."""

    def __init__(self) -> None:
        self.lines: List[LogLine] = []
        self.missing = 0
        self._room = _MOST_LOG

    def add(self, record: logging.LogRecord) -> None:
        """Add a record as text, because its arguments and its exception may be large."""
        if self._room <= 0:
            self.missing += 1
            return
        message = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            message = f"{message}\n{logging.Formatter().formatException(record.exc_info)}"
        fields = {n: _simplify(value) for n, value in vars(record).items() if n not in _ATTRIBUTES}
        message = message[: self._room]
        self.lines.append(LogLine(record.levelname, record.name, message, fields))
        self._room -= len(message) + _SIZE * (1 + len(fields))

    @property
    def elapsed(self) -> Optional[float]:
        """The latest number in a record's field `elapsed`."""
        values = [line.fields.get("elapsed") for line in self.lines]
        return next((one for one in reversed(values) if isinstance(one, (int, float))), None)


_log: ContextVar[Optional[CallLog]] = ContextVar("log", default=None)


def start_log() -> CallLog:
    """Return a new log. It gets the records of this task."""
    log = CallLog()
    _log.set(log)
    return log


def share_log(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function for another thread. Its records there go to this task's log."""
    log = _log.get()

    def call(*args: Any) -> Any:
        _log.set(log)
        return function(*args)

    return call


def keep_record(record: logging.LogRecord) -> bool:
    """Add a record to the log of its call. As a filter, it lets all records pass."""
    log = _log.get()
    if log is not None:
        log.add(record)
    return True


def _simplify(value: Any) -> Any:
    kind = type(value)
    if kind is bool or value is None or (kind in (int, float) and abs(value) < _TOO_LARGE):
        return value
    try:
        return str(value)[:_MOST_FIELD]
    except Exception as error:
        return f"{type(value).__name__} without a text: {type(error).__name__}"


class Call(NamedTuple):
    """
    One answered request, as the page shows it.

    `body` is None if it was not kept. `lines` show the function's exception or outputs.
    """

    id: str
    time: float
    method: str
    target: str
    headers: Dict[str, str]
    body: Optional[bytes]
    status: int
    failed: bool
    function: Optional[str]
    elapsed: float
    server_timing: str
    lines: List[str]
    log: CallLog


class Calls:
    """The last calls of an app in this process."""

    def __init__(self) -> None:
        self._process, self._number = secrets.token_hex(4), 0
        self._calls: Deque[Call] = deque(maxlen=_MOST_CALLS)

    @property
    def last_id(self) -> str:
        return f"{self._process}-{self._number}"

    def add(
        self, request: Request, record: RequestRecord, response: Response, log: CallLog
    ) -> None:
        """Add an answered request."""
        self._number += 1
        lines = [*record.lines, *filter(None, [record.note])]
        call = Call(
            self.last_id,
            time.time(),
            request.method,
            _get_target(request),
            request.headers,
            _take_body(request),
            record.status,
            record.outcome is not None and record.outcome.error is not None,
            record.function.name if record.function else None,
            record.elapsed,
            ", ".join(response.headers.getlist("Server-Timing")),
            [line[:_MOST_LINE] for line in lines[-_MOST_LINES:]],
            log,
        )
        self._calls.append(call)

    def is_of_this_process(self, call_id: str) -> bool:
        return call_id.startswith(f"{self._process}-")

    def find_newer(self, call_id: str) -> Sequence[Call]:
        """
        Return the calls after the given call, newest first. Return all if it is not stored.
        """
        return list(takewhile(lambda call: call.id != call_id, reversed(self._calls)))


def _get_target(request: Request) -> str:
    # A proxy's clients send the whole URL.
    parts = request.split()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _take_body(request: Request) -> Optional[bytes]:
    # An HTTP streaming app gets the body in parts.
    is_whole = len(request.body) == int(request.headers.get("content-length", 0))
    if request.is_chunked or not is_whole or len(request.body) > _MOST_BODY:
        return None
    return request.body
