"""HTTP requests as functions see them, and what becomes of what they return."""

from __future__ import annotations

import json
import sys
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Callable, Dict

import azure.functions as func
import pytest
from functions_host.client import LoadedApp
from host_apps import HTTP, needs_v2, v1, v2, write_app

Load = Callable[[Path], LoadedApp]

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


def answer(tmp_path: Path, load: Load, expression: str) -> Any:
    """Return the response to a GET of a function that returns this expression."""
    code = f"def main(req):\n    return {expression}\n"
    return load(write_app(tmp_path, v1("Hello", code))).client.get("/api/Hello")


def seen(tmp_path: Path, load: Load, *args: Any, **kwargs: Any) -> Dict[str, Any]:
    """Return what a function sees of a request."""
    response = load(write_app(tmp_path, v1("Hello", SEEN))).client.open(*args, **kwargs)
    value: Dict[str, Any] = json.loads(response.data)
    return value


def test_query_values_are_joined_and_empty_ones_dropped(tmp_path: Path, load: Load) -> None:
    assert seen(tmp_path, load, "/api/Hello?a=&b=1&b=2&c")["params"] == {"b": "1,2"}


def test_url_is_as_it_was_sent(tmp_path: Path, load: Load) -> None:
    value = seen(tmp_path, load, "/api/Hello?a=%20b", base_url="http://example.com:81")

    assert value["url"] == "http://example.com:81/api/Hello?a=%20b"


def test_header_names_are_in_lower_case(tmp_path: Path, load: Load) -> None:
    value = seen(tmp_path, load, "/api/Hello", headers={"X-One": "1"})

    assert value["headers"]["x-one"] == "1"


def test_method_and_body_arrive(tmp_path: Path, load: Load) -> None:
    value = seen(tmp_path, load, "/api/Hello", method="POST", data="text")

    assert (value["method"], value["body"]) == ("POST", "text")


def test_body_that_is_no_json_is_a_value_error(tmp_path: Path, load: Load) -> None:
    code = """
        def main(req):
            try:
                return func.HttpResponse(str(req.get_json()))
            except ValueError:
                return func.HttpResponse("no JSON")
    """
    client = load(write_app(tmp_path, v1("Hello", code))).client

    assert client.post("/api/Hello", data="{").text == "no JSON"
    assert client.post("/api/Hello").text == "no JSON"
    assert client.post("/api/Hello", data='{"a": 1}').text == "{'a': 1}"


def test_body_over_the_hosts_limit_is_refused(tmp_path: Path, load: Load) -> None:
    client = load(write_app(tmp_path, v1("Hello", SEEN))).client

    announced = {"CONTENT_LENGTH": "104857601"}
    response = client.post("/api/Hello", environ_overrides=announced)

    assert response.status_code == 413


@pytest.mark.parametrize("returned", ["None", "{'a': 1}", "[1]", "b'bytes'", "1", "(1, 2)", "main"])
def test_what_cannot_be_sent_is_an_empty_500(tmp_path: Path, load: Load, returned: str) -> None:
    response = answer(tmp_path, load, returned)

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
        ("[1]", 200, "[\n  1\n]"),
        ('{"body":"x","status":201}', 201, "x"),
        ('{"Body":{"a":1},"statusCode":"202"}', 202, '{\n  "a": 1\n}'),
    ],
)
def test_returned_text_is_taken_for_json_first(
    tmp_path: Path, load: Load, text: str, status: int, body: str
) -> None:
    response = answer(tmp_path, load, repr(text))

    assert (response.status_code, response.text) == (status, body)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_returned_text_that_is_a_response_has_its_headers(tmp_path: Path, load: Load) -> None:
    text = json.dumps({"body": "x", "headers": {"X-One": "1", "Content-Type": "text/html"}})

    response = answer(tmp_path, load, repr(text))

    assert (response.headers["X-One"], response.headers["Content-Type"]) == ("1", "text/html")


@pytest.mark.parametrize(
    ("status", "sent"), [("201", 201), ("'418'", 418), ("'abc'", 200), ("1e999", 200), ("999", 999)]
)
def test_status_is_sent_if_it_is_a_number(
    tmp_path: Path, load: Load, status: str, sent: int
) -> None:
    assert answer(tmp_path, load, f"func.HttpResponse(status_code={status})").status_code == sent


@pytest.mark.parametrize("status", [0, 99, 101, 1000, -1])
def test_status_that_no_client_could_read_is_a_500(tmp_path: Path, load: Load, status: int) -> None:
    assert answer(tmp_path, load, f"func.HttpResponse(status_code={status})").status_code == 500


@pytest.mark.parametrize(
    "returned",
    [
        "func.HttpResponse('x', headers={'X-A': '€ ☃'})",
        "func.HttpResponse('x', mimetype='text/plain\\r\\nX-B: 1')",
        "'\\ud800'",
        """'{"body": "x", "headers": ["a"]}'""",
        """'{"body": "x", "headers": {"X-A": "a\\\\nb"}}'""",
        "func.HttpResponse('x', headers={'a b': 'x'})",
        "func.HttpResponse('x', headers={'a:b': 'x'})",
        """'{"body": "x", "headers": {"": "x"}}'""",
        "func.HttpResponse('x', status_code=302, headers={'Location': 'http://[bad'})",
    ],
)
def test_what_cannot_be_sent_over_http_is_an_empty_500(
    tmp_path: Path, load: Load, returned: str
) -> None:
    response = answer(tmp_path, load, returned)

    assert (response.status_code, response.data) == (500, b"")


def test_deep_json_text_is_sent_as_it_is(tmp_path: Path, load: Load) -> None:
    assert answer(tmp_path, load, "'[' * 100_000").text == "[" * 100_000


def test_framing_is_not_left_to_the_function(tmp_path: Path, load: Load) -> None:
    returned = "func.HttpResponse('x', headers={'Transfer-Encoding': 'chunked'})"

    response = answer(tmp_path, load, returned)

    assert "Transfer-Encoding" not in response.headers
    assert response.headers["Content-Length"] == "1"


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "٣"])
def test_length_that_is_none_is_a_bad_request(tmp_path: Path, load: Load, length: str) -> None:
    client = load(write_app(tmp_path, v1("Hello", SEEN))).client

    response = client.post("/api/Hello", environ_overrides={"CONTENT_LENGTH": length})

    assert response.status_code == 400


@pytest.mark.parametrize("length", ["104857601", "9" * 5000])
def test_length_over_the_hosts_limit_is_refused_before_it_is_read(
    tmp_path: Path, load: Load, length: str
) -> None:
    client = load(write_app(tmp_path, v1("Hello", SEEN))).client

    response = client.post("/api/Hello", environ_overrides={"CONTENT_LENGTH": length})

    assert response.status_code == 413


def test_target_that_is_none_is_a_bad_request(tmp_path: Path, load: Load) -> None:
    client = load(write_app(tmp_path, v1("Hello", SEEN))).client

    response = client.get("/x", environ_overrides={"REQUEST_URI": "http://[bad/api/Hello"})

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("options", "content_type"),
    [
        ("", "text/plain; charset=utf-8"),
        ("mimetype='text/html', charset='latin-1'", "text/html; charset=latin-1"),
        ("mimetype='application/json'", "application/json"),
        ("mimetype='text/html', headers={'content-type': 'image/png'}", "image/png"),
    ],
)
def test_content_type_follows_the_sdk(
    tmp_path: Path, load: Load, options: str, content_type: str
) -> None:
    response = answer(tmp_path, load, f"func.HttpResponse('x', {options})")

    assert response.headers["Content-Type"] == content_type


@pytest.mark.parametrize("status", [204, 304])
def test_status_without_a_body_is_sent_without(tmp_path: Path, load: Load, status: int) -> None:
    response = answer(tmp_path, load, f"func.HttpResponse('x', status_code={status})")

    assert (response.status_code, response.data) == (status, b"")


def test_head_runs_the_function_and_sends_no_body(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, v1("Hello", SEEN)))

    response = app.client.head("/api/Hello")

    assert (response.status_code, response.data) == (200, b"")
    assert app.served[-1].function is not None


MANY_HEADERS = """
def main(req):
    response = func.HttpResponse("x")
    for value in ("one", "two"):
        response.headers.add("X-M", value)
        response.headers.add("Set-Cookie", f"{value}=1; Secure")
    return response
"""

has_many_headers = pytest.mark.skipif(
    not hasattr(func.HttpResponse().headers, "add"),
    reason=f"azure-functions {func.__version__} has one value a header",
)


@has_many_headers
def test_of_a_repeated_header_only_the_last_is_sent(tmp_path: Path, load: Load) -> None:
    response = load(write_app(tmp_path, v1("Hello", MANY_HEADERS))).client.get("/api/Hello")

    assert response.headers.getlist("X-M") == ["two"]


@has_many_headers
@pytest.mark.skipif(sys.version_info < (3, 8), reason="the SDK sends one cookie on Python 3.7")
def test_all_cookies_are_sent_as_asp_net_writes_them(tmp_path: Path, load: Load) -> None:
    client = load(write_app(tmp_path, v1("Hello", MANY_HEADERS))).client

    cookies = client.get("/api/Hello").headers.getlist("Set-Cookie")

    assert cookies == ["one=1; domain=; path=; secure", "two=1; domain=; path=; secure"]
    assert SimpleCookie(cookies[0])["one"].value == "1"


def test_named_http_output_is_the_response(tmp_path: Path, load: Load) -> None:
    code = """
        def main(req, res: func.Out[func.HttpResponse]):
            if "set" in req.params:
                res.set(func.HttpResponse("named", status_code=201))
    """
    named = {"type": "http", "direction": "out", "name": "res"}
    client = load(write_app(tmp_path, v1("Hello", code, HTTP, named))).client

    response = client.get("/api/Hello?set=1")

    assert (response.status_code, response.data) == (201, b"named")
    assert client.get("/api/Hello").status_code == 204


def test_v1_function_without_http_output_answers_no_content(tmp_path: Path, load: Load) -> None:
    files = v1("Hello", "def main(req):\n    pass\n", HTTP)

    assert load(write_app(tmp_path, files)).client.get("/api/Hello").status_code == 204


def test_value_returned_without_a_binding_for_it_fails(tmp_path: Path, load: Load) -> None:
    files = v1("Hello", "def main(req):\n    return 'x'\n", HTTP)

    assert load(write_app(tmp_path, files)).client.get("/api/Hello").status_code == 500


@needs_v2
def test_v2_function_that_returns_nothing_fails(tmp_path: Path, load: Load) -> None:
    code = "@app.route()\ndef hello(req):\n    pass\n"

    assert load(write_app(tmp_path, v2(code))).client.get("/api/hello").status_code == 500


def test_exception_text_does_not_reach_the_client(tmp_path: Path, load: Load) -> None:
    files = v1("Hello", "def main(req):\n    raise ValueError('secret')\n")

    response = load(write_app(tmp_path, files)).client.get("/api/Hello")

    assert (response.status_code, response.data) == (500, b"")
