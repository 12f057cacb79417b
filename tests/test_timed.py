"""`timed`, on the embedded host: from Python 3.13 on, that is Microsoft's runtime."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List

import azure.functions as func
import pytest
from functions_host.client import LoadedApp
from host_apps import needs_v2, v1, v2, write_app
from python_worker_extension_timer import enable_extensions, timed

Load = Callable[[Path], LoadedApp]

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"
FLAGS: Dict[str, Dict[str, str]] = {"on": {FLAG: "1"}, "off": {FLAG: "0"}, "unset": {}}

# A subclass registers itself anew with the SDK, whose registry is empty at the start of a test.
HEAD = """
from python_worker_extension_timer import TimerExtension, enable_extensions, timed

reported = []


class Again(TimerExtension):
    pass


def configure():
    TimerExtension.configure(append_to_http_response=True, report_to=[reported.append])
    Again._options = TimerExtension._options
"""
BODY = """
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("hello")
"""
ORDERS = ["@timed\n", "@enable_extensions\n@timed\n", "@timed\n@enable_extensions\n"]


def lines(caplog: pytest.LogCaptureFixture) -> List[str]:
    """Return the timer's lines without their times, and forget them."""
    found = [
        re.sub(r"\d+\.\d{6}", "N", record.getMessage())
        for record in caplog.records
        if record.name == "python_worker_extension_timer"
    ]
    caplog.clear()
    return found


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("configured", [False, True])
@pytest.mark.parametrize("decorators", ORDERS)
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_function_is_timed_once_whatever_else_times_it(
    tmp_path: Path,
    load: Load,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    decorators: str,
    configured: bool,
    flag: str,
) -> None:
    caplog.set_level(logging.INFO, "python_worker_extension_timer")
    code = f"{HEAD}\n{'configure()' * configured}\n{decorators}{kind} main(req):{BODY}"
    app = load(write_app(tmp_path, v1("hello", code), FLAGS[flag]))

    body = app.client.get("/api/hello").text
    assert lines(caplog) == ["Time taken to execute hello is N sec"]
    suffix = r" \(TimeElapsed: \d+\.\d{6} sec\)" if configured else ""
    assert re.fullmatch(f"hello{suffix}", body)

    assert app.client.get("/api/hello?boom=1").status_code == 500
    assert lines(caplog) == ["Time taken to execute hello is N sec (failed: ValueError)"]
    module: Any = sys.modules["__app__.hello"]
    errors = [repr(invocation.error) for invocation in module.reported]
    assert errors == (["None", "ValueError('boom')"] if configured else [])


@needs_v2
@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("enable", ["", "app = enable_extensions(app)"])
def test_function_of_a_v2_app_is_timed_below_its_route(
    tmp_path: Path, load: Load, caplog: pytest.LogCaptureFixture, enable: str, flag: str
) -> None:
    caplog.set_level(logging.INFO, "python_worker_extension_timer")
    code = f"{HEAD}\n{enable}\n@app.route()\n@timed\ndef hello(req):{BODY}"
    app = load(write_app(tmp_path, v2(code), FLAGS[flag]))

    assert app.client.get("/api/hello").text == "hello"

    assert lines(caplog) == ["Time taken to execute hello is N sec"]


def test_other_extensions_do_not_see_a_context_that_the_function_has_not(
    tmp_path: Path, load: Load
) -> None:
    code = f"""{HEAD}
seen = []

class Recorder(func.AppExtensionBase):
    @classmethod
    def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
        seen.append(sorted(func_args))

@enable_extensions
@timed
def main(req):{BODY}"""
    app = load(write_app(tmp_path, v1("hello", code), FLAGS["unset"]))

    app.client.get("/api/hello")

    module: Any = sys.modules["__app__.hello"]
    assert module.seen == [["req"]]


def test_direct_call_is_not_timed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    @timed
    def main(req: int) -> int:
        return req

    @timed
    async def main_async(req: int) -> int:
        return req

    assert main(1) == main(req=1) == asyncio.run(main_async(1)) == 1
    assert lines(caplog) == []


def test_twice_is_once() -> None:
    def main(req: int) -> int:
        return req

    once = timed(main)

    assert timed(once) is once
    enabled = enable_extensions(once)
    assert timed(enabled) is enabled


@needs_v2
def test_above_a_route_it_says_where_it_belongs() -> None:
    app = func.FunctionApp()

    with pytest.raises(TypeError) as raised:

        @timed
        @app.route()
        def hello(req: int) -> int:
            return req

    assert str(raised.value) == (
        "timed has been put where it would time nothing. "
        "Put it below @app.route(...) and its like, directly above def."
    )


def test_on_anything_else_it_says_what_it_takes() -> None:
    def orchestrate(context: Any) -> Any:
        yield context

    with pytest.raises(TypeError, match=r"^timed has been put on an orchestrator, or another gen"):
        timed(orchestrate)
    with pytest.raises(TypeError, match=r"^timed decorates one function, .*; got 5\. For all "):
        timed(5)  # type: ignore[type-var]


def test_options_are_those_of_the_extension(
    tmp_path: Path, load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "python_worker_extension_timer")
    code = f"{HEAD}\nTimerExtension.configure(warn_after=0)\n@timed\ndef main(req):{BODY}"
    app = load(write_app(tmp_path, v1("hello", code), FLAGS["unset"]))

    app.client.get("/api/hello")

    assert [record.levelname for record in caplog.records if "Time" in record.msg] == ["WARNING"]


@pytest.mark.parametrize("flag", FLAGS)
def test_extension_that_is_configured_as_a_subclass_still_marks_a_timed_function(
    tmp_path: Path, load: Load, flag: str
) -> None:
    code = HEAD + "Again.configure(append_to_http_response=True)\n"
    files = v1("Main", f"{code}@enable_extensions\n@timed\ndef main(req):{BODY}")

    body = load(write_app(tmp_path, files, FLAGS[flag])).client.get("/api/Main").text

    assert body.startswith("hello (TimeElapsed: ") == (flag != "off")
