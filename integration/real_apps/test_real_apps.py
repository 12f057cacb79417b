"""Apps with packages that people use, all enabled and timed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest

from integration.hosts.embedded import EmbeddedHost
from integration.hosts.protocol import Options
from integration.running_app import RunningApp
from integration.suffix import SUFFIX

# The first response of a process also shows the cold start.
_TIMING = r'app;dur=\d+\.\d{3}(, init;dur=\d+\.\d{3};desc="cold")?'
_APPS = Path(__file__).with_name("apps")
# AsgiFunctionApp and WsgiFunctionApp need an empty prefix.
_HOST = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
# Azure Monitor's records repeat the text as a body.
_TIMER = r'(?<!"body": ")Time taken to execute (\w+) is \d+\.\d{6} sec( \(failed: \w+\))?'
WEB = ["django_app", "fastapi_app", "flask_app"]
# App → the output of its package for /hello, /hello_async and /boom.
OTHERS = {
    "azure_monitor_app": [r"\"body\": \"Time taken"] * 3,
    "ddtrace_app": [r"span azure\.functions\.invoke GET /(hello(_async)? ok|boom error)"] * 3,
    "loguru_app": [r"loguru \w+ python_worker_extension_timer: Time taken"] * 3,
    "sentry_app": ["event ValueError"],
    "structlog_app": [r'\{"event": "Time taken'] * 3,
}


@pytest.fixture(scope="module")
def started_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    """The app of the parameter, on the embedded host."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(str(_APPS / f"{request.param}.py"), str(folder / "function_app.py"))
    shutil.copy(str(_APPS / "greetings.py"), str(folder))
    (folder / "host.json").write_text(json.dumps(_HOST), encoding="utf-8")
    host = EmbeddedHost(folder, tmp_path_factory.mktemp("host"), Options())
    try:
        yield RunningApp(host, host.start())
    finally:
        host.stop()


def find_timed(app: RunningApp) -> List[Tuple[str, str]]:
    """
    Return the function and failure in each line of the timer.

    The output must not have faults of ours.
    """
    output = app.output()
    assert "RuntimeWarning" not in output
    assert not re.search(r'File ".*(python_worker_extension_timer|functions_host)\W', output)
    return re.findall(_TIMER, output)


@pytest.mark.parametrize("started_app", WEB, indirect=True, ids=WEB)
def test_web_framework_is_timed(app: RunningApp, request: pytest.FixtureRequest) -> None:
    text, added = app.get("/api/hello/Ada"), app.request("POST", "/api/items", json={"a": 1})

    assert text.status == 200
    assert re.fullmatch(r"Hello, Ada\." + SUFFIX, text.data.decode())
    assert (added.status, added.json()) == (201, {"added": {"a": 1}})
    for response in (text, added):
        assert re.fullmatch(_TIMING, response.headers["Server-Timing"])
    name = request.node.callspec.params["started_app"]
    assert find_timed(app) == [(name, "")] * 2


@pytest.mark.parametrize("started_app", WEB, indirect=True, ids=WEB)
def test_failure_in_web_framework_is_timed(app: RunningApp) -> None:
    assert app.get("/api/boom").status == 500

    ((_, failure),) = find_timed(app)
    assert failure in (" (failed: ValueError)", " (failed: Exception)")


@pytest.mark.parametrize("started_app", OTHERS, indirect=True, ids=list(OTHERS))
def test_other_package_works_and_is_timed(app: RunningApp, request: pytest.FixtureRequest) -> None:
    for path in ("hello", "hello_async"):
        response = app.get(f"/{path}")
        assert response.status == 200
        assert re.fullmatch(r"Hello\." + SUFFIX, response.data.decode())
        assert re.fullmatch(_TIMING, response.headers["Server-Timing"])
    assert app.get("/boom").status == 500

    failure = ("boom", " (failed: ValueError)")
    assert find_timed(app) == [("hello", ""), ("hello_async", ""), failure]
    printed = OTHERS[request.node.callspec.params["started_app"]]
    for pattern in set(printed):
        assert len(re.findall(pattern, app.output())) == len(printed)
