"""
Triggers by hand: make a function's event from the `input` of an admin request.

An event has the same metadata, with the same types, as from the trigger extensions of Microsoft's
host (docs/host-contract.md#45-triggers-by-hand).
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, Callable, Dict, List

from azure.functions.meta import Datum

from .bindings import Trigger
from .definitions import Binding


def make_trigger(binding: Binding, text: str) -> Trigger:
    """Return the event for a trigger, from the `input` of an admin request."""
    return _TRIGGERS.get(binding.type, _make_other)(binding, text)


def _make_other(binding: Binding, text: str) -> Trigger:
    return Trigger(Datum(text, "string"), {})


def _make_json(binding: Binding, text: str) -> Trigger:
    return Trigger(Datum(text, "json"), {})


def _make_timer(binding: Binding, text: str) -> Trigger:
    schedule = {"AdjustForDST": True}
    status = {"Last": _now(), "Next": _now(), "LastUpdated": _now()}
    timer = {"IsPastDue": False, "Schedule": schedule, "ScheduleStatus": status}
    return Trigger(Datum(json.dumps(timer), "json"), {})


def _make_queue(binding: Binding, text: str) -> Trigger:
    metadata = {
        "QueueTrigger": text,
        "Id": str(uuid.uuid4()),
        "DequeueCount": 1,
        "InsertionTime": _Json(_now()),
        "ExpirationTime": _Json(_now(days=7)),
        "NextVisibleTime": _Json(_now()),
        "PopReceipt": "manual",
    }
    return Trigger(Datum(text, "string"), _to_data(metadata))


def _make_blob(binding: Binding, text: str) -> Trigger:
    # A path such as samples/{name}.txt names the blob samples/name.txt.
    path = re.sub(r"\{(\w+)[^}]*\}", r"\1", str(binding.settings.get("path") or "samples/blob"))
    metadata = {
        "BlobTrigger": path,
        "Uri": f"http://127.0.0.1:10000/devstoreaccount1/{path}",
        "Properties": _Json({"ContentLength": len(text.encode()), "LastModified": _now()}),
        "Metadata": _Json({}),
    }
    return Trigger(Datum(text, "string"), _to_data(metadata))


def _make_service_bus(number: int) -> Dict[str, Any]:
    return {
        "MessageId": uuid.uuid4().hex,
        "LockToken": str(uuid.uuid4()),
        "SequenceNumber": number,
        "DeliveryCount": _Json(1),
        "EnqueuedTime": _Json(_now()),
        "EnqueuedTimeUtc": _Json(_now()),
        "ExpiresAt": _Json(_now(days=14)),
        "ExpiresAtUtc": _Json(_now(days=14)),
        "UserProperties": _Json({}),
        "ApplicationProperties": _Json({}),
    }


def _make_event_hub(number: int) -> Dict[str, Any]:
    event = {"SequenceNumber": number, "PartitionKey": "manual"}
    return {
        **event,
        "Offset": str(number),
        "EnqueuedTimeUtc": _Json(_now()),
        "Properties": _Json({}),
        "SystemProperties": _Json({**event, "Offset": number, "EnqueuedTimeUtc": _now()}),
    }


def _make_kafka(number: int) -> Dict[str, Any]:
    return {
        "Topic": "manual",
        "Partition": _Json(0),
        "Offset": number,
        "Timestamp": _Json(_now()),
        "Key": _Json("manual"),
        "Headers": _Json([]),
    }


def _make_messages(make_metadata: Callable[[int], Dict[str, Any]]) -> Callable[..., Trigger]:
    def make(binding: Binding, text: str) -> Trigger:
        if not is_batch(binding):
            return Trigger(Datum(text, "string"), _to_data(make_metadata(0)))
        messages = _split(text)
        each = [make_metadata(number) for number in range(len(messages))]
        arrays = {f"{name}Array": [one[name] for one in each] for name in make_metadata(0)}
        return Trigger(_to_datum(messages), _to_data(arrays))

    return make


def is_batch(binding: Binding) -> bool:
    """Return whether a trigger gets many messages at once."""
    is_many = str(binding.settings.get("cardinality")).lower() == "many"
    return is_many and binding.type in _BATCHES


def _split(text: str) -> List[str]:
    """Return the messages of a batch: the items of a JSON array, or one message for other input."""
    try:
        items = json.loads(text)
        if isinstance(items, list) and items:
            return [item if isinstance(item, str) else json.dumps(item) for item in items]
    except (ValueError, RecursionError):
        pass
    return [text]


class _Json:
    """A value that the host sends as JSON, also inside an array."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _to_data(values: Dict[str, Any]) -> Dict[str, Datum]:
    return {name: _to_datum(value) for name, value in values.items()}


def _to_datum(value: Any) -> Datum:
    # As in GrpcMessageConversionExtensions.cs (host 4.1037): it has arrays of int64, but no int.
    if isinstance(value, str):
        return Datum(value, "string")
    if isinstance(value, (int, _Json)):
        return Datum(json.dumps(getattr(value, "value", value)), "json")
    if isinstance(value[0], str):
        return Datum(SimpleNamespace(string=value), "collection_string")
    if isinstance(value[0], int):
        return Datum(SimpleNamespace(sint64=value), "collection_sint64")
    return Datum(json.dumps([item.value for item in value]), "json")


def _now(days: int = 0) -> str:
    time = datetime.now(timezone.utc) + timedelta(days=days)
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_BATCHES: Dict[str, Callable[[int], Dict[str, Any]]] = {
    "eventHubTrigger": _make_event_hub,
    "kafkaTrigger": _make_kafka,
    "serviceBusTrigger": _make_service_bus,
}
# A function of another type gets the text as it is. CONTRIBUTING.md lists the steps to add a type.
_TRIGGERS: Dict[str, Callable[[Binding, str], Trigger]] = {
    "blobTrigger": _make_blob,
    "cosmosDBTrigger": _make_json,
    "eventGridTrigger": _make_json,
    "queueTrigger": _make_queue,
    "timerTrigger": _make_timer,
    **{type_: _make_messages(make) for type_, make in _BATCHES.items()},
}
