"""Which calls of a covered function are those of its invocation, and which are not."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
from host_apps import needs_v2, v1, v2, write_app

from integration.host.client import LoadedApp

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


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], List[str]]:
    """
    What the timer has logged: who was timed, and whether it failed.
    """
    caplog.set_level(logging.INFO, "python_worker_extension_timer")

    def lines() -> List[str]:
        messages = [
            record.getMessage()
            for record in caplog.records
            if record.name == "python_worker_extension_timer"
        ]
        return [
            message.split()[4] + (" failed" if "(failed:" in message else "")
            for message in messages
        ]

    return lines


def answer(load: Load, root: Path, files: Dict[str, str], flag: Dict[str, str]) -> str:
    app = load(write_app(root, files, flag))
    assert app.problems == []
    response = app.client.get("/api/A")
    return f"{response.status_code} {response.text}"


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("passed", ["req", "req=req"])
@pytest.mark.parametrize("cover", ["@timed", "@enable_extensions"])
def test_decorator_above_a_cover_need_not_know_of_it(
    tmp_path: Path,
    load: Load,
    lines: Callable[[], List[str]],
    cover: str,
    passed: str,
    flag: Dict[str, str],
) -> None:
    code = f"""
@auth
{cover}
def main(req):
    return func.HttpResponse("fine")
"""

    assert answer(load, tmp_path, v1("A", TIMER.format(passed=passed) + code), flag) == "200 fine"
    assert lines() == ["A"]


@needs_v2
@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("name", ["", "@app.function_name('Renamed')"])
@pytest.mark.parametrize("enabled", ["", "enable_extensions(app)"])
def test_decorator_above_timed_in_a_v2_app(
    tmp_path: Path,
    load: Load,
    lines: Callable[[], List[str]],
    enabled: str,
    name: str,
    flag: Dict[str, str],
) -> None:
    code = f"""
{enabled}

{name}
@app.route()
@auth
@timed
def A(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("fine")
"""
    files = v2(TIMER.format(passed="req") + code)
    app = load(write_app(tmp_path, files, flag))

    response = app.client.get("/api/Renamed" if name else "/api/A")

    assert (response.status_code, response.text) == (200, "fine")
    assert lines() == ["Renamed" if name else "A"]


B = """
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


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("passed", ["req", "req=req", "req=req, context=context"])
def test_function_that_calls_another_is_one_invocation(
    tmp_path: Path,
    load: Load,
    lines: Callable[[], List[str]],
    passed: str,
    flag: Dict[str, str],
) -> None:
    head = TIMER.format(passed="req")
    files = {
        **v1("A", head + CALLS_B.format(passed=passed)),
        **v1("B", "from python_worker_extension_timer import enable_extensions\n" + B),
    }
    app = load(write_app(tmp_path, files, flag))

    answers = [app.client.get(f"/api/A{query}").text for query in ("", "?bad=1")]

    assert answers == ["b", "recovered"]
    assert lines() == ["A", "A"]


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


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("passed", ["req", "req=req", "req=req, context=context"])
@pytest.mark.parametrize("cover", ["", "@timed"])
def test_timed_helper_is_not_taken_for_the_function(
    tmp_path: Path,
    load: Load,
    lines: Callable[[], List[str]],
    cover: str,
    passed: str,
    flag: Dict[str, str],
) -> None:
    code = TIMER.format(passed="req").replace("Timer.configure()", "")
    code += HELPER.format(cover=cover, passed=passed)

    assert answer(load, tmp_path, v1("A", code), flag) == "200 fine"
    assert lines() == (["A"] if cover else [])


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize(
    ("decorators", "logged"), [("@retry\n@timed", "A failed"), ("@timed\n@retry", "A")]
)
def test_function_that_is_retried_is_timed_once(
    tmp_path: Path,
    load: Load,
    lines: Callable[[], List[str]],
    decorators: str,
    logged: str,
    flag: Dict[str, str],
) -> None:
    code = f"""
attempts = []

{decorators}
def main(req):
    attempts.append(1)
    if len(attempts) == 1:
        raise ValueError("once")
    return func.HttpResponse("fine")
"""
    code = TIMER.format(passed="req").replace("Timer.configure()", "") + code

    assert answer(load, tmp_path, v1("A", code), flag) == "200 fine"
    assert lines() == [logged]


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


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("error", ["ValueError('x')", "SystemExit('x')", "KeyboardInterrupt()"])
def test_failure_hook_cannot_replace_what_the_function_raised(
    tmp_path: Path, load: Load, error: str, flag: Dict[str, str]
) -> None:
    app = load(write_app(tmp_path, v1("A", BAD_HOOK.format(error=error)), flag))

    app.client.get("/api/A")

    outcome: Any = app.served[-1].outcome
    assert repr(outcome.error) == "NoDict('of the function')"
