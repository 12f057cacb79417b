"""
Data on its way into a function and out of it, by the SDK's own converters.

The worker uses the converters of `azure.functions` too. This module only builds the messages that
Microsoft's host would send to them.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timezone
from typing import Any, Callable, Dict, NamedTuple

import azure.functions as func
from azure.functions.meta import Datum

from .definitions import Binding


class Trigger(NamedTuple):
    """The event that triggers a function: the value of its trigger binding, and its metadata."""

    value: Datum
    metadata: Dict[str, Datum]


class Out(func.Out[Any]):
    """The value of an output parameter, with the same two methods as the worker's class."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        self._value = val

    def get(self) -> Any:
        return self._value


def manual_trigger(type_: str, text: str) -> Trigger:
    """Return the event for a trigger of this type, from the `input` of an admin request."""
    return _MANUAL_TRIGGERS.get(type_, _make_message)(text)


def _make_message(text: str) -> Trigger:
    metadata = {
        "Id": Datum(str(uuid.uuid4()), "string"),
        "DequeueCount": Datum("1", "json"),
        "InsertionTime": Datum(_now(), "string"),
    }
    return Trigger(Datum(text, "string"), metadata)


def _make_timer(text: str) -> Trigger:
    schedule = {"AdjustForDST": True}
    status = {"Last": _now(), "Next": _now(), "LastUpdated": _now()}
    timer = {"IsPastDue": False, "Schedule": schedule, "ScheduleStatus": status}
    return Trigger(Datum(json.dumps(timer), "json"), {})


def _make_json(text: str) -> Trigger:
    return Trigger(Datum(text, "json"), {})


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# Each trigger type with the function that makes its event from a text; other types get a message.
# To add a type, write the function and its entry here, and a test in host/tests/test_admin.py.
_MANUAL_TRIGGERS: Dict[str, Callable[[str], Trigger]] = {
    "cosmosDBTrigger": _make_json,
    "eventGridTrigger": _make_json,
    "queueTrigger": _make_message,
    "timerTrigger": _make_timer,
}


def find_converter(binding_type: str) -> Any:
    """Return the SDK's converter of a binding type, None if the SDK does not know the type."""
    registry: Any = func.get_binding_registry()  # type: ignore[no-untyped-call]  # untyped SDK
    return registry.get(binding_type)


def decode(binding: Binding, annotation: Any, trigger: Trigger) -> Any:
    """Return the value of the trigger's parameter."""
    converter = find_converter(binding.type)
    if converter is None:
        return trigger.value.value
    if binding.type == "httpTrigger" and annotation in (str, bytes):
        raise ValueError(f"unable to decode an HTTP request into {annotation.__name__}")
    return converter.decode(trigger.value, trigger_metadata=trigger.metadata)


def encode(binding: Binding, value: Any) -> Datum:
    """Return a value as the worker sends it to the host."""
    converter = find_converter(binding.type)
    if converter is None:
        return Datum(value, "bytes" if isinstance(value, bytes) else "string")
    try:
        return converter.encode(value, expected_type=None)  # type: ignore[no-any-return]  # untyped
    # The SDK raises this for a value that a converter does not accept; the worker a TypeError.
    except NotImplementedError:
        raise TypeError(
            f"unable to encode outgoing TypedData: unsupported type {type(value)} "
            f"for Python type of a binding of type {binding.type!r}"
        ) from None
