"""Apps enabled with `enable_extensions`, on the embedded host."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent
from typing import Any, Dict

import pytest
from functions_host.report import ENABLED_MARK
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2
from host_fixtures import LoadFiles
from python_worker_extension_timer._enable import Extensions
from recording import BODY, FLAGS, RECORDER, events_of


def worker_calls_hooks(flag: str) -> bool:
    on_by_default = sys.version_info[:2] == (3, 9)
    return sys.version_info < (3, 13) and (flag == "on" or (flag == "unset" and on_by_default))


HEAD = """
import recorder
from python_worker_extension_timer import enable_extensions
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
    load_files: LoadFiles, model: str, kind: str, times: int, flag: str
) -> None:
    files = v1_app(DECORATE * times, kind) if model == "v1" else v2_app(ENABLE * times, kind)
    app = load_files(files, values=FLAGS[flag])

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


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("model", ["v1", pytest.param("v2", marks=needs_v2)])
def test_cancelled_invocation_has_failed(load_files: LoadFiles, model: str, kind: str) -> None:
    files = v1_app(DECORATE, kind) if model == "v1" else v2_app(ENABLE, kind)
    script = "hello/__init__.py" if model == "v1" else "function_app.py"
    cancelled = "__import__('asyncio').CancelledError"
    files[script] = files[script].replace('ValueError("boom")', cancelled)
    app = load_files(files, values=FLAGS["unset"])

    assert app.client.get("/api/hello?boom=1").status_code == 500
    assert events_of(app)[1:] == ["pre hello ['req']", "failed hello ['req'] CancelledError()"]


@needs_v2
def test_later_functions_and_blueprints_are_enabled(tmp_path: Path, load_files: LoadFiles) -> None:
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
    app = load_files(files, values=FLAGS["unset"])
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
    load_files: LoadFiles, model: str, main: str, answer: str
) -> None:
    files = {**app_of_shape(main, model), "recorder.py": RECORDER}
    app = load_files(files, values=FLAGS["unset"])

    assert app.problems == []
    assert app.client.get("/api/hello").text == answer
    assert [event.split()[0] for event in events_of(app)] == ["load", "pre", "post"]
    if main == "writes":
        outcome = app.requests[-1].outcome
        assert outcome is not None
        assert outcome.outputs["queue"].value == "sent"


@needs_v2
@pytest.mark.parametrize("kind", ["Asgi", "Wsgi"])
def test_asgi_and_wsgi_apps_are_enabled(load_files: LoadFiles, kind: str) -> None:
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
    app = load_files(files, values=FLAGS["unset"], host=host)

    assert app.problems == []
    assert app.client.get("/hello").text == kind.lower()
    # Otherwise the SDK would run a loop when the app is deleted, at an unknown time.
    module: Any = sys.modules["function_app"]
    module.app.startup_task_done = False
    assert [event.split()[0] for event in events_of(app)] == ["load", "pre", "post"]


def test_parameter_of_a_binding_may_be_named_context(load_files: LoadFiles) -> None:
    queue = {"type": "queueTrigger", "direction": "in", "name": "context", "queueName": "q"}
    code = (
        f"{HEAD}\n@enable_extensions\ndef main(context):\n    assert context.get_body() == b'x'\n"
    )
    files = {**v1("hello", code, queue), "recorder.py": RECORDER}
    app = load_files(files, values=FLAGS["unset"])

    app.client.post("/admin/functions/hello", json={"input": "x"})

    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert outcome.error is None
    assert events_of(app)[1:] == ["pre hello ['context']", "post hello NoneType"]


def test_script_of_two_functions_is_loaded_as_both(load_files: LoadFiles) -> None:
    shared = f"import azure.functions as func\n{HEAD}\n@enable_extensions\ndef main(req):{BODY}"
    files = {
        **v1("one", "", scriptFile="../Shared/code.py"),
        **v1("two", "", scriptFile="../Shared/code.py"),
        "Shared/code.py": shared,
        "recorder.py": RECORDER,
    }
    app = load_files(files, values=FLAGS["unset"])

    for name in ("one", "two", "one"):
        app.client.get(f"/api/{name}")

    loads = [event for event in events_of(app) if event.startswith("load")]
    assert loads == ["load one", "load two"]


LOUD = f"""
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


@pytest.mark.parametrize("flag", ["on", "unset"])
def test_failing_hook_is_logged_and_changes_nothing_else(
    load_files: LoadFiles, caplog: pytest.LogCaptureFixture, flag: str
) -> None:
    app = load_files({**v1("hello", LOUD), "recorder.py": RECORDER}, values=FLAGS[flag])
    assert app.client.get("/api/hello").data == b"hello"
    caplog.clear()

    app.client.get("/api/hello?boom=1")

    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert repr(outcome.error) == "ValueError('boom')"
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [(record.name, repr(record.exc_info[1])) for record in errors if record.exc_info] == [
        ("azure_functions_worker.extension.Loud", "KeyError('pre')"),
        ("azure_functions_worker.extension.Loud", "KeyError('failed')"),
    ]


def test_host_recognises_enabled_functions() -> None:
    """Its banner must not report the extensions of an enabled app as uncalled."""
    assert Extensions.mark == ENABLED_MARK
