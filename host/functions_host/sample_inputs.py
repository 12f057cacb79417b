"""Inputs to try a function with: `test_data` of the admin answers, and the page's *Try*."""

from __future__ import annotations

import json
from typing import Any, Dict, List

from .definitions import Binding
from .manual_triggers import is_batch

_TEXT = "hello"
_DOCUMENT = {"id": "1", "name": "Ada"}
_EVENT = {
    "id": "1",
    "topic": "/subscriptions/0/topics/example",
    "subject": "example",
    "eventType": "Example.Created",
    "eventTime": "2026-01-01T00:00:00Z",
    "data": {"name": "Ada"},
    "dataVersion": "1.0",
}
_CHANGE = {"Operation": 0, "Item": {"Id": 1, "Name": "Ada"}}
# For each type of an argument of an MCP tool. All other types get a text.
_ARGUMENTS: Dict[str, Any] = {"boolean": True, "integer": 1, "number": 1.5, "object": {}}


def sample_input(binding: Binding) -> str:
    """Return an `input` that a trigger accepts."""
    sample = _SAMPLES.get(binding.type, _TEXT)
    if callable(sample):
        return json.dumps(sample(binding.settings))
    return json.dumps([sample, sample]) if is_batch(binding) else sample


def _make_tool_call(settings: Dict[str, Any]) -> Dict[str, Any]:
    arguments = {}
    for one in _read_list(settings.get("toolProperties")):
        value = _ARGUMENTS.get(str(one.get("propertyType")), _TEXT)
        arguments[one.get("propertyName")] = [value] if one.get("isArray") else value
    return {"name": settings.get("toolName"), "arguments": arguments}


def _make_prompt(settings: Dict[str, Any]) -> Dict[str, Any]:
    names = [one.get("name") for one in _read_list(settings.get("promptArguments"))]
    return {"name": settings.get("promptName"), "arguments": dict.fromkeys(names, _TEXT)}


def _make_resource(settings: Dict[str, Any]) -> Dict[str, Any]:
    return {"uri": settings.get("uri")}


def _read_list(text: object) -> List[Dict[str, Any]]:
    """Return the objects of a JSON array. The SDK writes such arrays as text."""
    try:
        items = json.loads(str(text))
    except (ValueError, RecursionError):
        return []
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


# A valid input for each type of trigger, or a function that makes it from the binding's settings.
# Other types accept any text. The fields for MCP are those of `ToolInvocationContext.cs` and its
# neighbours in Azure/azure-functions-mcp-extension.
_SAMPLES: Dict[str, Any] = {
    "cosmosDBTrigger": json.dumps([_DOCUMENT]),
    "eventGridTrigger": json.dumps(_EVENT),
    "mcpPromptTrigger": _make_prompt,
    "mcpResourceTrigger": _make_resource,
    "mcpToolTrigger": _make_tool_call,
    "mysqlTrigger": json.dumps([_CHANGE]),
    "sqlTrigger": json.dumps([_CHANGE]),
    "timerTrigger": "",
    "warmupTrigger": "",
}
