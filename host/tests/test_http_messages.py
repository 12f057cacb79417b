"""HTTP requests as functions receive them, and the responses they return."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional

import azure.functions as func
import pytest
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2
from host_fixtures import LoadFiles

SEEN = """
import json

def main(req):
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "body": req.get_body().decode(),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")
"""
PLAIN = "text/plain; charset=utf-8"


def answer(load_files: LoadFiles, expression: str) -> Any:
    """Return the response to a GET of a function that returns this expression."""
    code = f"def main(req):\n    return {expression}\n"
    return load_files(v1("Hello", code)).client.get("/api/Hello")


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        ({"path": "/api/Hello?a=&b=1&b=2&c"}, "params", {"b": "1,2"}),
        (
            {"path": "/api/Hello?a=%20b", "base_url": "http://example.com:81"},
            "url",
            "http://example.com:81/api/Hello?a=%20b",
        ),
        ({"method": "POST"}, "method", "POST"),
        ({"method": "POST", "data": "text"}, "body", "text"),
    ],
)
def test_request_arrives(
    load_files: LoadFiles, options: Dict[str, Any], name: str, value: Any
) -> None:
    client = load_files(v1("Hello", SEEN)).client

    assert json.loads(client.open(**{"path": "/api/Hello", **options}).data)[name] == value


def test_header_names_are_in_lower_case(load_files: LoadFiles) -> None:
    client = load_files(v1("Hello", SEEN)).client

    seen = json.loads(client.get("/api/Hello", headers={"X-One": "1"}).data)

    assert seen["headers"]["x-one"] == "1"


def test_invalid_json_body_is_a_value_error(load_files: LoadFiles) -> None:
    code = """
        def main(req):
            try:
                return func.HttpResponse(str(req.get_json()))
            except ValueError:
                return func.HttpResponse("no JSON")
    """
    client = load_files(v1("Hello", code)).client

    assert client.post("/api/Hello", data="{").text == "no JSON"
    assert client.post("/api/Hello").text == "no JSON"
    assert client.post("/api/Hello", data='{"a": 1}').text == "{'a': 1}"


@pytest.mark.parametrize("target", ["http://[bad/api/Hello", "/api/Hello/%00"])
def test_malformed_target_is_refused(load_files: LoadFiles, target: str) -> None:
    client = load_files(v1("Hello", SEEN)).client

    answered = client.post("/api/Hello", environ_overrides={"REQUEST_URI": target})

    assert answered.status_code == 400


@pytest.mark.parametrize(
    ("target", "rest"),
    [
        ("/api/x/../a", "a"),
        ("/api/./a/.", "a/"),
        ("/api/a/b/%2e%2e", "a/"),
        ("/../../api/a/.b/..c", "a/.b/..c"),
        ("/api/..", None),
    ],
)
def test_dot_segments_are_removed(load_files: LoadFiles, target: str, rest: Optional[str]) -> None:
    code = "def main(req):\n    return func.HttpResponse(req.route_params['rest'])\n"
    client = load_files(v1("Hello", code, {**HTTP, "route": "{*rest}"}, HTTP_OUT)).client

    answered = client.get("/", environ_overrides={"REQUEST_URI": target})

    # Without a rest, the path is that of the page.
    assert (answered.text == rest) == (rest is not None)


@pytest.mark.parametrize(
    "returned",
    [
        "None",
        "{'a': 1}",
        "[1]",
        "b'bytes'",
        "1",
        "(1, 2)",
        "main",
        "func.HttpResponse(status_code=0)",
        "func.HttpResponse(status_code=99)",
        "func.HttpResponse(status_code=101)",
        "func.HttpResponse(status_code=1000)",
        "func.HttpResponse(status_code=-1)",
        "func.HttpResponse('x', headers={'X-A': '€ ☃'})",
        "func.HttpResponse('x', mimetype='text/plain\\r\\nX-B: 1')",
        "'\\ud800'",
        """'{"body": "x", "headers": ["a"]}'""",
        """'{"body": "x", "headers": {"X-A": "a\\\\nb"}}'""",
        "func.HttpResponse('x', headers={'a b': 'x'})",
        "func.HttpResponse('x', headers={'a:b': 'x'})",
        """'{"body": "x", "headers": {"": "x"}}'""",
        "func.HttpResponse('x', headers={'Location': '/café'})",
    ],
)
def test_unsendable_value_is_an_empty_500(load_files: LoadFiles, returned: str) -> None:
    response = answer(load_files, returned)

    assert (response.status_code, response.data) == (500, b"")


def test_exception_is_an_empty_500(load_files: LoadFiles) -> None:
    app = load_files(v1("Hello", "def main(req):\n    raise ValueError('secret')\n"))

    response = app.client.get("/api/Hello")

    assert (response.status_code, response.data) == (500, b"")


@pytest.mark.parametrize(
    ("text", "status", "body"),
    [
        ("hello", 200, "hello"),
        ("", 200, ""),
        ("null", 200, ""),
        ("true", 200, "True"),
        ('"q"', 200, "q"),
        ("1.50", 200, "1.5"),
        ('{"a":1}', 200, '{\n  "a": 1\n}'),
        ('["ä"]', 200, '[\n  "ä"\n]'),
        ('{"body":"x","status":201}', 201, "x"),
        ('{"Body":{"a":"ä"},"statusCode":"202"}', 202, '{\n  "a": "ä"\n}'),
        ("[" * 100_000, 200, "[" * 100_000),
    ],
)
def test_returned_text_is_read_as_json(
    load_files: LoadFiles, text: str, status: int, body: str
) -> None:
    response = answer(load_files, repr(text))

    assert (response.status_code, response.text) == (status, body)
    assert response.headers["Content-Type"] == PLAIN


def test_returned_text_may_have_headers(load_files: LoadFiles) -> None:
    text = json.dumps({"body": "x", "headers": {"X-One": "1", "Content-Type": "text/html"}})

    response = answer(load_files, repr(text))

    assert (response.headers["X-One"], response.headers["Content-Type"]) == ("1", "text/html")


@pytest.mark.parametrize(
    ("status", "sent"), [("201", 201), ("'418'", 418), ("'abc'", 200), ("1e999", 200), ("999", 999)]
)
def test_status_is_sent_as_a_number(load_files: LoadFiles, status: str, sent: int) -> None:
    assert answer(load_files, f"func.HttpResponse(status_code={status})").status_code == sent


def test_server_frames_the_body(load_files: LoadFiles) -> None:
    returned = "func.HttpResponse('x', headers={'Transfer-Encoding': 'chunked'})"

    response = answer(load_files, returned)

    assert "Transfer-Encoding" not in response.headers
    assert response.headers["Content-Length"] == "1"


@pytest.mark.parametrize(
    ("options", "content_type"),
    [
        ("", PLAIN),
        ("mimetype='text/html', charset='latin-1'", "text/html; charset=latin-1"),
        ("mimetype='application/json'", "application/json"),
        ("mimetype='text/html', headers={'content-type': 'image/png'}", "image/png"),
    ],
)
def test_content_type_follows_the_sdk(
    load_files: LoadFiles, options: str, content_type: str
) -> None:
    response = answer(load_files, f"func.HttpResponse('x', {options})")

    assert response.headers["Content-Type"] == content_type


@pytest.mark.parametrize("status", [204, 304])
def test_status_without_a_body_sends_none(load_files: LoadFiles, status: int) -> None:
    response = answer(load_files, f"func.HttpResponse('x', status_code={status})")

    assert (response.status_code, response.data) == (status, b"")


@pytest.mark.parametrize(
    ("method", "length", "sent"),
    [("GET", "1", "1"), ("GET", "9", "0"), ("GET", "one", "0"), ("HEAD", "9", "9")],
)
def test_wrong_content_length_is_refused(
    load_files: LoadFiles, method: str, length: str, sent: str
) -> None:
    returned = f"func.HttpResponse('x', headers={{'content-length': '{length}'}})"
    client = load_files(v1("Hello", f"def main(req):\n    return {returned}\n")).client

    response = client.open("/api/Hello", method=method)

    assert response.headers["Content-Length"] == sent
    assert response.status_code == (500 if sent == "0" else 200)


def test_head_runs_the_function(load_files: LoadFiles) -> None:
    app = load_files(v1("Hello", SEEN))

    response = app.client.head("/api/Hello")

    assert (response.status_code, response.data) == (200, b"")
    assert app.requests[-1].function is not None


MANY_HEADERS = """
def main(req):
    response = func.HttpResponse("x")
    for value in ("one", "two"):
        response.headers.add("X-M", value)
    return response
"""

has_many_headers = pytest.mark.skipif(
    not hasattr(func.HttpResponse().headers, "add"),
    reason=f"azure-functions {func.__version__} has one value per header",
)


@has_many_headers
def test_last_of_repeated_headers_is_sent(load_files: LoadFiles) -> None:
    response = load_files(v1("Hello", MANY_HEADERS)).client.get("/api/Hello")

    assert response.headers.getlist("X-M") == ["two"]


def test_named_http_output_is_the_response(load_files: LoadFiles) -> None:
    code = """
        def main(req, res: func.Out[func.HttpResponse]):
            if "set" in req.params:
                res.set(func.HttpResponse("named", status_code=201))
    """
    named = {"type": "http", "direction": "out", "name": "res"}
    client = load_files(v1("Hello", code, HTTP, named)).client

    response = client.get("/api/Hello?set=1")

    assert (response.status_code, response.data) == (201, b"named")
    assert client.get("/api/Hello").status_code == 204


@pytest.mark.parametrize(("returned", "status"), [("None", 204), ("'x'", 500)])
def test_function_without_http_output_returns_nothing(
    load_files: LoadFiles, returned: str, status: int
) -> None:
    files = v1("Hello", f"def main(req):\n    return {returned}\n", HTTP)

    assert load_files(files).client.get("/api/Hello").status_code == status


@needs_v2
def test_v2_function_must_return_a_value(load_files: LoadFiles) -> None:
    code = "@app.route()\ndef hello(req):\n    pass\n"

    assert load_files(v2(code)).client.get("/api/hello").status_code == 500
