"""`enable_extensions`, on the embedded host: from Python 3.13 on, on Microsoft's runtime."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
import sys
import typing
import uuid
from pathlib import Path
from textwrap import dedent
from typing import Any, Callable, Dict, List, Optional, Type

import azure.functions as func
import pytest
import python_worker_extension_timer as package
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2, write_app
from invocations import InvocationContext
from python_worker_extension_timer import enable_extensions, timed
from recording import RECORDER, events_of

from integration.host.client import LoadedApp

Load = Callable[[Path], LoadedApp]

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"
FLAGS: Dict[str, Dict[str, str]] = {"on": {FLAG: "1"}, "off": {FLAG: "0"}, "unset": {}}


def worker_calls_hooks(flag: str) -> bool:
    on_by_default = sys.version_info[:2] == (3, 9)
    return sys.version_info < (3, 13) and (flag == "on" or (flag == "unset" and on_by_default))


HEAD = """
import recorder
from python_worker_extension_timer import enable_extensions
"""
BODY = """
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("hello")
"""


def v1_app(decorators: str, kind: str = "def") -> Dict[str, str]:
    code = f"{HEAD}\n{decorators}\n{kind} main(req):{BODY}"
    return {**v1("hello", code), "recorder.py": RECORDER}


def v2_app(enable: str, kind: str = "def") -> Dict[str, str]:
    code = f"{HEAD}\n{enable}\n@app.route()\n{kind} hello(req):{BODY}"
    return {**v2(code), "recorder.py": RECORDER}


ENABLE = "app = enable_extensions(app)\n"
DECORATE = "@enable_extensions\n"


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("model", ["v1", pytest.param("v2", marks=needs_v2)])
def test_hooks_run_exactly_once(
    tmp_path: Path, load: Load, model: str, kind: str, times: int, flag: str
) -> None:
    files = v1_app(DECORATE * times, kind) if model == "v1" else v2_app(ENABLE * times, kind)
    app = load(write_app(tmp_path, files, FLAGS[flag]))

    assert app.client.get("/api/hello").data == b"hello"
    returned = events_of(app)
    assert app.client.get("/api/hello?boom=1").status_code == 500
    raised = events_of(app)

    enabled = times > 0 and flag != "off"
    called = worker_calls_hooks(flag) or enabled
    assert returned == (
        ["load hello", "pre hello ['req']", "post hello HttpResponse"] if called else []
    )
    assert raised == [
        *(["pre hello ['req']"] if called else []),
        *(["failed hello ['req'] ValueError('boom')"] if enabled else []),
    ]


def test_hooks_of_a_function_run_inside_those_of_the_app(tmp_path: Path, load: Load) -> None:
    files = v1_app("recorder.OfFunction(__file__)\n@enable_extensions")
    app = load(write_app(tmp_path, files, FLAGS["unset"]))
    app.client.get("/api/hello")
    assert events_of(app) == [
        "load hello",
        "pre hello ['req']",
        "own pre",
        "own post",
        "post hello HttpResponse",
    ]

    app.client.get("/api/hello?boom=1")

    assert events_of(app)[2:] == ["own failed", "failed hello ['req'] ValueError('boom')"]


@needs_v2
def test_functions_and_blueprints_that_come_later_are_covered(tmp_path: Path, load: Load) -> None:
    blueprint = """
        import azure.functions as func
        bp = func.Blueprint()

        @bp.route()
        def of_blueprint(req, context):
            return func.HttpResponse(context.function_directory)
    """
    files = {**v2_app(ENABLE), "parts/blueprint.py": blueprint}
    files["function_app.py"] += (
        "\nfrom parts.blueprint import bp\napp.register_functions(bp)\n"
        "\n@app.route()\ndef later(req):\n    return func.HttpResponse('later')\n"
    )
    app = load(write_app(tmp_path, files, FLAGS["unset"]))
    assert events_of(app) == ["load hello", "load of_blueprint", "load later"]

    app.client.get("/api/later")
    answer = app.client.get("/api/of_blueprint").text

    assert events_of(app) == [
        "pre later ['req']",
        "post later HttpResponse",
        "pre of_blueprint ['context', 'req']",
        "post of_blueprint HttpResponse",
    ]
    assert answer == str(tmp_path / "parts")


SHAPES = """
import functools
import typing
import uuid
from azure.functions import HttpRequest, HttpResponse, Out

import recorder
from python_worker_extension_timer import enable_extensions


def loud(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs).upper()
    return call


class Greeter:
    def greet(self, req):
        return "bound"


def annotated(req: "HttpRequest") -> "str":
    return "text"


@loud
def decorated(req: "HttpRequest") -> "str":
    return "decorated"


def has_context(req, context):
    return context.function_name


def run(req):
    return "run"


def writes(req, queue: Out[str]):
    queue.set("sent")
    return "written"

"""
V1_SHAPE = "main = enable_extensions({main})"
V2_SHAPE = """
import azure.functions as func

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))
route = app.route(route="hello")({main})
if "{main}" == "writes":
    app.queue_output(arg_name="queue", queue_name="q", connection="x")(route)
app.function_name("hello")(route)
"""


def app_of_shape(main: str, model: str) -> Dict[str, str]:
    if model == "v2":
        return {"function_app.py": SHAPES + V2_SHAPE.replace("{main}", main)}
    queue = {"type": "queue", "direction": "out", "name": "queue", "queueName": "q"}
    bindings = [HTTP, HTTP_OUT, queue] if main == "writes" else [HTTP, HTTP_OUT]
    return v1("hello", SHAPES + V1_SHAPE.replace("{main}", main), *bindings)


@pytest.mark.parametrize(
    ("main", "answer"),
    [
        ("annotated", "text"),
        ("decorated", "DECORATED"),
        ("Greeter().greet", "bound"),
        ("has_context", "hello"),
        ("run", "run"),
        ("lambda req: 'lambda'", "lambda"),
        ("writes", "written"),
    ],
)
@pytest.mark.parametrize("model", ["v1", pytest.param("v2", marks=needs_v2)])
def test_function_of_any_shape_works_on(
    tmp_path: Path, load: Load, model: str, main: str, answer: str
) -> None:
    files = {**app_of_shape(main, model), "recorder.py": RECORDER}
    app = load(write_app(tmp_path, files, FLAGS["unset"]))

    assert app.problems == []
    assert app.client.get("/api/hello").text == answer
    assert [event.split()[0] for event in events_of(app)] == ["load", "pre", "post"]
    if main == "writes":
        outcome = app.served[-1].outcome
        assert outcome is not None
        assert outcome.outputs["queue"].value == "sent"


@needs_v2
@pytest.mark.parametrize("kind", ["Asgi", "Wsgi"])
def test_whole_asgi_and_wsgi_apps_are_covered(tmp_path: Path, load: Load, kind: str) -> None:
    code = """
        import azure.functions as func
        import recorder
        from python_worker_extension_timer import enable_extensions

        async def asgi(scope, receive, send):
            if scope["type"] == "lifespan":
                return await send({"type": "lifespan.startup.complete"})
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"asgi"})

        def wsgi(environ, start_response):
            start_response("200 OK", [])
            return [b"wsgi"]
    """
    code = dedent(code) + (
        f"app = enable_extensions(func.{kind}FunctionApp({kind.lower()}, func.AuthLevel.ANONYMOUS))"
    )
    files = {"function_app.py": code, "recorder.py": RECORDER}
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    app = load(write_app(tmp_path, files, FLAGS["unset"], host))

    assert app.problems == []
    assert app.client.get("/hello").text == kind.lower()
    # Else the SDK runs a loop when the app is deleted, whenever that is.
    module: Any = sys.modules["function_app"]
    module.app.startup_task_done = False
    assert [event.split()[0] for event in events_of(app)] == ["load", "pre", "post"]


def test_parameter_of_a_binding_may_be_named_context(tmp_path: Path, load: Load) -> None:
    queue = {"type": "queueTrigger", "direction": "in", "name": "context", "queueName": "q"}
    code = (
        f"{HEAD}\n@enable_extensions\ndef main(context):\n    assert context.get_body() == b'x'\n"
    )
    files = {**v1("hello", code, queue), "recorder.py": RECORDER}
    app = load(write_app(tmp_path, files, FLAGS["unset"]))

    app.client.post("/admin/functions/hello", json={"input": "x"})

    outcome = app.served[-1].outcome
    assert outcome is not None
    assert outcome.error is None
    assert events_of(app)[1:] == ["pre hello ['context']", "post hello NoneType"]


def test_script_of_two_functions_is_loaded_as_both(tmp_path: Path, load: Load) -> None:
    shared = f"import azure.functions as func\n{HEAD}\n@enable_extensions\ndef main(req):{BODY}"
    files = {
        **v1("one", "", scriptFile="../Shared/code.py"),
        **v1("two", "", scriptFile="../Shared/code.py"),
        "Shared/code.py": shared,
        "recorder.py": RECORDER,
    }
    app = load(write_app(tmp_path, files, FLAGS["unset"]))

    for name in ("one", "two", "one"):
        app.client.get(f"/api/{name}")

    loads = [event for event in events_of(app) if event.startswith("load")]
    assert loads == ["load one", "load two"]


@pytest.mark.parametrize("flag", ["on", "unset"])
def test_failing_hook_is_logged_and_changes_nothing_else(
    tmp_path: Path, load: Load, caplog: pytest.LogCaptureFixture, flag: str
) -> None:
    code = f"""
class Loud(func.AppExtensionBase):
    @classmethod
    def post_function_load_app_level(cls, *args, **kwargs):
        raise KeyError("load")

    @classmethod
    def pre_invocation_app_level(cls, *args, **kwargs):
        raise KeyError("pre")

    @classmethod
    def post_invocation_app_level(cls, *args, **kwargs):
        raise KeyError("post")

    @classmethod
    def invocation_failed_app_level(cls, *args, **kwargs):
        raise KeyError("failed")
{HEAD}
@enable_extensions
def main(req):{BODY}"""
    app = load(write_app(tmp_path, {**v1("hello", code), "recorder.py": RECORDER}, FLAGS[flag]))
    assert app.client.get("/api/hello").data == b"hello"
    caplog.clear()

    app.client.get("/api/hello?boom=1")

    outcome = app.served[-1].outcome
    assert outcome is not None
    assert repr(outcome.error) == "ValueError('boom')"
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [(record.name, repr(record.exc_info[1])) for record in errors if record.exc_info] == [
        ("azure_functions_worker.extension.Loud", "KeyError('pre')"),
        ("azure_functions_worker.extension.Loud", "KeyError('failed')"),
    ]


class Context:
    """Named as that of every worker, and like it no subclass of the SDK's."""

    function_name = "hello"
    function_directory = "/home/site/wwwroot"

    def __init__(self) -> None:
        self.invocation_id = str(uuid.uuid4())


class Worker:
    """
    Calls a function as workers do: by name, with a context if its signature wants one.

    Stands in for one that calls hooks on every Python, as a later one of Microsoft's may.
    """

    def __init__(self, calls_hooks: bool) -> None:
        self._calls_hooks = calls_hooks

    async def call_async(
        self, context: Context, function: Callable[..., Any], **arguments: Any
    ) -> Any:
        return await function(**arguments)

    def call(self, function: Callable[..., Any], **arguments: Any) -> Any:
        context = Context()
        if "context" in inspect.signature(function).parameters:
            arguments.setdefault("context", context)
        if self._calls_hooks:
            self._run("pre_invocation_app_level", context, arguments)
        result = function(**arguments)
        if self._calls_hooks:
            self._run("post_invocation_app_level", context, arguments, result)
        return result

    def _run(self, hook: str, *arguments: Any) -> None:
        for meta in getattr(func.ExtensionMeta.get_application_hooks(), hook):
            meta.ext_impl(logging.getLogger(), *arguments)


events: List[str] = []


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """
    What an extension has seen that was registered for this test.
    """
    monkeypatch.delenv(FLAG, raising=False)
    # The tests are where the worker is, not where the app is.
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


FAILED = "failed ValueError azure_functions_worker.extension.Recorder"


@pytest.mark.parametrize("calls_hooks", [False, True])
def test_worker_that_may_call_hooks_itself_and_not_say_so(
    recorder: List[str], calls_hooks: bool
) -> None:
    @enable_extensions
    def main(req: int) -> float:
        if not req:
            raise ValueError
        return 1 / req

    worker = Worker(calls_hooks)

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
        task = asyncio.ensure_future(Worker(False).call_async(Context(), main, req=1))
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
            Worker(False).call(main, req=1)
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

    @enable_extensions
    def main(req: int) -> None:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        Worker(False).call(main, req=1)

    assert recorder == ["pre", FAILED]


def test_direct_call_is_the_functions_own(recorder: List[str]) -> None:
    @enable_extensions
    def main(req: int, context: Any = None) -> Any:
        return req, context

    @enable_extensions
    async def main_async(req: int) -> int:
        return req

    assert main(1) == (1, None)
    assert main(1, "mine") == (1, "mine")
    assert main(req=1) == (1, None)
    assert main(req=1, context="mine") == (1, "mine")
    # A subclass of the SDK's is a test's own, also under the name that the workers' have.
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

    covered: Any = enable_extensions(main)

    assert (covered.__name__, covered.__qualname__) == (main.__name__, main.__qualname__)
    assert (covered.__doc__, covered.__module__) == (main.__doc__, main.__module__)
    assert covered.__code__.co_filename == main.__code__.co_filename == inspect.getfile(covered)
    assert covered.__code__.co_firstlineno == main.__code__.co_firstlineno
    assert typing.get_type_hints(covered) == typing.get_type_hints(main)
    assert inspect.signature(covered) == inspect.signature(main)
    with pytest.raises(ValueError, match=r"^$") as raised:
        covered(1)
    assert raised.traceback[1].name == "main"


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_function_is_async_as_before(kind: str) -> None:
    namespace: Dict[str, Any] = {}
    exec(f"{kind} main(req): pass", namespace)

    covered = enable_extensions(namespace["main"])

    assert inspect.iscoroutinefunction(covered) == (kind == "async def")


def vendored(folder: Path) -> Any:
    """Return a second copy of the package, as an app or another extension may have one."""
    import importlib.util
    import shutil

    shutil.copytree(str(Path(package.__file__).parent), str(folder / "vendored"))
    spec = importlib.util.spec_from_file_location(
        "vendored",
        str(folder / "vendored" / "__init__.py"),
        submodule_search_locations=[str(folder / "vendored")],
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["vendored"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("calls_hooks", [False, True])
@pytest.mark.parametrize("is_outer", [False, True])
def test_two_copies_of_this_package_call_once(
    recorder: List[str], tmp_path: Path, is_outer: bool, calls_hooks: bool
) -> None:
    other: Any = vendored(tmp_path)
    enablers = [enable_extensions, other.enable_extensions]
    outer, inner = enablers if is_outer else reversed(enablers)

    def main(req: int) -> float:
        if not req:
            raise ValueError
        return 1 / req

    try:
        covered = outer(inner(main))
        worker = Worker(calls_hooks)

        assert worker.call(covered, req=2) == 0.5
        with pytest.raises(ValueError, match=r"^$"):
            worker.call(covered, req=0)
        # Nothing is left for a direct call to be taken for an invocation.
        assert covered(req=2) == 0.5
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "vendored"]:
            del sys.modules[name]

    assert recorder == ["pre", "post", "pre", FAILED]


@needs_v2
def test_app_is_returned_and_its_functions_can_be_called(recorder: List[str]) -> None:
    app = func.FunctionApp()

    assert enable_extensions(app) is app

    @app.route()
    def hello(req: int) -> int:
        return req

    (function,) = app.get_functions()
    assert hello(2) == function(2) == function.get_user_function()(2) == 2
    assert recorder == []


@needs_v2
def test_only_the_worker_sees_the_parameter_that_a_v2_function_gets(recorder: List[str]) -> None:
    app = enable_extensions(func.FunctionApp())

    @app.route()
    def hello(req: int, **rest: int) -> Any:
        return rest

    (function,) = app.get_functions()
    main = function.get_user_function()

    assert list(inspect.signature(main).parameters) == ["req", "context", "rest"]
    assert Worker(False).call(main, req=1) == {}
    assert recorder == ["pre", "post"]


@needs_v2
def test_where_the_worker_calls_hooks_a_function_gets_no_parameter_and_no_load_hook(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 12, 0, "final", 0))
    monkeypatch.setenv(FLAG, "1")

    class Loaded(func.AppExtensionBase):
        @classmethod
        def post_function_load_app_level(cls, *args: Any, **kwargs: Any) -> None:
            events.append("load")

    app = enable_extensions(func.FunctionApp())

    @app.route()
    def hello(req: int) -> int:
        return req

    (function,) = app.get_functions()

    assert list(inspect.signature(function.get_user_function()).parameters) == ["req"]
    assert recorder == []


def test_hook_that_raises_is_logged(recorder: List[str], caplog: pytest.LogCaptureFixture) -> None:
    class Loud(func.AppExtensionBase):
        @classmethod
        def pre_invocation_app_level(cls, *args: Any, **kwargs: Any) -> None:
            raise KeyError("pre")

    @enable_extensions
    def hello(req: int) -> int:
        return req

    assert Worker(False).call(hello, req=1) == 1
    assert [record.getMessage() for record in caplog.records] == ["'pre'"]
    assert recorder == ["pre", "post"]


def in_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AzureWebJobsScriptRoot", str(Path(__file__).parent))


def test_function_of_another_name_is_no_invocation_when_the_app_calls_it(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @enable_extensions
    def helper(req: int) -> int:
        return req

    def decorated(req: int) -> int:
        return helper(req)

    assert Worker(False).call(helper, req=1) == 1
    assert recorder == ["pre", "post"]
    in_app(monkeypatch)
    assert Worker(False).call(helper, req=1) == 1
    assert recorder == ["pre", "post"]
    assert Worker(False).call(decorated, req=1) == 1
    assert recorder == ["pre", "post"] * 2


@needs_v2
def test_renamed_function_is_timed_also_where_the_app_brings_this_package(
    recorder: List[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "python_worker_extension_timer")
    app = enable_extensions(func.FunctionApp())

    @app.route()
    @timed
    def of_another_name(req: int) -> int:
        return req

    (function,) = app.get_functions()
    # As the folder `.python_packages` of an app in Azure.
    monkeypatch.setenv("AzureWebJobsScriptRoot", str(Path(package.__file__).parents[1]))

    assert Worker(False).call(function.get_user_function(), req=1) == 1
    assert recorder == ["pre", "post"]
    assert [record.getMessage()[:28] for record in caplog.records] == [
        "Time taken to execute hello "
    ]


def test_function_that_calls_itself_is_one_invocation(recorder: List[str]) -> None:
    @enable_extensions
    def hello(req: int) -> int:
        return hello(req=req - 1) if req else 0

    assert Worker(False).call(hello, req=3) == 0
    assert recorder == ["pre", "post"]


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_failure_hook_that_raises_is_logged_and_changes_nothing(
    recorder: List[str], caplog: pytest.LogCaptureFixture, error: Type[BaseException]
) -> None:
    class Loud(func.AppExtensionBase):
        @classmethod
        def invocation_failed_app_level(cls, *args: Any, **kwargs: Any) -> None:
            raise error("of the hook")

    @enable_extensions
    def hello(req: int) -> float:
        return 1 / req

    with pytest.raises(ZeroDivisionError):
        Worker(False).call(hello, req=0)
    assert [record.getMessage() for record in caplog.records] == ["of the hook"]


@needs_v2
def test_function_that_is_listed_twice_is_covered_once(recorder: List[str]) -> None:
    app = func.FunctionApp()

    @app.route()
    @enable_extensions
    def hello(req: int) -> int:
        return req

    enable_extensions(app)

    (function,) = app.get_functions()
    assert Worker(False).call(function.get_user_function(), req=1) == 1
    assert recorder == ["pre", "post"]


def wrong_targets() -> Dict[str, Optional[Callable[[], Any]]]:
    targets: Dict[str, Optional[Callable[[], Any]]] = {
        r"takes a FunctionApp, or decorates the main of a v1 function; got 5\.": lambda: 5,
        "takes a FunctionApp, or decorates .* got functools": lambda: __import__(
            "functools"
        ).partial(print),
    }
    if hasattr(func, "FunctionApp"):
        targets["takes no Blueprint. Pass the FunctionApp that it is registered"] = func.Blueprint
        targets["takes no function of a v2 app. Remove it here"] = lambda: func.FunctionApp().route(
            route="x"
        )(lambda req: req)
    return targets


@pytest.mark.parametrize("message", wrong_targets())
def test_what_is_neither_app_nor_main_is_told_where_it_belongs(message: str) -> None:
    make = wrong_targets()[message]
    assert make is not None

    with pytest.raises(TypeError, match=rf"^enable_extensions\(\) {message}"):
        enable_extensions(make())


def test_guard_is_registered_by_the_call_and_once(recorder: List[str]) -> None:
    def names() -> List[str]:
        return re.findall("WatchedWorker", func.ExtensionMeta.get_registered_extensions_json())

    assert names() == []

    enable_extensions(lambda req: None)
    enable_extensions(lambda req: None)

    assert names() == ["WatchedWorker"]
