"""Calls of `timed` and enabled functions, by the worker and by other functions."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest
from functions_host.client import LoadedApp
from host_apps import needs_v2, v1, v2, write_app

Load = Callable[[Path], LoadedApp]
FLAGS = [
    pytest.param({}, id="flag unset"),
    pytest.param({"PYTHON_ENABLE_WORKER_EXTENSIONS": "1"}, id="flag on"),
]

TIMER = """
import functools
from python_worker_extension_timer import TimerExtension, enable_extensions, timed

class Timer(TimerExtension):
    pass

Timer.configure()

def auth(function):
    @functools.wraps(function)
    def wrapper(req):
        return function({passed})
    return wrapper
"""


def worker_calls_hooks() -> bool:
    return sys.version_info < (3, 13) and (
        "PYTHON_ENABLE_WORKER_EXTENSIONS" in os.environ or sys.version_info[:2] == (3, 9)
    )


Called = Tuple[List[str], List[str]]
Call = Callable[..., Called]


@pytest.fixture(params=FLAGS)
def call(
    request: pytest.FixtureRequest, tmp_path: Path, load: Load, caplog: pytest.LogCaptureFixture
) -> Call:
    """
    Load an app, ask for paths, and return the answers and whom the timer has logged, failed or not.
    """
    caplog.set_level(logging.INFO, "python_worker_extension_timer")

    def call(files: Dict[str, str], *paths: str) -> Called:
        app = load(write_app(tmp_path, files, request.param))
        assert app.problems == []
        answers = [app.client.get(path).text for path in paths]
        logged = [
            "no hooks"
            if "calls no hooks for A" in record.getMessage()
            else record.getMessage().split()[4]
            + (" failed" if "(failed:" in record.getMessage() else "")
            for record in caplog.records
            if record.name == "python_worker_extension_timer"
        ]
        return answers, logged

    return call


@pytest.mark.parametrize("passed", ["req", "req=req"])
@pytest.mark.parametrize(
    ("wrapper", "logged"), [("@timed", "main"), ("@enable_extensions", "no hooks")]
)
def test_decorator_above_passes_on_its_own_parameters(
    call: Call, wrapper: str, logged: str, passed: str
) -> None:
    code = f"""
@auth
{wrapper}
def main(req):
    return func.HttpResponse("fine")
"""
    answers, lines = call(v1("A", TIMER.format(passed=passed) + code), "/api/A")

    # Where the worker calls hooks, they time the function.
    assert (answers, lines) == (["fine"], ["A" if worker_calls_hooks() else logged])


@needs_v2
@pytest.mark.parametrize("name", ["A", "Renamed"])
@pytest.mark.parametrize("enabled", ["", "enable_extensions(app)"])
def test_decorator_above_timed_in_a_v2_app(call: Call, enabled: str, name: str) -> None:
    code = f"""
{enabled}

@app.function_name({name!r})
@app.route()
@auth
@timed
def A(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("fine")
"""
    files = v2(TIMER.format(passed="req") + code)

    answers, lines = call(files, f"/api/{name}")

    # Alone, `timed` does not know the name for the host.
    assert (answers, lines) == (["fine"], [name if enabled or worker_calls_hooks() else "A"])


B = """
from python_worker_extension_timer import enable_extensions

@enable_extensions
def main(req, context=None):
    if "bad" in req.params:
        raise ValueError("inner")
    return func.HttpResponse("b")
"""
CALLS_B = """
from ..B import main as b

@enable_extensions
def main(req, context):
    try:
        return b({passed})
    except ValueError:
        return func.HttpResponse("recovered")
"""


@pytest.mark.parametrize("passed", ["req", "req=req", "req=req, context=context"])
def test_function_that_calls_another_is_one_invocation(call: Call, passed: str) -> None:
    head = TIMER.format(passed="req")
    files = {**v1("A", head + CALLS_B.format(passed=passed)), **v1("B", B)}

    assert call(files, "/api/A", "/api/A?bad=1") == (["b", "recovered"], ["A", "A"])


BAD_HOOK = """
from python_worker_extension_timer import enable_extensions

class Bad(func.AppExtensionBase):
    @classmethod
    def invocation_failed_app_level(cls, *args, **kwargs):
        raise {error}

class NoDict(Exception):
    @property
    def __dict__(self):
        raise RuntimeError("no dict")

@enable_extensions
def main(req):
    raise NoDict("of the function")
"""


@pytest.mark.parametrize("error", ["ValueError('x')", "SystemExit('x')", "KeyboardInterrupt()"])
def test_failure_hook_cannot_replace_what_the_function_raised(
    tmp_path: Path, load: Load, error: str
) -> None:
    app = load(write_app(tmp_path, v1("A", BAD_HOOK.format(error=error)), {}))

    app.client.get("/api/A")

    outcome: Any = app.requests[-1].outcome
    assert repr(outcome.error) == "NoDict('of the function')"
