"""Functions enabled with `enable_extensions`, called by a stand-in for the worker."""

from __future__ import annotations

import asyncio
import functools
import importlib
import inspect
import logging
import re
import shutil
import sys
import typing
from pathlib import Path
from typing import Any, Callable, Iterator, List, Type

import azure.functions as func
import pytest
import python_worker_extension_timer as package
from functions_host.client import LoadedApp
from functions_host.errors import user_frames
from host_apps import needs_v2, v2, write_app
from invocations import InvocationContext
from python_worker_extension_timer import enable_extensions, timed
from standin_worker import StandInWorker

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"
events: List[str] = []


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """
    Return the events of an extension that is registered for this test.
    """
    monkeypatch.delenv(FLAG, raising=False)
    # The tests are in the worker's folder, not in the app's.
    monkeypatch.setenv("AzureWebJobsScriptRoot", "/home/site/wwwroot")
    monkeypatch.setattr(sys, "version_info", (3, 13, 0, "final", 0))
    del events[:]

    class Recorder(func.AppExtensionBase):
        @staticmethod
        def pre_invocation_app_level(*args: Any, **kwargs: Any) -> None:
            events.append("pre")

        @classmethod
        def post_invocation_app_level(cls, *args: Any, **kwargs: Any) -> None:
            events.append("post")

        @staticmethod
        def invocation_failed_app_level(
            logger: logging.Logger, context: Any, func_args: Any, error: BaseException
        ) -> None:
            events.append(f"failed {type(error).__name__} {logger.name}")

    return events


def divide(req: int) -> float:
    if not req:
        raise ValueError
    return 1 / req


FAILED = "failed ValueError azure_functions_worker.extension.Recorder"


@pytest.mark.parametrize("calls_hooks", [False, True])
def test_hooks_run_once_on_any_worker(recorder: List[str], calls_hooks: bool) -> None:
    main, worker = enable_extensions(divide), StandInWorker(calls_hooks)

    assert worker.call(main, req=2) == 0.5
    assert recorder == ["pre", "post"]
    with pytest.raises(ValueError, match=r"^$"):
        worker.call(main, req=0)
    assert recorder == ["pre", "post", "pre", FAILED]


def test_cancelled_function_has_failed(recorder: List[str]) -> None:
    @enable_extensions
    async def main(req: int) -> None:
        await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.ensure_future(StandInWorker(False).call(main, req=1))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())
    assert [event.split()[:2] for event in recorder] == [["pre"], ["failed", "CancelledError"]]


def test_exception_reaches_the_worker_as_it_was_raised(recorder: List[str]) -> None:
    error = ValueError("one for all")

    @enable_extensions
    def main(req: int) -> None:
        raise error

    for _ in range(2):
        with pytest.raises(ValueError, match="one for all") as raised:
            StandInWorker(False).call(main, req=1)
        assert raised.value is error
        assert (error.__cause__, error.__context__) == (None, None)

    assert recorder == ["pre", FAILED] * 2


def test_extension_without_failure_hooks_needs_none(recorder: List[str]) -> None:
    class Plain(func.AppExtensionBase):
        pass

    def nothing(*args: object) -> None:
        pass

    hooks = ("post_function_load", "pre_invocation", "post_invocation")
    static = {f"{hook}_app_level": staticmethod(nothing) for hook in hooks}
    type("Static", (func.AppExtensionBase,), static)

    with pytest.raises(ValueError, match=r"^$"):
        StandInWorker(False).call(enable_extensions(divide), req=0)

    assert recorder == ["pre", FAILED]


def test_direct_call_is_the_functions_own(recorder: List[str]) -> None:
    @enable_extensions
    def main(req: int, context: Any = None) -> Any:
        return req, context

    @enable_extensions
    async def main_async(req: int) -> int:
        return req

    assert inspect.iscoroutinefunction(main_async)
    assert not inspect.iscoroutinefunction(main)
    assert main(1) == (1, None)
    assert main(1, "mine") == (1, "mine")
    assert main(req=1) == (1, None)
    assert main(req=1, context="mine") == (1, "mine")
    # A subclass of the SDK's class belongs to a test, even if it has the name of the workers'
    # class.
    for fake in (InvocationContext(), type("Context", (InvocationContext,), {})()):
        assert main(req=1, context=fake) == (1, fake)
    assert asyncio.run(main_async(1)) == 1
    with pytest.raises(TypeError, match=r"main\(\) got an unexpected keyword argument 'other'"):
        main(other=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"main_async\(\) got an unexpected keyword argument"):
        asyncio.run(main_async(req=1, context="mine"))  # type: ignore[call-arg]
    assert recorder == []


def test_function_looks_as_before(recorder: List[str]) -> None:
    def main(req: func.HttpRequest, *, more: int = 1, **rest: int) -> func.HttpResponse:
        """Say hello."""
        raise ValueError

    enabled: Any = enable_extensions(main)

    assert (enabled.__name__, enabled.__qualname__) == (main.__name__, main.__qualname__)
    assert (enabled.__doc__, enabled.__module__) == (main.__doc__, main.__module__)
    # The worker reads a function's folder from here.
    assert Path(inspect.getfile(enabled)).parent == Path(inspect.getfile(main)).parent
    assert typing.get_type_hints(enabled) == typing.get_type_hints(main)
    assert str(inspect.signature(enabled)) == str(inspect.signature(main)).replace(
        ", **rest", ", context, **rest"
    )


def test_traceback_names_the_wrapper(recorder: List[str]) -> None:
    with pytest.raises(ValueError, match=r"^$") as raised:
        enable_extensions(divide)(0)

    frames = [(Path(frame.path).name, frame.name) for frame in raised.traceback]
    assert frames[1:] == [
        ("<python_worker_extension_timer>", "call_function"),
        ("test_wrapper.py", "divide"),
    ]


@needs_v2
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_host_shows_only_the_frames_of_the_user(
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


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """
    A second copy of the package: an app or another extension may have its own.
    """
    shutil.copytree(str(Path(package.__file__).parent), str(tmp_path / "vendored"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("vendored")
    for name in [name for name in sys.modules if name.partition(".")[0] == "vendored"]:
        del sys.modules[name]


@pytest.mark.parametrize("calls_hooks", [False, True])
@pytest.mark.parametrize("is_outer", [False, True])
def test_two_copies_of_this_package_call_once(
    recorder: List[str], vendored: Any, is_outer: bool, calls_hooks: bool
) -> None:
    enablers = [enable_extensions, vendored.enable_extensions]
    outer, inner = enablers if is_outer else reversed(enablers)
    enabled, worker = outer(inner(divide)), StandInWorker(calls_hooks)

    assert worker.call(enabled, req=2) == 0.5
    with pytest.raises(ValueError, match=r"^$"):
        worker.call(enabled, req=0)
    # Nothing may remain that would make a direct call look like an invocation.
    assert enabled(req=2) == 0.5

    assert recorder == ["pre", "post", "pre", FAILED]


def enable_v2(function: Any, **trigger: Any) -> Any:
    """Return the function that the worker calls, for a function of an enabled app."""
    app = enable_extensions(func.FunctionApp())
    app.route(**trigger)(function)
    (enabled,) = app.get_functions()
    return enabled.get_user_function()


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


@needs_v2
def test_v2_function_does_not_see_the_added_context(recorder: List[str]) -> None:
    def hello(req: int, **rest: int) -> Any:
        return rest

    main = enable_v2(hello)

    assert list(inspect.signature(main).parameters) == ["req", "context", "rest"]
    assert StandInWorker(False).call(main, req=1) == {}
    assert recorder == ["pre", "post"]


@needs_v2
def test_nothing_is_added_where_the_worker_calls_hooks(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 12, 0, "final", 0))
    monkeypatch.setenv(FLAG, "1")

    class Loaded(func.AppExtensionBase):
        @classmethod
        def post_function_load_app_level(cls, *args: Any, **kwargs: Any) -> None:
            events.append("load")

    assert list(inspect.signature(enable_v2(divide)).parameters) == ["req"]
    assert recorder == []


@needs_v2
def test_v2_binding_may_be_named_context(recorder: List[str]) -> None:
    main = enable_v2(lambda context: context, trigger_arg_name="context")

    assert StandInWorker(False).call(main, context="text") == "text"
    assert recorder == ["pre", "post"]


@needs_v2
@pytest.mark.parametrize("variable", ["AzureWebJobsScriptRoot", None])
def test_load_hook_of_v2_gets_app_folder(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: Any
) -> None:
    class Loaded(func.AppExtensionBase):
        @classmethod
        def post_function_load_app_level(cls, name: str, folder: str, *args: Any) -> None:
            events.append(f"load {name} {folder}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AzureWebJobsScriptRoot")
    if variable:
        monkeypatch.setenv(variable, "/home/site/wwwroot")
    app = enable_extensions(func.FunctionApp())
    app.route()(divide)

    app.get_functions()

    folder = "/home/site/wwwroot" if variable else str(tmp_path)
    assert recorder == [f"load divide {folder}"]


@needs_v2
def test_function_enabled_in_two_ways_runs_hooks_once(recorder: List[str]) -> None:
    main = enable_v2(enable_extensions(divide))

    assert StandInWorker(False).call(main, req=2) == 0.5
    assert recorder == ["pre", "post"]


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_failure_hook_that_raises_is_logged(
    recorder: List[str], caplog: pytest.LogCaptureFixture, error: Type[BaseException]
) -> None:
    class Loud(func.AppExtensionBase):
        @classmethod
        def invocation_failed_app_level(cls, *args: Any, **kwargs: Any) -> None:
            raise error("of the hook")

    with pytest.raises(ValueError, match=r"^$"):
        StandInWorker(False).call(enable_extensions(divide), req=0)
    assert [record.getMessage() for record in caplog.records] == ["of the hook"]


WRONG = {
    r"takes a FunctionApp, or decorates the main of a v1 function; got 5\.": lambda: 5,
    "takes a FunctionApp, or decorates .* got functools": lambda: functools.partial(print),
    "takes no Blueprint. Pass the FunctionApp that it is registered": "Blueprint",
    r"takes no function of a v2 app\. Remove it here, and write "
    r"app = enable_extensions\(func\.FunctionApp\(\)\)\.$": "FunctionApp",
}


@pytest.mark.parametrize("message", WRONG)
def test_other_object_is_refused_with_advice(message: str) -> None:
    make: Any = WRONG[message]
    if isinstance(make, str):
        make = getattr(func, make, None) or pytest.skip("azure-functions has no v2 model")
    target = make()
    if "function of a v2 app" in message:
        target = target.route(route="x")(lambda req: req)

    with pytest.raises(TypeError, match=rf"^enable_extensions\(\) {message}"):
        enable_extensions(target)


def test_probe_is_registered_once_by_the_call(recorder: List[str]) -> None:
    def names() -> List[str]:
        return re.findall("_WorkerProbe", func.ExtensionMeta.get_registered_extensions_json())

    assert names() == []

    enable_extensions(lambda req: None)
    enable_extensions(lambda req: None)

    assert names() == ["_WorkerProbe"]


def strict(function: Any) -> Any:
    """Decorate a function as many apps do, with a wrapper that passes only the request on."""

    @functools.wraps(function)
    def inner(req: int) -> Any:
        return function(req)

    return inner


def passes_all(function: Any) -> Any:
    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


class Strict:
    """A decorator whose result is not a function."""

    def __init__(self, function: Any) -> None:
        self._function = function
        functools.update_wrapper(self, function)

    def __call__(self, req: int) -> Any:
        return self._function(req)


HIDDEN = "@enable_extensions calls no hooks for test_wrapper. Put it above all other decorators."


@pytest.mark.parametrize(
    ("decorators", "is_hidden"),
    [
        ([passes_all], False),
        ([strict], True),
        ([strict, passes_all], True),
        ([passes_all, strict], True),
        ([Strict], True),
    ],
)
def test_decorator_above_hides_the_context_or_passes_it(
    recorder: List[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    decorators: List[Any],
    is_hidden: bool,
) -> None:
    @enable_extensions
    def main(req: int) -> int:
        return req

    for decorate in decorators:
        main = decorate(main)
    monkeypatch.setitem(globals(), "main", main)

    for _ in range(2):
        assert StandInWorker(False).call(main, req=1) == 1

    assert list(inspect.signature(main).parameters) == ["req", "context"][: 2 - is_hidden]
    assert recorder == ([] if is_hidden else ["pre", "post"] * 2)
    assert caplog.messages == ([HIDDEN] if is_hidden else [])


def test_decorator_below_may_be_strict(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @strict
    def hello(req: int) -> int:
        return req

    monkeypatch.setitem(globals(), "hello", hello)

    assert StandInWorker(False).call(enable_extensions(hello), req=1) == 1
    assert recorder == ["pre", "post"]


def test_direct_call_outside_a_worker_warns_of_nothing(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("AzureWebJobsScriptRoot")

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
    monkeypatch.setenv(FLAG, "1")

    wrapped = decorate(method)

    assert inspect.signature(wrapped) == inspect.signature(method)
    assert StandInWorker(True).call(wrapped, req=1) == 1


@needs_v2
@pytest.mark.parametrize("owner", ["class", "app"])
def test_other_patches_of_get_functions_run(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch, owner: str
) -> None:
    app = func.FunctionApp()
    app.route()(lambda req: req)
    original = func.FunctionApp.get_functions

    def get_functions(self: Any = app) -> Any:
        recorder.append("patch")
        return original(self)

    if owner == "app":
        monkeypatch.setattr(app, "get_functions", get_functions)
    enable_extensions(enable_extensions(app))
    if owner == "class":
        monkeypatch.setattr(func.FunctionApp, "get_functions", get_functions)

    (function,) = app.get_functions()
    assert StandInWorker(False).call(function.get_user_function(), req=1) == 1
    assert recorder == ["patch", "pre", "post"]


@needs_v2
def test_function_in_two_apps_is_enabled_once(recorder: List[str]) -> None:
    app_parts: Any = func
    blueprint = app_parts.Blueprint()
    blueprint.route()(lambda req: req)
    for app in (func.FunctionApp(), func.FunctionApp()):
        app.register_functions(blueprint)
        (function,) = enable_extensions(app).get_functions()

    assert StandInWorker(False).call(function.get_user_function(), req=1) == 1
    assert recorder == ["pre", "post"]
