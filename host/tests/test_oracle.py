"""
Agreement with Microsoft's worker 4.34 on small apps (data/worker-4.34.jsonl).

Each line of the file is an app and a recording of the real worker. Python 3.12 and azure-functions
1.26.0 ran it. A line has `files`, `env` (app settings), and either `refused` (the worker's reason)
or `calls`. A call is a request (`path`, `method`, `headers`, `data`) or a function to run (`run`,
`input`). Its results are `error` (the name of the exception's class), `outputs` (binding, type of
datum, value), `status`, `answer` (the body) and `logs` (logger, level and first line of the app's
own records). In outputs, bytes are latin-1 text after `b:`.

In five points, the driver of the recording differed from Microsoft's host, and the file is
corrected. Service Bus and Event Hubs triggers have metadata (28 calls). Names of bindings may have
underscores (`v1:us-binding`, `v2:arg-us`). ASP.NET refuses a cookie with a negative Max-Age (4
calls), a header that is not ASCII (8 calls), and a wrong Content-Length (2 calls).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from azure.functions.meta import Datum
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from host_apps import write_app
from host_fixtures import Load

_RECORDING = Path(__file__).parent / "data" / "worker-4.34.jsonl"
_APPS = [json.loads(line) for line in _RECORDING.read_text().splitlines()]
_REQUEST = ("path", "method", "headers", "data")
_OF_APPS = ("root", "python_worker_extension_timer")
# Calls of the app "runtime" that show properties of the worker's own process. The test compares
# their status and error, but not their answers.
_UNLIKE = {
    "/api/ctx": "Context is defined in a module of the worker",
    "/api/cwd": "the recording's driver did not put the app's folder last on sys.path",
    "/api/env": "the recording's driver set FUNCTIONS_WORKER_RUNTIME",
    "/api/loop": "the worker's tasks are of a class of its own",
    "/api/root": "pytest adds handlers to the root logger",
    "/api/thread": "the client's loop is not in the main thread, and its pool has another number",
}
# Values that differ between runs. The recording masks them in the same way.
_MASKS = (
    (re.compile(r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b"), "TRACE"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "GUID"),
    (re.compile(r"\b0x[0-9a-f]+"), "0xADDR"),
    (re.compile(r"\b[0-9.]+ sec\b"), "N sec"),
    # The same times in UTF-16.
    (re.compile(r"(?<=\\u0000)[0-9](\\u0000[0-9.])+(?=\\u0000 \\u0000s)"), "N"),
    (re.compile(r"\bdur=[0-9.]+"), "dur=N"),
    (re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"), "TIME"),
)

pytestmark = [
    pytest.mark.skipif(
        sys.version_info[:2] != (3, 12),
        reason="recorded on Python 3.12",
    ),
    # Warnings of apps and of the SDK are not errors in the worker.
    pytest.mark.filterwarnings("ignore"),
]

_needs_timer = pytest.mark.skipif(
    find_spec("python_worker_extension_timer") is None,
    reason="needs the extension python_worker_extension_timer",
)


def _parameters(key: str) -> List[Any]:
    return [
        pytest.param(app, id=app["name"], marks=_needs_timer if "timed" in app["name"] else ())
        for app in _APPS
        if key in app
    ]


class _Collector(logging.Handler):
    """
    Keep the app's records.

    Like the worker's handler, it formats a record in the call that logs it. So a record that cannot
    be formatted fails the invocation.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: List[List[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        first = record.getMessage().partition("\n")[0]
        # The worker knows five levels.
        level = min(record.levelno // 10 * 10, logging.CRITICAL)
        # The recorded version of the extension did not log that it could not read a response.
        unreadable = first.startswith("The timer has failed, not the function.")
        if record.name in _OF_APPS and not unreadable:
            self.lines.append([record.name, logging.getLevelName(level), first])


@pytest.fixture
def records() -> Iterator[_Collector]:
    """
    Collect log records at the worker's level.
    """
    root, collector = logging.getLogger(), _Collector()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(collector)
    yield collector
    root.removeHandler(collector)
    root.setLevel(level)


@pytest.mark.parametrize("app", _parameters("refused"))
def test_app_is_refused(app: Dict[str, Any], tmp_path: Path, load: Load) -> None:
    try:
        problems = load(_write(tmp_path, app)).problems
    except HostError as error:
        problems = [str(error)]

    assert problems, app["refused"]


@pytest.mark.parametrize("app", _parameters("calls"))
def test_calls_end_as_in_the_worker(
    app: Dict[str, Any], tmp_path: Path, load: Load, records: _Collector
) -> None:
    loaded = load(_write(tmp_path, app))

    observed = [_observe(loaded, call, records) for call in app["calls"]]

    assert loaded.problems == []
    pairs = zip(map(_comparable, observed), map(_comparable, app["calls"]))
    different = [pair for pair in pairs if pair[0] != pair[1]]
    assert [ours for ours, _ in different] == [recorded for _, recorded in different]


def _write(root: Path, app: Dict[str, Any]) -> Path:
    # Some apps show values that a thread keeps. With more threads, a call might get a new thread.
    settings = {"PYTHON_ENABLE_WORKER_EXTENSIONS": "1", "PYTHON_THREADPOOL_THREAD_COUNT": "1"}
    settings.update(app.get("env", {}))
    folder = root / "app"
    folder.mkdir()
    return write_app(folder, app["files"], settings)


def _observe(loaded: LoadedApp, call: Dict[str, Any], records: _Collector) -> Dict[str, Any]:
    records.lines.clear()
    response = _send(loaded, call)
    outcome = loaded.requests[-1].outcome
    observed = {key: call[key] for key in ("run", "input", *_REQUEST) if key in call}
    observed["status"] = response.status_code
    if outcome is None:
        observed["outputs"] = None
    elif outcome.error is not None:
        observed["error"] = type(outcome.error).__name__
    elif outcome.outputs:
        observed["outputs"] = {name: _plain(datum) for name, datum in outcome.outputs.items()}
    if response.data:
        observed["answer"] = response.get_data().decode("latin-1")
    if records.lines:
        observed["logs"] = records.lines
    return _mask(observed)


def _comparable(call: Dict[str, Any]) -> Dict[str, Any]:
    if call.get("path", "").replace("/api/a_", "/api/") not in _UNLIKE:
        return call
    return {key: call[key] for key in call if key not in ("answer", "outputs")}


def _send(loaded: LoadedApp, call: Dict[str, Any]) -> Any:
    if "run" in call:
        body = {"input": call["input"]} if "input" in call else {}
        return loaded.client.post(f"/admin/functions/{call['run']}", json=body)
    return loaded.client.open(**{key: call[key] for key in _REQUEST if key in call})


def _plain(value: Any) -> Any:
    """Return an output in the recording's form."""
    if isinstance(value, Datum):
        return [value.type, _plain(value.value)]
    if isinstance(value, bytes):
        return "b:" + value.decode("latin-1")
    if isinstance(value, dict):
        return {
            key: str(item or []) if key == "cookies" else _plain(item)
            for key, item in value.items()
        }
    return value


def _mask(observed: Dict[str, Any]) -> Dict[str, Any]:
    text = json.dumps(observed, default=repr)
    for pattern, name in _MASKS:
        text = pattern.sub(name, text)
    masked: Dict[str, Any] = json.loads(text)
    return masked
