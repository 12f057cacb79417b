"""Hooks: worker 4.34 calls them up to Python 3.12, and no worker calls them from 3.13 on."""

from __future__ import annotations

import logging
import sys
from contextlib import nullcontext
from pathlib import Path
from textwrap import dedent
from typing import Any, Callable, Dict, List, Optional

import pytest
from functions_host import extensions
from functions_host.client import LoadedApp
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2, write_app
from host_fixtures import LoadFiles, Refuse

CALLED = sys.version_info < (3, 13)
Load = Callable[[Path], LoadedApp]

RECORDER = """
    import os
    import threading

    from azure.functions import AppExtensionBase, FuncExtensionBase

    events = []


    class Recorder(AppExtensionBase):
        @classmethod
        def init(cls):
            events.append("init")

        @classmethod
        def configure(cls):
            events.append("configure")

        @classmethod
        def post_function_load_app_level(cls, name, directory, *args, **kwargs):
            main = threading.current_thread().name == "worker"
            events.append(f"app load {name} in {os.path.basename(directory)}, loop thread: {main}")

        @classmethod
        def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
            events.append(f"pre {sorted(func_args)}")

        @classmethod
        def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
            events.append("post")


    class OfFunction(FuncExtensionBase):
        def __init__(self, path):
            super().__init__(path)

        def post_function_load(self, name, directory, *args, **kwargs):
            events.append(f"function load {name} in {os.path.basename(directory)}")

        def pre_invocation(self, logger, context, func_args, *args, **kwargs):
            events.append("function pre")
"""

HELLO = dedent("""
    from recorder import Recorder, events
    Recorder.configure()

    def main(req):
        return func.HttpResponse("hello")
""")


def events_of(app: LoadedApp) -> List[str]:
    recorder: Any = sys.modules["recorder"]
    taken: List[str] = list(recorder.events)
    del recorder.events[:]
    return taken


def when_called(events: List[str]) -> List[str]:
    return events if CALLED else []


# On 3.9, the worker calls hooks by default.
DEFAULT = sys.version_info[:2] == (3, 9)


@pytest.mark.parametrize(
    ("value", "called"),
    [
        *[(value, DEFAULT) for value in (None, "", "on", "off", "2", "banana")],
        *[(value, CALLED) for value in ("1", "true", "T", "yes", "Y", " True ")],
        *[(value, False) for value in ("0", "false", "F", "no", "N", " False ")],
    ],
)
def test_flag_has_the_workers_words_and_defaults(
    monkeypatch: pytest.MonkeyPatch, value: Optional[str], called: bool
) -> None:
    monkeypatch.delenv(extensions.FLAG, raising=False)
    if value is not None:
        monkeypatch.setenv(extensions.FLAG, value)

    assert extensions.worker_calls_hooks() == called


def test_disabled_extensions_are_only_set_up(load_files: LoadFiles) -> None:
    files = {**v1("Hello", HELLO), "recorder.py": RECORDER}
    app = load_files(files, values={"PYTHON_ENABLE_WORKER_EXTENSIONS": "0"})

    assert app.client.get("/api/Hello").data == b"hello"
    assert events_of(app) == ["init", "configure"]


def test_app_code_can_switch_the_flag_on(load_files: LoadFiles) -> None:
    switch = "import os\nos.environ['PYTHON_ENABLE_WORKER_EXTENSIONS'] = '1'\n"
    files = {**v1("Hello", HELLO + switch), "recorder.py": RECORDER}
    app = load_files(files, values={"PYTHON_ENABLE_WORKER_EXTENSIONS": "0"})
    events_of(app)

    app.client.get("/api/Hello")

    assert events_of(app) == when_called(["pre ['req']", "post"])


def test_load_hooks_run_once_per_function(load_files: LoadFiles) -> None:
    hello = HELLO + "from recorder import OfFunction\nOfFunction(__file__)\n"
    files = {**v1("Hello", hello), **v1("World", HELLO), "recorder.py": RECORDER}
    app = load_files(files)

    assert [event for event in events_of(app) if "load" in event] == when_called(
        [
            "function load Hello in Hello",
            "app load Hello in Hello, loop thread: True",
            "app load World in World, loop thread: True",
        ]
    )


@needs_v2
def test_v2_load_hooks_get_the_apps_folder(tmp_path: Path, load: Load) -> None:
    code = """
        import recorder

        @app.route()
        def one(req):
            return func.HttpResponse("1")

        @app.route()
        def two(req):
            return func.HttpResponse("2")
    """
    root = tmp_path / "the_app"
    root.mkdir()
    app = load(write_app(root, {**v2(code), "recorder.py": RECORDER}))

    assert events_of(app)[1:] == when_called(
        [f"app load {name} in the_app, loop thread: True" for name in ("one", "two")]
    )


@needs_v2
@pytest.mark.parametrize(
    ("path", "fires"),
    [
        ("__file__", False),
        ("os.path.join(os.environ['AzureWebJobsScriptRoot'], 'hello', 'x')", True),
        ("os.path.join(os.environ['AzureWebJobsScriptRoot'], 'HELLO', 'x')", True),
    ],
)
def test_v2_function_extension_is_found_by_name(
    load_files: LoadFiles, path: str, fires: bool
) -> None:
    code = f"""
        import os
        from recorder import OfFunction
        OfFunction({path})

        @app.route()
        def hello(req):
            return func.HttpResponse("hello")
    """
    app = load_files({**v2(code), "recorder.py": RECORDER})
    events_of(app)

    app.client.get("/api/hello")

    assert ("function pre" in events_of(app)) == (fires and CALLED)


def test_function_extension_outside_app_is_refused(refuse: Refuse) -> None:
    hello = HELLO + "from recorder import OfFunction\nOfFunction('/x/y.py')\n"

    (problem,) = refuse({**v1("Hello", hello), "recorder.py": RECORDER})

    assert "FunctionExtensionException" in problem


def test_subclass_is_called_besides_its_parent(load_files: LoadFiles) -> None:
    hello = HELLO + "class Sub(Recorder): pass\n"
    app = load_files({**v1("Hello", hello), "recorder.py": RECORDER})
    events_of(app)

    app.client.get("/api/Hello")

    assert events_of(app) == when_called(["pre ['req']", "pre ['req']", "post", "post"])


def test_module_imported_under_two_names_registers_twice(load_files: LoadFiles) -> None:
    shared = """
        from azure.functions import AppExtensionBase

        class Ext(AppExtensionBase):
            @classmethod
            def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
                context.calls = getattr(context, "calls", 0) + 1
    """
    code = """
        from ..Shared import ext as one
        from Shared import ext as other

        def main(req, context):
            return func.HttpResponse(str(getattr(context, "calls", 0)))
    """
    app = load_files({**v1("Hello", code), "Shared/ext.py": shared})

    assert app.client.get("/api/Hello").text == ("2" if CALLED else "0")


def test_hooks_can_change_arguments_and_response(load_files: LoadFiles) -> None:
    code = """
        class Ext(func.AppExtensionBase):
            @classmethod
            def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
                func_args["req"] = "replaced"
                return "ignored"

            @classmethod
            def post_invocation_app_level(cls, logger, context, func_args, ret, *args, **kwargs):
                ret.headers["Content-Type"] = "text/html"
                return func.HttpResponse("ignored")

        def main(req):
            return func.HttpResponse("replaced" if req == "replaced" else "as sent")
    """
    app = load_files(v1("Hello", code))

    response = app.client.get("/api/Hello")

    expected = ("replaced", "text/html") if CALLED else ("as sent", "text/plain; charset=utf-8")
    assert (response.text, response.headers["Content-Type"]) == expected


@pytest.mark.parametrize("change", ["func_args['more'] = 1", "del func_args['req']"])
def test_hook_that_breaks_the_arguments_breaks_the_call(load_files: LoadFiles, change: str) -> None:
    code = f"""
        class Ext(func.AppExtensionBase):
            @classmethod
            def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
                {change}

        def main(req):
            return func.HttpResponse("hello")
    """
    app = load_files(v1("Hello", code))

    assert app.client.get("/api/Hello").status_code == (500 if CALLED else 200)


def test_post_hook_can_set_an_output(load_files: LoadFiles) -> None:
    code = """
        class Ext(func.AppExtensionBase):
            @classmethod
            def post_invocation_app_level(cls, logger, context, func_args, ret, *args, **kwargs):
                func_args["queue"].set("from the hook")

        def main(req, queue: func.Out[str]):
            queue.set("from the function")
            return func.HttpResponse("hello")
    """
    queue = {"type": "queue", "direction": "out", "name": "queue", "queueName": "q"}
    app = load_files(v1("Hello", code, HTTP, HTTP_OUT, queue))

    app.client.get("/api/Hello")

    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert outcome.outputs["queue"].value == ("from the hook" if CALLED else "from the function")


def test_hook_error_is_on_the_extensions_logger(
    load_files: LoadFiles, caplog: pytest.LogCaptureFixture
) -> None:
    code = """
        class Loud(func.AppExtensionBase):
            @classmethod
            def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
                logger.debug("never leaves the worker")
                logger.info("leaves it")
                raise KeyError("a hook that fails")

        def main(req):
            return func.HttpResponse("hello")
    """
    caplog.set_level(logging.DEBUG)
    app = load_files(v1("Hello", code))

    assert app.client.get("/api/Hello").data == b"hello"
    records = [r for r in caplog.records if r.name.startswith("azure_functions_worker")]
    assert [(record.name, record.levelname) for record in records] == [
        ("azure_functions_worker.extension.Loud", level) for level in when_called(["INFO", "ERROR"])
    ]


def test_exit_in_hook_fails_its_invocation_only(load_files: LoadFiles) -> None:
    code = """
        class Ext(func.AppExtensionBase):
            @classmethod
            def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
                if "leave" in func_args["req"].params:
                    raise SystemExit(3)

        def main(req):
            return func.HttpResponse("hello")
    """
    app = load_files(v1("Hello", code))

    assert app.client.get("/api/Hello?leave=1").status_code == (500 if CALLED else 200)
    assert app.client.get("/api/Hello").data == b"hello"


def test_async_hook_is_called_and_never_awaited(load_files: LoadFiles) -> None:
    code = """
        import warnings

        class Ext(func.AppExtensionBase):
            @staticmethod
            async def pre_invocation_app_level(logger, context, func_args, *args, **kwargs):
                context.touched = True

        def main(req, context):
            with warnings.catch_warnings():
                return func.HttpResponse(str(hasattr(context, "touched")))
    """
    app = load_files(v1("Hello", code))
    with pytest.warns(RuntimeWarning, match="never awaited") if CALLED else nullcontext():
        assert app.client.get("/api/Hello").data == b"False"


def test_context_variables_leak_between_sync_calls(load_files: LoadFiles) -> None:
    code = """
        from contextvars import ContextVar
        seen = ContextVar("seen", default="nothing")

        {kind} main(req):
            before = seen.get()
            seen.set("the call before")
            return func.HttpResponse(before)
    """
    files: Dict[str, str] = {
        **v1("Sync", code.format(kind="def")),
        **v1("Async", code.format(kind="async def")),
    }
    values = {"PYTHON_THREADPOOL_THREAD_COUNT": "1"}
    app = load_files(files, values=values)

    assert [app.client.get("/api/Sync").data for _ in range(2)] == [b"nothing", b"the call before"]
    assert [app.client.get("/api/Async").data for _ in range(2)] == [b"nothing", b"nothing"]
