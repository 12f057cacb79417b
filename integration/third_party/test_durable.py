"""Durable Functions in an enabled app: every kind still works, and is timed."""

import json

import pytest

from integration.running_app import RunningApp, on_app

pytestmark = on_app("durable")

_EVENT = {"EventId": -1, "IsPlayed": False, "Timestamp": "2026-11-24T00:00:00Z"}
STARTED = [
    {**_EVENT, "EventType": 12},
    {**_EVENT, "EventType": 0, "Name": "orchestrate", "Input": None, "Version": None},
]
ORCHESTRATION = {
    "history": STARTED,
    "input": None,
    "instanceId": "1",
    "isReplaying": False,
    "parentInstanceId": None,
    "upperSchemaVersion": 2,
    "upperSchemaVersionNew": 4,
}
ENTITY = {
    "self": {"name": "counter", "key": "1"},
    "exists": True,
    "state": "40",
    "batch": [{"id": "1", "name": "add", "signal": False, "input": '"2"'}],
}


@pytest.mark.parametrize(
    ("function", "given", "returned"),
    [
        ("orchestrate", ORCHESTRATION, r'"functionName": "greet", "input": "\\"Ada\\""'),
        ("greet", "Ada", r"Hello, Ada\."),
        ("counter", ENTITY, r'"entityExists": true, "entityState": "42"'),
    ],
)
def test_durable_function_works_and_is_timed(
    app: RunningApp, function: str, given: object, returned: str
) -> None:
    app.run(function, json.dumps(given))

    assert len(app.logged(rf"returned to its trigger: .*{returned}")) == 1
    assert len(app.logged(rf"Time taken to execute {function} is \d+\.\d{{6}} sec")) == 1
