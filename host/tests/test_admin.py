"""The host's own addresses, and triggers by hand."""

from __future__ import annotations

import json
from typing import Dict, Iterator, Optional

import pytest
from functions_host.client import LoadedApp
from host_apps import v1, write_app
from host_fixtures import LoadFiles
from host_process import Process

JSON = "application/json"
TIMER = {"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "0 0 0 1 1 *"}
QUEUE = {"type": "queueTrigger", "direction": "in", "name": "msg", "queueName": "q"}
OUT = {"type": "queue", "direction": "out", "name": "$return", "queueName": "r"}
EVENT = {"type": "eventGridTrigger", "direction": "in", "name": "event"}
ORCHESTRATION = {"type": "orchestrationTrigger", "direction": "in", "name": "context"}
OTHER = {"type": "someNewTrigger", "direction": "in", "name": "thing"}

FILES = {
    **v1("Http", "def main(req):\n    return func.HttpResponse('hello')\n"),
    **v1("Tick", "def main(timer: func.TimerRequest):\n    assert not timer.past_due\n", TIMER),
    **v1(
        "Order",
        "def main(msg: func.QueueMessage) -> str:\n"
        "    return f'{msg.get_body().decode()} {msg.dequeue_count} {len(msg.id)}'\n",
        QUEUE,
        OUT,
    ),
    **v1(
        "Grid",
        "def main(event: func.EventGridEvent):\n    assert event.get_json() == {'a': 1}\n",
        EVENT,
    ),
    **v1("Other", "def main(thing):\n    assert thing == 'x'\n", OTHER),
    **v1("Orchestrate", "def main(context):\n    return context.body\n", ORCHESTRATION),
    **v1("Fails", "def main(timer):\n    raise ValueError('boom')\n", {**TIMER}),
}
GRID_EVENT = {
    "id": "1",
    "topic": "t",
    "subject": "s",
    "eventType": "e",
    "eventTime": "2026-11-24T00:00:00Z",
    "data": {"a": 1},
    "dataVersion": "1",
}


@pytest.fixture
def app(load_files: LoadFiles) -> LoadedApp:
    app = load_files(FILES)
    assert app.problems == []
    return app


@pytest.mark.parametrize(
    ("name", "text", "outputs", "error"),
    [
        pytest.param("Tick", "", {}, None, id="timer"),
        pytest.param("tICK", "", {}, None, id="name in another case"),
        pytest.param("Order", "two", {"$return": "two 1 36"}, None, id="queue"),
        pytest.param("Grid", json.dumps(GRID_EVENT), {}, None, id="event"),
        pytest.param("Other", "x", {}, None, id="type unknown to the SDK"),
        pytest.param("Orchestrate", "{}", {"$return": "{}"}, None, id="implicit output"),
        pytest.param("Fails", "", {}, "boom", id="failure"),
    ],
)
def test_function_runs_with_the_input(
    app: LoadedApp, name: str, text: str, outputs: Dict[str, str], error: Optional[str]
) -> None:
    response = app.client.post(f"/admin/functions/{name}", json={"input": text})

    outcome = app.requests[-1].outcome
    assert response.status_code == 202
    assert outcome is not None
    assert {name: output.value for name, output in outcome.outputs.items()} == outputs
    assert (outcome.error and str(outcome.error)) == error


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", ""),
        (b"{", ""),
        (b"[]", ""),
        (b"null", ""),
        (b"\xff", ""),
        (b"[" * 100_000, ""),
        (b'{"input": "\\ud800"}', ""),
        (b'{"input": 1}', "The input must be a string. "),
        (b'{"input": {"a": 1}}', "The input must be a string. "),
    ],
    ids=[
        "none",
        "unfinished",
        "list",
        "null",
        "no text",
        "nested",
        "surrogate",
        "number",
        "object",
    ],
)
def test_body_without_input_is_refused(app: LoadedApp, body: bytes, reason: str) -> None:
    response = app.client.post("/admin/functions/Order", data=body, content_type=JSON)

    text = f'{reason}The body must be JSON such as {{"input": "hello"}}.\n'
    assert (response.status_code, response.text) == (400, text)
    assert app.requests[-1].outcome is None


@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded", None])
def test_type_that_any_page_can_send_is_refused(app: LoadedApp, type_: Optional[str]) -> None:
    response = app.client.post("/admin/functions/Tick", data=b"{}", content_type=type_)

    text = "Send the body with Content-Type: application/json.\n"
    assert (response.status_code, response.text) == (415, text)
    assert app.requests[-1].outcome is None


@pytest.mark.parametrize("key", ["input", "Input", "INPUT"])
@pytest.mark.parametrize("type_", [JSON, "Application/JSON; charset=utf-8"])
def test_body_may_be_in_any_case(app: LoadedApp, key: str, type_: str) -> None:
    body = json.dumps({key: "two"})

    response = app.client.post("/admin/functions/Order", data=body, content_type=type_)

    outcome = app.requests[-1].outcome
    assert response.status_code == 202
    assert outcome is not None
    assert outcome.outputs["$return"].value == "two 1 36"


LARGE = b"Content-Length: 104857601", b"The body is longer than 104857600 bytes.\n"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    files = v1("Tick", "def main(timer):\n    pass\n", TIMER)
    process = Process(write_app(tmp_path_factory.mktemp("app"), files))
    yield process
    process.kill()


@pytest.mark.parametrize(
    ("length", "status", "reason"),
    [
        (b"Transfer-Encoding: chunked", b"202", b""),
        (b"Content-Length: 2\r\nTransfer-Encoding: chunked", b"400", b""),
        (b"Content-Length: two", b"400", None),
        (b"Content-Length: -2", b"400", None),
        (LARGE[0], b"413", LARGE[1]),
    ],
    ids=["chunked", "two lengths", "word", "negative", "large"],
)
def test_length_of_the_body_is_checked(
    host: Process, length: bytes, status: bytes, reason: Optional[bytes]
) -> None:
    head = b"POST /admin/functions/Tick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    answer = host.ask(
        head + b"Content-Type: application/json\r\n" + length + b"\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    )

    assert answer.split()[1] == status
    assert reason is None or answer.endswith(b"\r\n\r\n" + reason)


def test_http_function_is_refused(app: LoadedApp) -> None:
    response = app.client.post("/admin/functions/Http", json={"input": ""})

    text = "Http is an HTTP function. Call its URL.\n"
    assert (response.status_code, response.text) == (400, text)
    assert "status 400" not in app.client.get("/").text
    assert (app.client.get("/admin/functions/Http").json or {})["test_data"] == ""


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/admin/host/ping", 200),
        ("POST", "/admin/host/ping", 200),
        ("GET", "/admin/host/status", 200),
        ("GET", "/admin/functions", 200),
        ("GET", "/Admin/Functions/", 200),
        ("GET", "/admin/functions/tick", 200),
        ("GET", "/admin/functions/Nope", 404),
        ("PUT", "/admin/functions/Tick", 404),
        ("POST", "/admin/functions/Nope", 404),
        ("GET", "/admin/nope", 404),
        ("GET", "/", 200),
        ("GET", "/nope", 404),
    ],
)
def test_host_answers_at(app: LoadedApp, method: str, path: str, status: int) -> None:
    assert app.client.open(path, method=method).status_code == status


def test_functions_are_listed(app: LoadedApp) -> None:
    response = app.client.get("/admin/functions")
    listed = response.json or []

    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert [function["name"] for function in listed] == [
        "Fails",
        "Grid",
        "Http",
        "Orchestrate",
        "Order",
        "Other",
        "Tick",
    ]
    assert listed[-1] == {
        "name": "Tick",
        "language": "python",
        "isDisabled": False,
        "config": {"bindings": [TIMER]},
        "test_data": '{"input": ""}',
    }


def test_status_is_running(app: LoadedApp) -> None:
    assert app.client.get("/admin/host/status").json == {"state": "Running"}


def test_homepage_can_be_disabled(app: LoadedApp, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "<td>Tick</td>" in app.client.get("/").text

    monkeypatch.setenv("AzureWebJobsDisableHomepage", "true")
    assert app.client.get("/").status_code == 204
