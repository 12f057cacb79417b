"""Apps enabled with `enable_extensions`, on the embedded host."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Callable, Dict, List

import azure.functions as func
import pytest
from functions_host.report import ENABLED_MARK
from host_apps import needs_v2, v1, v2
from host_fixtures import LoadFiles
from python_worker_extension_timer import _hooks, enable_extensions
from python_worker_extension_timer._enable import Extensions
from recording import BODY, FLAGS, RECORDER, events_of, worker_calls_hooks

# Not all classes of the SDK have types.
sdk: Any = func
MODELS = ["v1", pytest.param("v2", marks=needs_v2)]
HEAD = """
import recorder
from python_worker_extension_timer import enable_extensions
"""


def make_app(model: str, kind: str = "def", times: int = 1) -> Dict[str, str]:
    """Return the files of an app that is enabled some times, with the recorder."""
    if model == "v1":
        decorators = "@enable_extensions\n" * times
        files = v1("hello", f"{HEAD}\n{decorators}{kind} main(req):{BODY}")
    else:
        enable = "app = enable_extensions(app)\n" * times
        files = v2(f"{HEAD}\n{enable}@app.route()\n{kind} hello(req):{BODY}")
    return {**files, "recorder.py": RECORDER}


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("model", MODELS)
def test_hooks_run_exactly_once(
    load_files: LoadFiles, model: str, kind: str, times: int, flag: str
) -> None:
    app = load_files(make_app(model, kind, times), values=FLAGS[flag])

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


@needs_v2
def test_later_functions_and_blueprints_are_enabled(tmp_path: Path, load_files: LoadFiles) -> None:
    blueprint = """
        import azure.functions as func
        bp = func.Blueprint()

        @bp.route()
        def of_blueprint(req, context):
            return func.HttpResponse(context.function_directory)
    """
    files = {**make_app("v2"), "parts/blueprint.py": blueprint}
    files["function_app.py"] += """
from parts.blueprint import bp

app.register_functions(bp)

@app.route()
def later(req):
    return func.HttpResponse("later")
"""
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


@needs_v2
def test_load_hooks_of_a_calling_worker_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Python 3.13 and newer, no worker does. This also holds there."""
    loaded: List[str] = []

    class Loads(func.AppExtensionBase):
        @classmethod
        def post_function_load_app_level(
            cls, function_name: str, function_directory: str, *args: Any, **kwargs: Any
        ) -> None:
            loaded.append(function_name)

    monkeypatch.setattr(_hooks, "worker_calls_hooks", lambda: True)
    app = enable_extensions(sdk.FunctionApp())
    app.route(route="hello")(lambda req: req)

    functions = app.get_functions()

    assert (len(functions), loaded) == (1, [])


WRONG: Dict[str, Callable[[], Any]] = {
    "5": lambda: 5,
    "partial": lambda: functools.partial(print),
    "Blueprint": lambda: sdk.Blueprint(),
    "function of v2": lambda: sdk.FunctionApp().route(route="x")(lambda req: req),
}


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("5", "a FunctionApp, or decorates the main of a v1 function; got 5."),
        (
            "partial",
            "a FunctionApp, or decorates the main of a v1 function; "
            "got functools.partial(<built-in function print>).",
        ),
        pytest.param(
            "Blueprint",
            "no Blueprint. Pass the FunctionApp that it is registered with, which enables both.",
            marks=needs_v2,
        ),
        pytest.param(
            "function of v2",
            "no function of a v2 app. Remove it here, and write "
            "app = enable_extensions(func.FunctionApp()).",
            marks=needs_v2,
        ),
    ],
)
def test_other_object_is_refused_with_advice(kind: str, advice: str) -> None:
    with pytest.raises(TypeError) as raised:
        enable_extensions(WRONG[kind]())

    assert str(raised.value) == f"enable_extensions() takes {advice}"


def test_host_recognises_enabled_functions() -> None:
    """Its banner must not report the extensions of an enabled app as uncalled."""
    assert Extensions.mark == ENABLED_MARK
