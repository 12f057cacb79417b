"""Which calls of a covered function are those of its invocation, and which are not."""

from __future__ import annotations

import logging
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

def retry(function):
    @functools.wraps(function)
    def wrapper(req):
        try:
            return function(req)
        except ValueError:
            return function(req)
    return wrapper
"""

NOT_CONFIGURED = TIMER.format(passed="req").replace("Timer.configure()", "")

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
            record.getMessage().split()[4]
            + (" failed" if "(failed:" in record.getMessage() else "")
            for record in caplog.records
            if record.name == "python_worker_extension_timer"
        ]
        return answers, logged

    return call


@pytest.mark.parametrize("passed", ["req", "req=req"])
@pytest.mark.parametrize("cover", ["@timed", "@enable_extensions"])
def test_decorator_above_a_cover_need_not_know_of_it(call: Call, cover: str, passed: str) -> None:
    code = f"""
@auth
{cover}
def main(req):
    return func.HttpResponse("fine")
"""

    assert call(v1("A", TIMER.format(passed=passed) + code), "/api/A") == (["fine"], ["A"])


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

    assert call(files, f"/api/{name}") == (["fine"], [name])


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


HELPER = """
@timed
def helper(req, context=None):
    raise ValueError("of the helper")

{cover}
def main(req, context):
    try:
        helper({passed})
    except ValueError:
        pass
    return func.HttpResponse("fine")
"""


@pytest.mark.parametrize("passed", ["req", "req=req", "req=req, context=context"])
@pytest.mark.parametrize(("cover", "logged"), [("", []), ("@timed", ["A"])])
def test_timed_helper_is_not_taken_for_the_function(
    call: Call, cover: str, logged: List[str], passed: str
) -> None:
    code = NOT_CONFIGURED + HELPER.format(cover=cover, passed=passed)

    assert call(v1("A", code), "/api/A") == (["fine"], logged)


RETRIED = """
attempts = []

{decorators}
def main(req):
    attempts.append(1)
    if len(attempts) == 1:
        raise ValueError("once")
    return func.HttpResponse("fine")
"""


@pytest.mark.parametrize(
    ("decorators", "logged"), [("@retry\n@timed", "A failed"), ("@timed\n@retry", "A")]
)
def test_function_that_is_retried_is_timed_once(call: Call, decorators: str, logged: str) -> None:
    code = NOT_CONFIGURED + RETRIED.format(decorators=decorators)

    assert call(v1("A", code), "/api/A") == (["fine"], [logged])


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
