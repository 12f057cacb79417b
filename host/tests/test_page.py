"""The page of the host, the last calls as JSON, and the protection of both."""

from __future__ import annotations

import json
import shlex
from html import escape
from typing import Any, Dict, List, Optional
from urllib.request import urlopen

import pytest
from functions_host.calls import CallLog
from functions_host.client import LoadedApp
from functions_host.definitions import Function, parse_function
from functions_host.page import render_function
from host_apps import HTTP, HTTP_OUT, v1
from host_fixtures import LoadFiles, ServeFiles
from host_process import Process

TIMER = {"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "0 0 0 1 1 *"}
QUEUE = {"type": "queueTrigger", "direction": "in", "name": "msg", "queueName": "q"}
MARKUP = "<script>alert('x')</script>"

ECHO = """
def main(req):
    headers = {"Server-Timing": "db;dur=1.5"}
    return func.HttpResponse(req.get_body(), headers=headers)
"""
LOGS = """
import logging

def main(req):
    logging.getLogger("mine").warning("before %s", 1, extra={"elapsed": 0.25, "user": "Ada"})
    logging.debug("hidden")
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("after")
    return "ok"
"""
# Both functions run at the same time.
MEETS = """
import logging, threading

barrier = threading.Barrier(2)

def main(req):
    barrier.wait(30)
    logging.info(req.params["name"])
    return "ok"
"""
ASYNC_MEETS = """
import asyncio, logging

waiting = []

async def main(req):
    if waiting:
        waiting.pop().set()
    else:
        waiting.append(asyncio.Event())
        await waiting[0].wait()
    logging.info(req.params["name"])
    return "ok"
"""
FILES = {
    **v1("Echo", ECHO),
    **v1("Fails", "def main(timer):\n    raise ValueError('<b>boom</b>')\n", TIMER),
    **v1("Order", "def main(msg: func.QueueMessage):\n    pass\n", QUEUE),
}


@pytest.fixture
def app(load_files: LoadFiles) -> LoadedApp:
    return load_files(FILES)


def read_calls(app: LoadedApp) -> List[Dict[str, Any]]:
    calls: List[Dict[str, Any]] = app.client.get("/admin/host/calls").json or []
    return calls


def function(route: Optional[str], **settings: Any) -> Function:
    kind = "timerTrigger" if route is None else "httpTrigger"
    trigger = {"type": kind, "direction": "in", "name": "req", "route": route, **settings}
    return parse_function("A", {"bindings": [trigger]}, "")


@pytest.mark.parametrize(
    ("shown", "listed"),
    [
        (function("api/A"), 'any method</span> <a href="/api/A">/api/A</a></td>'),
        (function("api/a b&c"), '<a href="/api/a%20b%26c">/api/a b&amp;c</a>'),
        (function("a", methods=["get", "post"]), 'GET, POST</span> <a href="/a">/a</a></td>'),
        (function("a", methods=["post", "put"]), "POST, PUT</span> /a</td>"),
        (function("a", methods=["put", "post"]), 'data-method="PUT" data-path="/a"'),
        (function("a", methods=[]), "no method</span> /a</td>"),
        (function("api/{id}"), "any method</span> /api/{id}</td>"),
        (function(None), 'data-body="{&quot;input&quot;: &quot;&quot;}"'),
        (function(MARKUP), "/&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;</a>"),
    ],
)
def test_page_lists_what_can_be_called(shown: Function, listed: str) -> None:
    row = render_function(shown)

    assert listed in row
    assert "<script" not in row


def test_call_has_all_that_is_known_of_it(app: LoadedApp) -> None:
    headers = {"X-Mine": "1"}
    app.client.post("/api/Echo?a=%20", data="Ada", headers=headers)

    (call,) = read_calls(app)
    assert call.pop("id").endswith("-1")
    assert call.pop("host_ms") > 0
    assert len(call.pop("time")) == len("2026-01-01T00:00:00Z")
    assert call.pop("headers")["x-mine"] == "1"
    assert call == {
        "function": "Echo",
        "method": "POST",
        "target": "/api/Echo?a=%20",
        "body": "Ada",
        "status": 200,
        "failed": False,
        "elapsed": None,
        "server_timing": "db;dur=1.5",
        "lines": [],
        "log": [],
        "log_lines_missing": 0,
    }


def test_newest_hundred_calls_are_kept(app: LoadedApp) -> None:
    for number in range(102):
        app.client.get(f"/api/Echo?{number}")

    targets = [call["target"] for call in read_calls(app)]
    assert targets == [f"/api/Echo?{number}" for number in range(101, 1, -1)]


def test_requests_of_the_page_are_no_calls(app: LoadedApp) -> None:
    paths = [f"/admin/host/{name}" for name in ("page", "page.css", "page.js", "calls")]
    assert [app.client.get(path).status_code for path in paths] == [200] * 4
    assert app.requests == []

    app.client.get("/")
    app.client.get("/admin/host/status")
    app.client.get("/nowhere")
    assert [call["target"] for call in read_calls(app)] == ["/nowhere"]
    assert len(app.requests) == 3


def test_page_gets_only_newer_calls(app: LoadedApp) -> None:
    app.client.get("/api/Echo?old")
    (call,) = read_calls(app)
    app.client.get("/api/Echo?new")

    newer = app.client.get("/admin/host/page", query_string={"after": call["id"]}).text
    assert ("?new" in newer, "?old" in newer, "<table" in newer) == (True, False, False)
    other = app.client.get("/admin/host/page?after=another-1").text
    assert ("?new" in other, "?old" in other, "<table" in other) == (True, True, True)


def test_failed_trigger_is_shown_with_its_frames(app: LoadedApp) -> None:
    app.client.post("/admin/functions/Fails", json={})

    (call,) = read_calls(app)
    assert (call["status"], call["failed"]) == (202, True)
    assert call["lines"] == [
        "Fails/__init__.py:3 in main",
        "  raise ValueError('<b>boom</b>')",
        "ValueError: <b>boom</b>",
    ]
    page = app.client.get("/").text
    assert ">202 failed<" in page
    assert "ValueError: &lt;b&gt;boom&lt;/b&gt;" in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        pytest.param(b"a\r\nb", "a\r\nb", id="text"),
        pytest.param(b"\xff", None, id="not text"),
        pytest.param(b"a" * 32_769, None, id="long"),
    ],
)
def test_only_short_text_can_be_sent_again(
    app: LoadedApp, body: bytes, kept: Optional[str]
) -> None:
    app.client.post("/api/Echo", data=body)

    (call,) = read_calls(app)
    assert call["body"] == kept
    page = app.client.get("/").text
    assert ("Send again" in page, "no curl" in page) == (kept is not None, kept is None)


def find_curl(app: LoadedApp) -> str:
    page = app.client.get("/").text
    _, _, rest = page.partition('<pre class="curl">')
    return rest.partition("</pre>")[0]


def test_curl_sends_the_same_request(app: LoadedApp) -> None:
    body = "it's <a>\n@b"
    app.client.put("/api/Echo?[a]", data=body, content_type="text/x", headers={"Accept": "*/*"})

    url = "http://localhost/api/Echo?[a]"
    words = ["curl", "-X", "PUT", "--globoff", url]
    words += ["-H", "content-type: text/x", "--data-raw", body]
    assert find_curl(app) == escape(" ".join(map(shlex.quote, words)))


def test_curl_has_no_control_character(app: LoadedApp) -> None:
    # A pasted CTRL+C ends the text before it. The rest would be a command.
    app.client.post("/api/Echo", data="\x03\nrm x\n")

    assert find_curl(app).startswith("no curl")


@pytest.mark.parametrize("value", ["\ud800", "<i>", "\x1b[31m"])
def test_hostile_log_is_shown_as_text(app: LoadedApp, value: str) -> None:
    app.client.get("/api/Echo", headers={"X-Mine": "1"})
    record = logging_record(value, mine=value)
    app.app.calls.find_newer("")[0].log.add(record)

    page = app.client.get("/").text
    assert value not in page
    assert app.client.get("/admin/host/calls").status_code == 200


def logging_record(message: str, **fields: Any) -> Any:
    import logging

    record = logging.makeLogRecord({"name": "mine", "msg": message, "levelname": "INFO"})
    vars(record).update(fields)
    return record


class Silent:
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (2**60, str(2**60)),
        ([1], "[1]"),
        (Silent(), "Silent without a text: RuntimeError"),
    ],
)
def test_fields_of_a_log_record_are_simple(value: Any, kept: Any) -> None:
    log = CallLog()

    log.add(logging_record("x", mine=value))

    assert log.lines[0].fields == {"mine": kept}


def test_log_of_a_call_is_limited() -> None:
    log = CallLog()

    for _ in range(1_000):
        log.add(logging_record("x" * 1_000))

    assert len(log.lines) == 30
    assert log.missing == 970


def test_app_keeps_its_own_function_at_the_root(load_files: LoadFiles) -> None:
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    route = {**HTTP, "route": "{*rest}"}
    app = load_files(v1("Own", "def main(req):\n    return 'own'\n", route, HTTP_OUT), host=host)

    assert app.client.get("/").text == "own"
    assert "Last calls" in app.client.get("/admin/host/page").text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Host": "localhost:7071"}, 202),
        ({"Host": "app.localhost"}, 202),
        ({"Host": "[::1]:7071"}, 202),
        ({"Host": "192.168.0.7:7071"}, 202),
        ({"Host": "functions:7071"}, 202),
        ({"Host": "Box.Example:7071"}, 202),
        ({"Host": "evil.example:7071"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "127.0.0.1:7071", "Origin": "http://127.0.0.1:7071"}, 202),
        ({"Host": "127.0.0.1:7071", "Origin": "http://127.0.0.1:7072"}, 403),
        ({"Host": "127.0.0.1:7071", "Origin": "http://localhost:7071"}, 403),
        ({"Host": "127.0.0.1:7071", "Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ({"Host": "127.0.0.1:7071", "Origin": "null"}, 403),
        ({"Host": "127.0.0.1:7071", "Origin": ""}, 403),
    ],
)
def test_other_origin_sets_off_no_function(
    app: LoadedApp, headers: Dict[str, str], status: int
) -> None:
    app.app.host_name = "box.example"

    response = app.client.post("/admin/functions/Order", json={"input": "x"}, headers=headers)

    assert response.status_code == status
    assert app.client.get("/", headers=headers).status_code == (403 if status == 403 else 200)
    assert len(read_calls(app)) == (status == 202)


def test_page_forbids_frames_and_inline_scripts(app: LoadedApp) -> None:
    policy = app.client.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy


def test_malformed_host_gets_nothing(serve_files: ServeFiles) -> None:
    host = serve_files(FILES)

    answer = host.ask(b"GET /admin/host/calls HTTP/1.1\r\nHost: [::1\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 403 ")


def read_json(host: Process) -> List[Dict[str, Any]]:
    with urlopen(f"{host.address}/admin/host/calls") as answer:
        calls: List[Dict[str, Any]] = json.load(answer)
        return calls


def test_log_of_a_call_has_its_records(serve_files: ServeFiles) -> None:
    host = serve_files(v1("Logs", LOGS))

    host.get("/api/Logs")

    (call,) = read_json(host)
    before, after = call["log"]
    fields = {"elapsed": 0.25, "user": "Ada"}
    assert before == {"level": "WARNING", "logger": "mine", "message": "before 1", "fields": fields}
    assert after["message"].startswith("after\nTraceback")
    assert call["elapsed"] == 0.25


@pytest.mark.parametrize("code", [MEETS, ASYNC_MEETS], ids=["sync", "async"])
def test_calls_at_once_have_logs_of_their_own(serve_files: ServeFiles, code: str) -> None:
    host = serve_files(v1("Meets", code))
    request = b"GET /api/Meets?name=%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    with host.connect() as one, host.connect() as two:
        one.sendall(request % b"one")
        two.sendall(request % b"two")
        assert all(connection.recv(4096).startswith(b"HTTP/1.1 200") for connection in (one, two))

    calls = {call["target"]: [line["message"] for line in call["log"]] for call in read_json(host)}
    assert calls == {"/api/Meets?name=one": ["one"], "/api/Meets?name=two": ["two"]}
