"""Wrapped functions, as workers, decorators, tests and tracebacks see them."""

from __future__ import annotations

import asyncio
import functools
import inspect
import re
import sys
import typing
from pathlib import Path
from typing import Any, Callable, List

import azure.functions as func
import pytest
from functions_host.client import LoadedApp
from functions_host.errors import user_frames
from host_apps import needs_v2, v2, write_app
from invocations import InvocationContext
from python_worker_extension_timer import enable_extensions, timed
from standin_worker import StandInWorker


def test_direct_call_is_the_functions_own(recorder: List[str]) -> None:
    @enable_extensions
    def main(req: int, context: Any = None) -> Any:
        return req, context

    assert main(1) == main(req=1) == (1, None)
    assert main(1, "mine") == main(req=1, context="mine") == (1, "mine")
    # A subclass of the SDK's class belongs to a test, even if it has the name of the workers'
    # class.
    for fake in (InvocationContext(), type("Context", (InvocationContext,), {})()):
        assert main(req=1, context=fake) == (1, fake)
    assert recorder == []


def test_async_function_is_wrapped_by_another(recorder: List[str]) -> None:
    @enable_extensions
    async def main(req: int) -> int:
        return req

    assert inspect.iscoroutinefunction(main)
    assert not inspect.iscoroutinefunction(enable_extensions(lambda req: req))
    assert asyncio.run(main(1)) == 1
    assert recorder == []


def test_wrong_argument_is_refused_by_function(recorder: List[str]) -> None:
    @enable_extensions
    def main(req: int) -> int:
        return req

    for name in ("other", "context"):
        with pytest.raises(TypeError, match=r"main\(\) got an unexpected keyword argument"):
            main(req=1, **{name: 2})


@needs_v2
def test_app_is_returned_with_callable_functions(recorder: List[str]) -> None:
    app = func.FunctionApp()

    assert enable_extensions(app) is app

    @app.route()
    def hello(req: int) -> int:
        return req

    (function,) = app.get_functions()
    assert hello(2) == function(2) == function.get_user_function()(2) == 2
    assert recorder == []


def test_exception_reaches_the_worker_as_raised(recorder: List[str]) -> None:
    error = ValueError("one for all")

    @enable_extensions
    def main(req: int) -> None:
        raise error

    for _ in range(2):
        with pytest.raises(ValueError, match="one for all") as raised:
            StandInWorker().call(main, req=1)
        assert raised.value is error
        assert (error.__cause__, error.__context__) == (None, None)


def test_function_looks_as_before(recorder: List[str]) -> None:
    def main(req: func.HttpRequest, *, more: int = 1, **rest: int) -> func.HttpResponse:
        """Say hello."""
        raise ValueError

    enabled: Any = enable_extensions(main)

    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        assert getattr(enabled, name) == getattr(main, name)
    # The worker reads a function's folder from here.
    assert Path(inspect.getfile(enabled)).parent == Path(inspect.getfile(main)).parent
    assert typing.get_type_hints(enabled) == typing.get_type_hints(main)
    assert str(inspect.signature(enabled)) == str(inspect.signature(main)).replace(
        ", **rest", ", context, **rest"
    )


def test_traceback_names_the_wrapper() -> None:
    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$") as raised:
        enable_extensions(fail)()

    frames = [(Path(frame.path).name, frame.name) for frame in raised.traceback]
    assert frames[1:] == [
        ("<python_worker_extension_timer>", "call_function"),
        ("test_wrapper.py", "fail"),
    ]


@needs_v2
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_host_shows_only_frames_of_user(
    tmp_path: Path, load: Callable[[Path], LoadedApp], kind: str
) -> None:
    code = f"""
from python_worker_extension_timer import enable_extensions, timed

enable_extensions(app)

@app.route()
@timed
{kind} hello(req):
    raise ValueError("boom")
"""
    app = load(write_app(tmp_path, v2(code), {}))
    app.client.get("/api/hello")

    outcome: Any = app.requests[-1].outcome
    assert [re.sub(r":\d+", "", line) for line in user_frames(outcome.error, tmp_path)] == [
        "function_app.py in hello",
        '  raise ValueError("boom")',
        "ValueError: boom",
    ]


def strict(function: Any) -> Any:
    """Decorate a function as many apps do, with a wrapper that passes only the request on."""
    return functools.wraps(function)(lambda req: function(req))


def passes_all(function: Any) -> Any:
    return functools.wraps(function)(lambda *args, **kwargs: function(*args, **kwargs))


class Strict:
    """A decorator whose result is not a function."""

    def __init__(self, function: Any) -> None:
        self._function = function
        functools.update_wrapper(self, function)

    def __call__(self, req: int) -> Any:
        return self._function(req)


def return_request(req: int) -> int:
    return req


HIDDEN = "@enable_extensions calls no hooks for test_wrapper. Put it above all other decorators."


@pytest.mark.parametrize(
    ("decorators", "is_hidden"),
    [
        pytest.param([passes_all], False, id="passes all"),
        pytest.param([strict], True, id="strict"),
        pytest.param([strict, passes_all], True, id="strict below"),
        pytest.param([passes_all, strict], True, id="strict above"),
        pytest.param([Strict], True, id="object"),
    ],
)
def test_decorator_above_hides_or_passes_context(
    recorder: List[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    decorators: List[Any],
    is_hidden: bool,
) -> None:
    main: Any = enable_extensions(return_request)
    for decorate in decorators:
        main = decorate(main)
    monkeypatch.setitem(globals(), "return_request", main)

    for _ in range(2):
        assert StandInWorker().call(main, req=1) == 1

    assert list(inspect.signature(main).parameters) == ["req", "context"][: 2 - is_hidden]
    assert recorder == ([] if is_hidden else ["pre", "post"] * 2)
    assert caplog.messages == ([HIDDEN] if is_hidden else [])


def test_decorator_below_may_be_strict(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main = strict(return_request)
    monkeypatch.setitem(globals(), "return_request", main)

    assert StandInWorker().call(enable_extensions(main), req=1) == 1
    assert recorder == ["pre", "post"]


def test_direct_call_outside_a_worker_warns_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("AzureWebJobsScriptRoot", raising=False)

    assert enable_extensions(strict)(len)([]) == 0

    assert caplog.messages == []


class Controller:
    @passes_all
    def hello(self, req: int) -> int:
        """Say hello."""
        return req

    def plain(self, req: int, context: Any) -> int:
        return req


@pytest.mark.parametrize("method", [Controller().hello, Controller().plain])
@pytest.mark.parametrize("decorate", [timed, enable_extensions])
def test_bound_method_keeps_its_signature(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch, decorate: Any, method: Any
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 12, 0, "final", 0))
    monkeypatch.setenv("PYTHON_ENABLE_WORKER_EXTENSIONS", "1")

    wrapped = decorate(method)

    assert inspect.signature(wrapped) == inspect.signature(method)
    assert StandInWorker(True).call(wrapped, req=1) == 1
