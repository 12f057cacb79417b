"""Calls of `timed` and enabled functions, by the worker and by other functions."""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import Callable, Dict, List, Tuple

import pytest
from host_apps import needs_v2, v1, v2
from host_fixtures import LoadFiles

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


Call = Callable[..., Tuple[List[str], List[str]]]


@pytest.fixture(params=FLAGS)
def call(
    request: pytest.FixtureRequest, load_files: LoadFiles, caplog: pytest.LogCaptureFixture
) -> Call:
    """
    Load an app and request paths.

    Return the answers and the names that the timer logged.
    """
    caplog.set_level(logging.INFO, "python_worker_extension_timer")

    def call(files: Dict[str, str], *paths: str) -> Tuple[List[str], List[str]]:
        app = load_files(files, values=request.param)
        assert app.problems == []
        answers = [app.client.get(path).text for path in paths]
        pattern = r"Time taken to execute (\w+) is [\d.]+ sec$|(calls no hooks) for A"
        return answers, ["".join(found) for found in re.findall(pattern, caplog.text, re.MULTILINE)]

    return call


@pytest.mark.parametrize("passed", ["req", "req=req"])
@pytest.mark.parametrize(
    ("wrapper", "logged"), [("@timed", "main"), ("@enable_extensions", "calls no hooks")]
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

    # If the worker calls hooks, they time the function.
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

    # Without the extension, `timed` does not know the host's name of the function.
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
