"""Calls of `timed` and enabled functions, by the worker and by other functions."""

from __future__ import annotations

import logging
import re
from typing import Callable, Dict, List, Tuple

import pytest
from host_apps import needs_v2, v1, v2
from host_fixtures import LoadFiles
from recording import FLAGS, worker_calls_hooks

HEAD = """
import functools
from python_worker_extension_timer import TimerExtension, enable_extensions, timed

# The SDK's registry is empty when a test begins. Defining a subclass registers it again.
class Timer(TimerExtension):
    pass

Timer.configure()

def auth(function):
    @functools.wraps(function)
    def wrapper(req):
        return function({passed})
    return wrapper
"""
Call = Callable[..., Tuple[List[str], List[str]]]


@pytest.fixture(params=["unset", "on"])
def flag(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def call(load_files: LoadFiles, caplog: pytest.LogCaptureFixture, flag: str) -> Call:
    """Load an app, request paths, and return the answers and the names that the timer logged."""
    caplog.set_level(logging.INFO, "python_worker_extension_timer")

    def call(files: Dict[str, str], *paths: str) -> Tuple[List[str], List[str]]:
        app = load_files(files, values=FLAGS[flag])
        assert app.problems == []
        answers = [app.client.get(path).text for path in paths]
        pattern = r"Time taken to execute (\w+) is [\d.]+ sec$|(calls no hooks) for A"
        return answers, ["".join(found) for found in re.findall(pattern, caplog.text, re.MULTILINE)]

    return call


@pytest.mark.parametrize("passed", ["req", "req=req"])
@pytest.mark.parametrize(
    ("wrapper", "logged"), [("@timed", "main"), ("@enable_extensions", "calls no hooks")]
)
def test_decorator_above_passes_on_its_parameters(
    call: Call, flag: str, wrapper: str, logged: str, passed: str
) -> None:
    code = f"""
@auth
{wrapper}
def main(req):
    return func.HttpResponse("fine")
"""
    answers, lines = call(v1("A", HEAD.format(passed=passed) + code), "/api/A")

    # If the worker calls hooks, they time the function.
    assert (answers, lines) == (["fine"], ["A" if worker_calls_hooks(flag) else logged])


@needs_v2
@pytest.mark.parametrize("name", ["A", "Renamed"])
@pytest.mark.parametrize("enabled", ["", "enable_extensions(app)"])
def test_decorator_above_timed_in_v2(call: Call, flag: str, enabled: str, name: str) -> None:
    code = f"""
{enabled}

@app.function_name({name!r})
@app.route()
@auth
@timed
def A(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("fine")
"""
    answers, lines = call(v2(HEAD.format(passed="req") + code), f"/api/{name}")

    # Without the extension, `timed` does not know the host's name of the function.
    assert (answers, lines) == (["fine"], [name if enabled or worker_calls_hooks(flag) else "A"])


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
    head = HEAD.format(passed="req")
    files = {**v1("A", head + CALLS_B.format(passed=passed)), **v1("B", B)}

    assert call(files, "/api/A", "/api/A?bad=1") == (["b", "recovered"], ["A", "A"])
