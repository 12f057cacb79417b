"""Which signatures the worker takes: host-contract 1.9, one case a row."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Callable

import pytest
from functions_host.client import LoadedApp
from host_apps import HTTP, HTTP_OUT, v1, write_app

Load = Callable[[Path], LoadedApp]
ON_RUNTIME = sys.version_info >= (3, 13)


def load_main(tmp_path: Path, load: Load, main: str) -> LoadedApp:
    code = (
        f"from typing import Any, Optional, Union\n{main}\n    return func.HttpResponse('hello')\n"
    )
    queue = {"type": "queue", "direction": "out", "name": "queue", "queueName": "q"}
    bindings = [HTTP, HTTP_OUT, queue] if "queue" in main else [HTTP, HTTP_OUT]
    return load(write_app(tmp_path, v1("Hello", code, *bindings)))


@pytest.mark.parametrize(
    "main",
    [
        "def main(req):",
        "async def main(req):",
        "def main(*, req):",
        "def main(req: func.HttpRequest) -> func.HttpResponse:",
        "def main(req: 'func.HttpRequest') -> 'func.HttpResponse':",
        "def main(req: func.HttpRequest) -> str:",
        "def main(req, context):",
        "def main(req, context: func.Context):",
        "def main(req, context: 'func.Context'):",
        "def main(req, queue):",
        "def main(req, queue: func.Out[str]):",
        pytest.param(
            "def main(req, queue: func.Out):",
            marks=pytest.mark.skipif(ON_RUNTIME, reason="Microsoft's runtime wants Out[...]"),
        ),
    ],
)
def test_signature_that_the_worker_takes(tmp_path: Path, load: Load, main: str) -> None:
    app = load_main(tmp_path, load, main)

    assert app.problems == []
    assert app.client.get("/api/Hello").data == b"hello"


@pytest.mark.parametrize(
    ("main", "part"),
    [
        ("def main(request):", "has a parameter 'request' that no binding has"),
        ("def main():", "has a binding 'req' but no such parameter"),
        ("def main(req, more=1):", "has a parameter 'more' that no binding has"),
        ("def main(req, *args):", "has a parameter 'args' that no binding has"),
        ("def main(req, **kwargs):", "has a parameter 'kwargs' that no binding has"),
        ("def main(req, ctx):", "has a parameter 'ctx' that no binding has"),
        ("def main(req, context: str):", "annotates context as <class 'str'>"),
        ("def main(req, context: Optional[func.Context]):", "annotates context as "),
        ("def main(req: dict):", "annotates req as <class 'dict'>"),
        ("def main(req: Optional[func.HttpRequest]):", "annotates req as "),
        ("def main(req: func.Out[str]):", "but its binding is no output"),
        ("def main(req, queue: str):", "but its binding is an output"),
        ("def main(req) -> None:", "annotates its return as <class 'NoneType'>"),
        ("def main(req) -> dict:", "annotates its return as <class 'dict'>"),
        ("def main(req) -> bytes:", "annotates its return as <class 'bytes'>"),
        ("def main(req) -> Optional[str]:", "annotates its return as "),
        ("def main(req) -> Union[str, func.HttpResponse]:", "annotates its return as "),
        ("def main(req) -> Any:", "annotates its return as typing.Any"),
        ("def main(req: 'NoSuchName'):", "has no usable signature: name 'NoSuchName' is not def"),
        ("def main(req: 'func.Nope'):", "has no usable signature: "),
        ("def main(req: '1/0'):", "has no usable signature: division by zero."),
        ("def main(req: 'a b'):", "has no usable signature: "),
    ],
)
def test_signature_that_the_worker_refuses(
    tmp_path: Path, load: Load, main: str, part: str
) -> None:
    app = load_main(tmp_path, load, main)

    (problem,) = app.problems
    assert problem.startswith("Function Hello ")
    assert part in problem
    assert app.client.get("/api/Hello").status_code == 404


@pytest.mark.parametrize("annotation", ["str", "bytes"])
def test_request_as_text_loads_and_fails_at_every_call(
    tmp_path: Path, load: Load, annotation: str
) -> None:
    app = load_main(tmp_path, load, f"def main(req: {annotation}):")

    assert app.problems == []
    assert app.client.get("/api/Hello").status_code == 500


@pytest.mark.skipif(sys.version_info < (3, 8), reason="the syntax is from Python 3.8")
def test_positional_only_parameter_loads_and_fails_at_every_call(
    tmp_path: Path, load: Load
) -> None:
    app = load_main(tmp_path, load, "def main(req, /):")

    assert app.problems == []
    assert app.client.get("/api/Hello").status_code == 500


def test_context_of_none_by_default_is_taken_from_python_311_on(tmp_path: Path, load: Load) -> None:
    app = load_main(tmp_path, load, "def main(req, context: func.Context = None):")

    # Up to 3.10 get_type_hints() makes an Optional of it.
    assert (app.problems == []) == (sys.version_info >= (3, 11))


def test_async_generator_is_taken_for_sync_and_fails_at_every_call(
    tmp_path: Path, load: Load
) -> None:
    code = "async def main(req):\n    yield 1\n"
    app = load(write_app(tmp_path, v1("Hello", code)))

    assert app.problems == []
    assert app.client.get("/api/Hello").status_code == 500


@pytest.mark.skipif(not ON_RUNTIME, reason="the emulation takes it")
def test_output_without_its_type_is_refused_by_microsofts_runtime(
    tmp_path: Path, load: Load
) -> None:
    app = load_main(tmp_path, load, "def main(req, queue: func.Out):")

    (problem,) = app.problems
    assert "cannot be loaded: azure_functions_runtime_v1.functions.FunctionLoadError: " in problem
    assert problem.endswith(". Correct it.")
