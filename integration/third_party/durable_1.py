"""The messages between Microsoft's host and Durable Functions 1.x: JSON."""

from __future__ import annotations

import json
from typing import Dict, Tuple

_EVENT = {"EventId": -1, "IsPlayed": False, "Timestamp": "2026-11-24T00:00:00Z"}
_ORCHESTRATION = {
    "history": [
        {**_EVENT, "EventType": 12},
        {**_EVENT, "EventType": 0, "Name": "orchestrate", "Input": None, "Version": None},
    ],
    "input": None,
    "instanceId": "1",
    "isReplaying": False,
    "parentInstanceId": None,
    "upperSchemaVersion": 2,
    "upperSchemaVersionNew": 4,
}
_ENTITY = {
    "self": {"name": "counter", "key": "1"},
    "exists": True,
    "state": "40",
    "batch": [{"id": "1", "name": "add", "signal": False, "input": '"2"'}],
}

# Function → its input, and a pattern of its output.
CALLS: Dict[str, Tuple[str, str]] = {
    "orchestrate": (json.dumps(_ORCHESTRATION), r'"functionName": "greet", "input": "\\"Ada\\""'),
    "greet": ('"Ada"', r"Hello, Ada\."),
    "counter": (json.dumps(_ENTITY), r'"entityExists": true, "entityState": "42"'),
}


def read_output(function: str, output: str) -> str:
    """Return an output of a function as text."""
    return output
