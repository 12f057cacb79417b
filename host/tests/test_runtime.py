"""Python 3.13 and newer, where functions run on Microsoft's own runtimes."""

from __future__ import annotations

import io
import sys
from typing import Any, Dict

import pytest
from functions_host.errors import HostError
from functions_host.http_messages import make_http_trigger
from host_apps import v1, v2
from host_fixtures import LoadFiles
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.serving import DechunkedInput
from werkzeug.test import create_environ
from werkzeug.wrappers import Request

V1 = v1("Hello", "def main(req):\n    return func.HttpResponse('hello')\n")
V2 = v2("@app.route()\ndef hello(req):\n    return func.HttpResponse('hello')\n")

each_model = pytest.mark.parametrize(
    ("files", "package"), [(V1, "azure-functions-runtime-v1"), (V2, "azure-functions-runtime")]
)
pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="Microsoft's runtimes are for Python 3.13 and newer"
)


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
    # A module that is None in sys.modules cannot be imported.
    modules: Dict[str, Any] = sys.modules
    monkeypatch.setitem(modules, package.replace("-", "_"), None)

    with pytest.raises(HostError) as raised:
        load_files(files)

    assert str(raised.value) == (
        f"Functions of Python {sys.version_info[0]}.{sys.version_info[1]} run on Microsoft's "
        f"{package}, which is not installed. Run python -m pip install {package}."
    )


def test_function_fails_with_its_own_exception(load_files: LoadFiles) -> None:
    app = load_files(v1("Hello", "def main(req):\n    raise ValueError('mine')\n"))

    app.client.get("/api/Hello")

    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert isinstance(outcome.error, ValueError)
    assert outcome.error.args == ("mine",)


def make_chunked_request(body: bytes) -> Request:
    environ = create_environ(method="POST", headers={"Transfer-Encoding": "chunked"})
    environ["wsgi.input"] = DechunkedInput(io.BytesIO(body))
    environ["wsgi.input_terminated"] = True
    return Request(environ)


def test_chunked_body_is_forwarded_to_streaming_app() -> None:
    request = make_chunked_request(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    trigger = make_http_trigger(request, {}, is_streamed=True)

    assert trigger.value.value["body"].value == b"abcde"


@pytest.mark.parametrize("body", [b"", b"3\r\nab", b"x\r\nabc\r\n", b"3\r\nabcd\r\n", b"-1\r\n"])
def test_malformed_chunk_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        make_http_trigger(make_chunked_request(body), {}, is_streamed=True)


def test_long_chunked_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions_host.http_messages._MAX_BODY", 4)

    with pytest.raises(RequestEntityTooLarge):
        make_http_trigger(make_chunked_request(b"5\r\nabcde\r\n0\r\n\r\n"), {}, is_streamed=True)
