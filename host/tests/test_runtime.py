"""Functions on Microsoft's own runtimes, on Python 3.13 and newer."""

from __future__ import annotations

import importlib
import sys
from typing import Any, Dict, List

import pytest
from functions_host.errors import HostError
from host_apps import HTTP, v1, v2
from host_fixtures import LoadFiles

V1 = v1("Hello", "def main(req):\n    return func.HttpResponse('hello')\n")
V2 = v2("@app.route()\ndef hello(req):\n    return func.HttpResponse('hello')\n")

each_model = pytest.mark.parametrize(
    ("files", "package"), [(V1, "azure-functions-runtime-v1"), (V2, "azure-functions-runtime")]
)
pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="Microsoft's runtimes are for Python 3.13 and newer"
)


@pytest.fixture(params=["classic", "native"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of Microsoft's runtime that the test's app uses."""
    monkeypatch.setenv("FUNCTIONS_HOST_INVOCATION_PATH", request.param)
    return str(request.param)


def watch_entries(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """
    Return a list that records each later call of an entry point of `azure_functions_runtime`.
    """
    called: List[str] = []

    def watch(module: Any, name: str) -> None:
        entry = getattr(module, name)

        def call(*arguments: Any) -> Any:
            called.append(name)
            return entry(*arguments)

        monkeypatch.setattr(module, name, call)

    # The modules that the app's worker imported.
    watch(importlib.import_module("azure_functions_runtime"), "invocation_request")
    native = importlib.import_module("azure_functions_runtime.native_invocation")
    watch(native, "run_invocation_sync")
    watch(native, "invocation_request_native")
    return called


@each_model
def test_functions_run_on_the_runtime_of_their_model(
    load_files: LoadFiles, files: Dict[str, str], package: str
) -> None:
    app = load_files(files)

    assert app.app.worker.runtime.startswith(f"{package} 1.")
    assert app.client.get("/api/hello").data == b"hello"


@each_model
def test_missing_runtime_is_reported(
    load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch, files: Dict[str, str], package: str
) -> None:
    # None in sys.modules makes an import fail.
    modules: Dict[str, Any] = sys.modules
    monkeypatch.setitem(modules, package.replace("-", "_"), None)

    with pytest.raises(HostError) as raised:
        load_files(files)

    assert str(raised.value) == (
        f"Functions of Python {sys.version_info[0]}.{sys.version_info[1]} run on Microsoft's "
        f"{package}, which is not installed. Run python -m pip install {package}."
    )


@pytest.mark.parametrize(
    ("path", "kind", "entries"),
    [
        ("classic", "def", ["invocation_request"]),
        ("classic", "async def", ["invocation_request"]),
        ("native", "def", ["run_invocation_sync"]),
        ("native", "async def", ["run_invocation_sync", "invocation_request_native"]),
    ],
    indirect=["path"],
)
def test_function_is_called_by_the_chosen_path(
    load_files: LoadFiles,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    kind: str,
    entries: List[str],
) -> None:
    code = f"@app.route()\n{kind} hello(req):\n    return func.HttpResponse('hello')\n"
    app = load_files(v2(code))
    called = watch_entries(monkeypatch)

    assert app.client.get("/api/hello").data == b"hello"
    assert called == entries
    assert app.app.worker.runtime.endswith(" (native path)") == (path == "native")


def test_default_path_is_the_one_that_azure_takes(
    load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUNCTIONS_HOST_INVOCATION_PATH", raising=False)
    app = load_files(V2)

    is_native = app.app.worker.runtime.endswith(" (native path)")
    assert is_native == (sys.version_info >= (3, 15))


def test_unknown_path_is_refused(load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCTIONS_HOST_INVOCATION_PATH", "rust")

    with pytest.raises(HostError) as raised:
        load_files(V2)

    assert str(raised.value) == (
        "FUNCTIONS_HOST_INVOCATION_PATH is 'rust'. Set it to classic or native."
    )


QUEUE = {"type": "queue", "name": "$return", "direction": "out", "queueName": "q"}


def test_outputs_arrive_by_each_path(load_files: LoadFiles, path: str) -> None:
    code = """
        def main(req, sent: func.Out[str]) -> str:
            sent.set("set")
            return req.params["name"]
    """
    sent = {**QUEUE, "name": "sent"}
    app = load_files(v1("Send", code, HTTP, sent, QUEUE))

    app.client.get("/api/Send?name=Ada")

    outcome = app.requests[-1].outcome
    assert outcome is not None
    outputs = {name: (datum.type, datum.value) for name, datum in outcome.outputs.items()}
    assert outputs == {"sent": ("string", "set"), "$return": ("string", "Ada")}


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_function_fails_with_its_own_exception(
    load_files: LoadFiles, caplog: pytest.LogCaptureFixture, path: str, kind: str
) -> None:
    app = load_files(v1("Hello", f"{kind} main(req):\n    raise ValueError('mine')\n"))

    app.client.get("/api/Hello")

    # The terminal shows the exception with its request, so the host drops the runtime's own record.
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert isinstance(outcome.error, ValueError)
    assert outcome.error.args == ("mine",)


def test_failure_has_a_text_without_logging(load_files: LoadFiles, path: str) -> None:
    code = """
        import logging

        logging.getLogger("azure").setLevel(logging.CRITICAL + 1)

        def main(req):
            raise ValueError('mine')
    """
    app = load_files(v1("Hello", code))

    app.client.get("/api/Hello")

    outcome = app.requests[-1].outcome
    assert outcome is not None
    texts = {"classic": "ValueError('mine')", "native": "RuntimeError(\"ValueError('mine')\")"}
    assert repr(outcome.error) == texts[path]
