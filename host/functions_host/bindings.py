"""
Data on its way into a function and out of it, by the SDK's own converters.

The converters of `azure.functions` are what the worker uses too; this module only builds what the
host would have sent, and keeps what it would have been sent.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timezone
from typing import Any, Dict, NamedTuple

import azure.functions as func
from azure.functions.meta import Datum

from .converters import converter_of
from .definitions import Binding
from .functions import Function
from .signature import Signature

_JSON_TRIGGERS = ("cosmosDBTrigger", "eventGridTrigger")


class Trigger(NamedTuple):
    """What set a function off: the value of its trigger binding, and data about it."""

    value: Datum
    metadata: Dict[str, Datum]


class Out(func.Out[Any]):
    """An output parameter; what the worker hands to functions has the same two methods."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        self._value = val

    def get(self) -> Any:
        return self._value


def by_hand(function: Function, text: str) -> Trigger:
    """
    Return what sets off a function that is no HTTP function, from an operator's input.

    Args:
        text: The message for a queue, JSON for a Cosmos DB or Event Grid trigger; timers take any.
    """
    kind = function.definition.trigger.type
    if kind == "timerTrigger":
        schedule = {"AdjustForDST": True}
        status = {"Last": _now(), "Next": _now(), "LastUpdated": _now()}
        timer = {"IsPastDue": False, "Schedule": schedule, "ScheduleStatus": status}
        return Trigger(Datum(json.dumps(timer), "json"), {})
    if kind in _JSON_TRIGGERS:
        return Trigger(Datum(text, "json"), {})
    metadata = {
        "Id": Datum(str(uuid.uuid4()), "string"),
        "DequeueCount": Datum("1", "json"),
        "InsertionTime": Datum(_now(), "string"),
    }
    return Trigger(Datum(text, "string"), metadata)


def decode(binding: Binding, signature: Signature, trigger: Trigger) -> Any:
    """
    Return the value of the trigger's parameter.

    Raises:
        ValueError: The data are none of the annotated type's.
    """
    converter = converter_of(binding.type)
    if converter is None:
        return trigger.value.value
    annotation = signature.annotations.get(binding.name)
    if binding.type == "httpTrigger" and annotation in (str, bytes):
        raise ValueError(f"unable to decode an HTTP request into {annotation.__name__}")
    return converter.decode(trigger.value, trigger_metadata=trigger.metadata)


def encode(kind: str, value: Any) -> Datum:
    """
    Return a value as it is sent to the host, by the converter of its binding's type.

    Raises:
        TypeError: The binding takes no such value.
    """
    converter = converter_of(kind)
    if converter is None:
        return Datum(value, "bytes" if isinstance(value, bytes) else "string")
    try:
        return converter.encode(value, expected_type=None)  # type: ignore[no-any-return]  # untyped SDK
    # The SDK's word for a value that a converter does not take; the worker's is a TypeError.
    except NotImplementedError:
        raise TypeError(
            f"unable to encode outgoing TypedData: unsupported type {type(value)} "
            f"for Python type of a binding of type {kind!r}"
        ) from None


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
