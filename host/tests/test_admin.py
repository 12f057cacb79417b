from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest
from functions_host.client import LoadedApp
from host_apps import v1, write_app

Load = Callable[[Path], LoadedApp]

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


@pytest.fixture
def app(tmp_path: Path, load: Load) -> LoadedApp:
    app = load(write_app(tmp_path, FILES))
    assert app.problems == []
    return app


def run(app: LoadedApp, name: str, text: str = "") -> Any:
    response = app.client.post(f"/admin/functions/{name}", json={"input": text})
    assert response.status_code == 202
    outcome = app.served[-1].outcome
    assert outcome is not None
    return outcome


def test_timer_runs(app: LoadedApp) -> None:
    assert run(app, "Tick").error is None


def test_name_is_taken_in_any_case(app: LoadedApp) -> None:
    assert run(app, "tICK").error is None


def test_queue_message_has_the_input_and_its_data(app: LoadedApp) -> None:
    assert run(app, "Order", "two teapots").outputs["$return"].value == "two teapots 1 36"


def test_event_has_the_input_as_json(app: LoadedApp) -> None:
    event = {
        "id": "1",
        "topic": "t",
        "subject": "s",
        "eventType": "e",
        "eventTime": "2026-11-24T00:00:00Z",
        "data": {"a": 1},
        "dataVersion": "1",
    }
    assert run(app, "Grid", json.dumps(event)).error is None


def test_trigger_that_the_sdk_does_not_know_gets_the_text(app: LoadedApp) -> None:
    assert run(app, "Other", "x").error is None


def test_what_a_durable_function_returns_goes_back_to_its_trigger(app: LoadedApp) -> None:
    assert run(app, "Orchestrate", "{}").outputs["$return"].value == "{}"


def test_failure_is_accepted_too_and_seen_in_the_outcome(app: LoadedApp) -> None:
    assert str(run(app, "Fails").error) == "boom"


def test_empty_body_is_an_empty_input(app: LoadedApp) -> None:
    assert app.client.post("/admin/functions/Tick").status_code == 202


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"input": 1}'])
def test_body_that_is_no_input_is_refused(app: LoadedApp, body: bytes) -> None:
    response = app.client.post("/admin/functions/Tick", data=body)

    assert (response.status_code, response.text) == (
        400,
        'The body must be JSON such as {"input": "text"}.\n',
    )


def test_http_function_is_referred_to_its_url(app: LoadedApp) -> None:
    response = app.client.post("/admin/functions/Http", json={"input": ""})

    assert (response.status_code, response.text) == (
        400,
        "Http is an HTTP function. Call its URL.\n",
    )
    assert "status 400" not in app.client.get("/").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/admin/host/ping", 200),
        ("POST", "/admin/host/ping", 200),
        ("GET", "/admin/host/status", 200),
        ("GET", "/admin/functions", 200),
        ("POST", "/admin/functions/Nope", 404),
        ("GET", "/admin/nope", 404),
        ("GET", "/", 200),
        ("GET", "/nope", 404),
    ],
)
def test_addresses_of_the_host(app: LoadedApp, method: str, path: str, status: int) -> None:
    assert app.client.open(path, method=method).status_code == status


def test_functions_are_listed(app: LoadedApp) -> None:
    names = [function["name"] for function in app.client.get("/admin/functions").json or ()]

    assert names == ["Fails", "Grid", "Http", "Orchestrate", "Order", "Other", "Tick"]


def test_status_says_that_it_runs(app: LoadedApp) -> None:
    assert app.client.get("/admin/host/status").json == {"state": "Running"}


def test_homepage_names_the_functions_and_can_be_switched_off(
    app: LoadedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<td>Tick</td>" in app.client.get("/").text

    monkeypatch.setenv("AzureWebJobsDisableHomepage", "true")
    assert app.client.get("/").status_code == 204
