"""The hooks around an enabled function that a stand-in for the worker calls."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import sys
from pathlib import Path
from typing import Any, Iterator, List, Type

import azure.functions as func
import pytest
import python_worker_extension_timer as package
from host_apps import needs_v2
from python_worker_extension_timer import enable_extensions
from standin_worker import Context, StandInWorker

FAILED = "failed ValueError azure_functions_worker.extension.Recorder ['req']"


def divide(req: int) -> float:
    if not req:
        raise ValueError
    return 1 / req


def call_both_ways(enabled: Any, calls_hooks: bool = False) -> None:
    """Call an enabled `divide`, first so that it returns, then so that it raises."""
    worker = StandInWorker(calls_hooks)
    assert worker.call(enabled, req=2) == 0.5
    with pytest.raises(ValueError, match=r"^$"):
        worker.call(enabled, req=0)


@pytest.mark.parametrize("calls_hooks", [False, True])
def test_hooks_run_once_on_any_worker(recorder: List[str], calls_hooks: bool) -> None:
    call_both_ways(enable_extensions(divide), calls_hooks)

    assert recorder == ["pre", "post", "pre", FAILED]


def test_call_by_position_has_failure_hooks(recorder: List[str]) -> None:
    enabled = enable_extensions(divide)

    call_both_ways(lambda req: enabled(req), calls_hooks=True)

    assert recorder == ["pre", "post", "pre", FAILED]


def test_cancelled_function_has_failed(recorder: List[str]) -> None:
    @enable_extensions
    async def main(req: int) -> None:
        await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.ensure_future(StandInWorker().call(main, req=1))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())
    assert [event.split()[:2] for event in recorder] == [["pre"], ["failed", "CancelledError"]]


def test_extension_without_failure_hooks_needs_none(recorder: List[str]) -> None:
    class Plain(func.AppExtensionBase):
        pass

    def nothing(*args: object) -> None:
        pass

    hooks = ("post_function_load", "pre_invocation", "post_invocation")
    static = {f"{hook}_app_level": staticmethod(nothing) for hook in hooks}
    type("Static", (func.AppExtensionBase,), static)

    call_both_ways(enable_extensions(divide))

    assert recorder == ["pre", "post", "pre", FAILED]


def raise_in_hook(error: BaseException) -> Any:
    def hook(*args: object, **kwargs: object) -> None:
        raise error

    return classmethod(hook)


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_hook_that_raises_is_only_logged(
    recorder: List[str], caplog: pytest.LogCaptureFixture, error: Type[BaseException]
) -> None:
    hooks = {
        "post_function_load_app_level": raise_in_hook(KeyError("load")),
        "pre_invocation_app_level": raise_in_hook(KeyError("pre")),
        "post_invocation_app_level": raise_in_hook(KeyError("post")),
        "invocation_failed_app_level": raise_in_hook(error("failed")),
    }
    type("Loud", (func.AppExtensionBase,), hooks)

    call_both_ways(enable_extensions(divide))

    worker, loud = "azure_functions_worker", "azure_functions_worker.extension.Loud"
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        (worker, "'load'"),
        (loud, "'pre'"),
        (loud, "'post'"),
        (loud, "'pre'"),
        (loud, "failed"),
    ]
    assert all(record.exc_info for record in caplog.records)
    assert recorder == ["pre", "post", "pre", FAILED]


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A second copy of the package: an app or another extension may have its own."""
    shutil.copytree(str(Path(package.__file__).parent), str(tmp_path / "vendored"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("vendored")
    for name in [name for name in sys.modules if name.partition(".")[0] == "vendored"]:
        del sys.modules[name]


@pytest.mark.parametrize("calls_hooks", [False, True])
@pytest.mark.parametrize("is_outer", [False, True])
def test_two_copies_of_package_call_once(
    recorder: List[str], vendored: Any, is_outer: bool, calls_hooks: bool
) -> None:
    enablers = [enable_extensions, vendored.enable_extensions]
    outer, inner = enablers if is_outer else reversed(enablers)
    enabled = outer(inner(divide))

    call_both_ways(enabled, calls_hooks)
    # Nothing may remain that would make a direct call look like an invocation.
    assert enabled(req=2) == 0.5

    assert recorder == ["pre", "post", "pre", FAILED]


def test_probe_is_registered_once_by_the_call(recorder: List[str]) -> None:
    def count_probes() -> int:
        return func.ExtensionMeta.get_registered_extensions_json().count("_WorkerProbe")

    assert count_probes() == 0

    enable_extensions(lambda req: None)
    enable_extensions(lambda req: None)

    assert count_probes() == 1


def enable_v2(function: Any, **trigger: Any) -> Any:
    """Return the function that the worker calls, for a function of an enabled app."""
    app = enable_extensions(func.FunctionApp())
    app.route(**trigger)(function)
    (enabled,) = app.get_functions()
    return enabled.get_user_function()


@pytest.mark.parametrize("model", ["v1", pytest.param("v2", marks=needs_v2)])
def test_binding_may_be_named_context(recorder: List[str], model: str) -> None:
    class Named(func.AppExtensionBase):
        @classmethod
        def pre_invocation_app_level(cls, logger: Any, context: Any, *args: Any) -> None:
            recorder.append(context.function_name)
            recorder.append(context.function_directory + context.invocation_id)

    def main(context: Any) -> Any:
        return context

    v1 = model == "v1"
    enabled = enable_extensions(main) if v1 else enable_v2(main, trigger_arg_name="context")
    # In a v1 app, other code may pass anything else as `context`.
    value = func.QueueMessage(body=b"x") if v1 else "text"

    assert StandInWorker().call(enabled, context=value) == value
    name, folder = "test_hooks" if v1 else "main", str(Path(__file__).parent)
    assert recorder == ["pre", name, folder, "post"]


@pytest.fixture
def loaded(recorder: List[str]) -> List[str]:
    """Return the events of the recorder and of an extension with a load hook."""

    class Loaded(func.AppExtensionBase):
        @classmethod
        def post_function_load_app_level(cls, name: str, folder: str, *args: Any) -> None:
            recorder.append(f"load {name} {folder}")

    return recorder


@needs_v2
@pytest.mark.parametrize("variable", ["AzureWebJobsScriptRoot", "another"])
def test_load_hook_gets_app_folder(
    loaded: List[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AzureWebJobsScriptRoot")
    monkeypatch.setenv(variable, "/home/site/wwwroot")

    enable_v2(divide)

    folder = tmp_path if variable == "another" else "/home/site/wwwroot"
    assert loaded == [f"load divide {folder}"]


def test_script_of_two_functions_is_loaded_as_both(
    loaded: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main = enable_extensions(divide)
    for name in ("one", "two", "one"):
        monkeypatch.setattr(Context, "function_name", name)
        StandInWorker().call(main, req=1)

    loads = [event for event in loaded if event.startswith("load")]
    assert loads == ["load one /home/site/wwwroot", "load two /home/site/wwwroot"]


@needs_v2
def test_function_in_two_apps_is_enabled_once(loaded: List[str]) -> None:
    app_parts: Any = func
    blueprint = app_parts.Blueprint()
    blueprint.route()(divide)
    for app in (func.FunctionApp(), func.FunctionApp()):
        app.register_functions(blueprint)
        (function,) = enable_extensions(app).get_functions()

    call_both_ways(function.get_user_function())

    load = "load divide /home/site/wwwroot"
    assert loaded == [load, "pre", "post", "pre", FAILED]


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
    assert StandInWorker().call(function.get_user_function(), req=1) == 1
    assert recorder == ["patch", "pre", "post"]
