"""`host.json`, and the environment variables that override it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
from functions_host.errors import HostError
from functions_host.host_json import read_host_json
from functions_host.report import make_report
from host_apps import needs_v2, v1, v2, write_app
from host_fixtures import LoadFiles, ServeFiles

HELLO = "def main(req):\n    return func.HttpResponse('hello')\n"
PREFIX = "AzureFunctionsJobHost__extensions__http__routePrefix"


def read(root: Path, **host: Any) -> Any:
    return read_host_json(write_app(root, {}, host={"version": "2.0", **host}))


@pytest.mark.parametrize(
    ("http", "prefix"),
    [
        ({"routePrefix": "v1"}, "v1"),
        ({"routeprefix": "/v1/"}, "v1"),
        ({"ROUTEPREFIX": ""}, ""),
        ({"routePrefix": None}, ""),
        ({"routePrefix": 5}, "5"),
        ({}, "api"),
        ([], "api"),
    ],
)
def test_route_prefix_is_read_in_any_case(tmp_path: Path, http: Any, prefix: str) -> None:
    assert read(tmp_path, Extensions={"HTTP": http}).route_prefix == prefix


@pytest.mark.parametrize(
    "variable", [PREFIX, PREFIX.lower(), PREFIX.replace("__", ":")], ids=["as is", "case", "colon"]
)
def test_environment_overrides_host_json(
    load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "v2")
    host = {"version": "2.0", "extensions": {"http": {"routeprefix": "v1"}}}

    app = load_files(v1("Hello", HELLO), host=host)

    assert app.client.get("/v2/Hello").text == "hello"
    assert app.client.get("/v1/Hello").status_code == 404


def test_local_settings_override_host_json(load_files: LoadFiles) -> None:
    app = load_files(v1("Hello", HELLO), values={PREFIX: ""})

    assert app.client.get("/Hello").text == "hello"


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ({"version": "3.0"}, 'has version \'3.0\'. Write "version": "2.0".'),
        ({"version": None}, "has version None."),
        ({"functionTimeout": "5 minutes"}, "has functionTimeout '5 minutes'. Write a time such as"),
        ({"functionTimeout": "00:00:00.5"}, "of a second or more, or"),
        ({"functionTimeout": "24:00:00"}, "has functionTimeout '24:00:00'."),
        (
            {"logging": {"logLevel": {"Default": "Verbose"}}},
            "has logLevel default 'Verbose'.",
        ),
        ({"extensions": {"http": {"customHeaders": {"X A": "1"}}}}, "customHeaders has 'X A': '1'"),
        ({"extensions": {"http": {"customHeaders": {"X": "a\r\nb"}}}}, "which cannot be sent."),
        ({"extensions": {"http": {"customHeaders": {"X": "\u2713"}}}}, "which cannot be sent."),
        (
            {"extensions": {"http": {"customHeaders": {"content-length": "5"}}}},
            "customHeaders has content-length, which depends on the response. Delete it.",
        ),
    ],
)
def test_invalid_host_json_is_reported(tmp_path: Path, host: Dict[str, Any], part: str) -> None:
    with pytest.raises(HostError) as caught:
        read(tmp_path, **host)

    assert str(caught.value).startswith(str(tmp_path / "host.json"))
    assert part in str(caught.value)


def test_empty_host_json_has_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text("{}")

    assert read_host_json(tmp_path).route_prefix == "api"


@pytest.mark.parametrize(
    ("text", "timeout"),
    [
        (" 00:05:00 ", 300.0), ("00:00:01", 1.0), ("00:00:01.5", 1.5), ("01:30", 5400.0),
        ("1:02:03", 3723.0),
        ("1.00:00:00", 86400.0), ("1:00:00:01", 86401.0), ("2.12:00", 216_000.0), ("-1", None),
        (-1, None), (None, 1800.0),
    ],
)  # fmt: skip
def test_timeout_is_read_as_time_span(tmp_path: Path, text: Any, timeout: Optional[float]) -> None:
    assert read(tmp_path, functionTimeout=text).timeout == timeout


def test_only_listed_v1_functions_are_loaded(load_files: LoadFiles) -> None:
    files = {**v1("One", HELLO), **v1("Two", HELLO), **v1("Broken", "raise ValueError\n")}

    app = load_files(files, host={"version": "2.0", "Functions": ["ONE"]})

    assert app.problems == []
    assert app.client.get("/api/One").text == "hello"
    assert app.client.get("/api/Two").status_code == 404


@needs_v2
@pytest.mark.parametrize("listed", [["env"], ["env", "nowhere"], []])
def test_only_listed_v2_functions_are_served(load_files: LoadFiles, listed: List[str]) -> None:
    code = """
@app.route("env")
def env(req):
    return func.HttpResponse("env")

@app.route("other")
def other(req):
    return func.HttpResponse("other")
"""
    app = load_files(v2(code), host={"version": "2.0", "functions": listed})

    # An empty list counts as absent.
    assert app.client.get("/api/env").text == "env"
    assert app.client.get("/api/other").status_code == (404 if listed else 200)


def test_list_without_any_function_serves_none(load_files: LoadFiles) -> None:
    app = load_files(v1("One", HELLO), host={"version": "2.0", "functions": ["Two"]})

    assert app.problems == []
    assert app.client.get("/api/One").status_code == 404


def test_custom_headers_are_added_to_every_response(load_files: LoadFiles) -> None:
    code = "def main(req):\n    return func.HttpResponse(headers={'x-mine': 'of the app'})\n"
    headers = {"X-Mine": "of the host", "X-Number": 5, "X-Flag": True}
    host = {"version": "2.0", "extensions": {"http": {"customHeaders": headers}}}

    app = load_files(v1("Hello", code), host=host)

    response = app.client.get("/api/Hello")
    assert response.headers.getlist("X-Mine") == ["of the app"]
    assert response.headers["X-Flag"] == "True"
    for path in ("/api/nowhere", "/", "/admin/host/status"):
        response = app.client.get(path)
        assert (response.headers["X-Mine"], response.headers["X-Number"]) == ("of the host", "5")


@pytest.mark.parametrize(("kind", "seconds"), [("def", 30), ("async def", 1.1)])
def test_function_over_its_timeout_fails(load_files: LoadFiles, kind: str, seconds: float) -> None:
    """
    The function blocks its thread until the test ends, or the loop for longer than the timeout.
    """
    code = f"""
import threading

over = threading.Event()

{kind} main(req):
    over.wait({seconds})
"""
    host = {"version": "2.0", "functionTimeout": "00:00:01"}
    app = load_files({**v1("Slow", code), **v1("Other", HELLO)}, host=host)

    response = app.client.get("/api/Slow")
    sys.modules["__app__.Slow"].over.set()

    assert (response.status_code, response.data) == (500, b"")
    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert repr(outcome.error) == repr(
        TimeoutError("function Slow ran longer than the functionTimeout of 1 s")
    )
    assert app.client.get("/api/Other").text == "hello"


LOGS = """
import logging

def main(req):
    logger = logging.getLogger("azure_functions_worker.extension.Mine")
    for level in (10, 20, 30, 40, 50):
        logger.log(level, "system %d", level)
        logging.log(level, "user %d", level)
    return func.HttpResponse()
"""
DEBUG = {"Default": "warning", "function": "DEBUG"}
SHOWN_FROM_DEBUG = [
    "user 10", "user 20", "system 30", "user 30", "system 40", "user 40", "user 50",
]  # fmt: skip


def select_logged(lines: List[str]) -> List[str]:
    texts = [line.rpartition(": ")[2] for line in lines]
    return [text for text in texts if text.startswith(("system", "user"))]


@pytest.mark.parametrize(
    ("log_level", "shown"),
    [
        ({}, ["user 20", "system 30", "user 30", "system 40", "user 40", "user 50"]),
        ({"default": "Error"}, ["system 40", "user 40", "user 50"]),
        (DEBUG, SHOWN_FROM_DEBUG),
        ({"Function": "None", "Worker": "Information"}, [
            "system 20", "system 30", "system 40", "system 50"]),
    ],
)  # fmt: skip
def test_log_level_decides_what_is_shown(
    load_files: LoadFiles, log_level: Dict[str, str], shown: List[str]
) -> None:
    host = {"version": "2.0", "logging": {"logLevel": log_level}}
    app = load_files(v1("Hello", LOGS), host=host)

    app.get("/api/Hello")

    assert select_logged(app.logs) == shown


def test_worker_without_debug_logging_drops_debug_records(load_files: LoadFiles) -> None:
    host = {"version": "2.0", "logging": {"logLevel": {"default": "Trace"}}}
    values = {"PYTHON_ENABLE_DEBUG_LOGGING": "0"}
    app = load_files(v1("Hello", LOGS), values=values, host=host)

    app.get("/api/Hello")

    assert "user 10" not in select_logged(app.logs)
    assert "user 20" in select_logged(app.logs)


def test_settings_are_read_by_the_command_line(serve_files: ServeFiles) -> None:
    http = {"maxConcurrentRequests": 1, "hsts": {"isEnabled": True}, "routePrefix": ""}
    logging_ = {
        "logLevel": {**DEBUG, "Host.Results": "Error", "Function.Hello": "Error"},
        "applicationInsights": {"samplingSettings": {"isEnabled": True}},
    }
    extensions = {"http": http, "queues": {"batchSize": 1, "maxDequeueCount": 2}}
    host = {
        "version": "2.0",
        "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle"},
        "extensions": extensions,
        "functionTimout": "00:05:00",
        "logging": logging_,
    }

    process = serve_files(v1("Hello", LOGS), host=host)
    process.get("/Hello")

    assert select_logged(process.stop()[2].splitlines()) == SHOWN_FROM_DEBUG
    assert [line for line in process.banner if line.startswith("note: ")] == [
        "note: This host ignores settings of host.json: extensions.http.maxConcurrentRequests, "
        "extensions.queues, functionTimout, logging.logLevel.Function.Hello."
    ]


@pytest.mark.parametrize(
    ("functions", "notes"),
    [
        (
            "Hello",
            ["functions of host.json is 'Hello', which Microsoft's host ignores. Write a list of "
             'names, such as ["hello"].'],
        ),
        (
            ["Hello", "Other", {"name": "Third"}],
            ["functions of host.json has an item that is not a name, which Microsoft's host "
             'ignores. Write a list of names, such as ["hello"].'],
        ),
        (
            ["hello", "Helo", 5],
            ["functions of host.json lists '5', 'helo', which the app does not have. It has "
             "Hello, Other.",
             "Functions that are switched off: Other (not in functions of host.json)."],
        ),
        (["HELLO", "other"], []),
        (None, []),
    ],
    ids=["text", "an object", "unknown names", "known names", "null"],
)  # fmt: skip
def test_mistakes_in_the_list_of_functions_are_noted(
    load_files: LoadFiles, functions: Any, notes: List[str]
) -> None:
    files = {**v1("Hello", HELLO), **v1("Other", HELLO)}
    app = load_files(files, host={"version": "2.0", "functions": functions})

    assert sorted(make_report(app.app).notes) == sorted(notes)
    assert app.client.get("/api/Hello").text == "hello"


def test_settings_for_azure_only_are_not_noted(tmp_path: Path) -> None:
    names = ["aggregator", "extensionBundle", "healthMonitor", "isDefaultHostConfig"]
    names += ["managedDependency", "singleton", "telemetryMode", "$schema"]
    logging_ = {"console": {"a": 1}, "fileLoggingMode": "x", "applicationInsights": {"a": 1}}
    sections = {
        "logging": {**logging_, "LogLevel": {"Host.Results": "Error"}},
        "Extensions": {"HTTP": {"HSTS": {"isEnabled": True}}},
    }

    assert read(tmp_path, **dict.fromkeys(names, "x"), **sections).ignored == []


def test_settings_without_effect_are_sorted_as_written(tmp_path: Path) -> None:
    http = {"MaxConcurrentRequests": 1, "CustomHeaders": {"X": "\xff"}}
    extensions = {"HTTP": http, "Queues": {"a": 1}}

    ignored = read(tmp_path, zeta=1, Extensions=extensions, Alpha={"b": 1}).ignored

    http_label = "Extensions.HTTP.MaxConcurrentRequests"
    assert ignored == ["Alpha", http_label, "Extensions.Queues", "zeta"]
