"""What kind of trigger set off an invocation, as the FaaS semantic conventions name it."""

from __future__ import annotations

from typing import List, Mapping, Tuple

import azure.functions as func

# Classes that came with a later azure-functions than 1.7 are left out where they are not.
_CLASSES = {
    "http": ("HttpRequest",),
    "timer": ("TimerRequest",),
    "pubsub": (
        "QueueMessage",
        "ServiceBusMessage",
        "EventHubEvent",
        "EventGridEvent",
        "CloudEvent",
        "KafkaEvent",
    ),
    "datasource": ("InputStream", "DocumentList", "SqlRowList", "MySqlRowList"),
}


def _kinds() -> List[Tuple[str, Tuple[type, ...]]]:
    return [
        (kind, tuple(getattr(func, name) for name in names if hasattr(func, name)))
        for kind, names in _CLASSES.items()
    ]


# In this order: an HTTP function may have an input binding, and that is never a request.
_KINDS = _kinds()


def trigger_of(arguments: Mapping[str, object]) -> str:
    """
    Return the `faas.trigger` of what a function was called with; `other` if it doesn't tell.
    """
    values = [_one(value) for value in arguments.values()]
    for kind, classes in _KINDS:
        if any(isinstance(value, classes) for value in values):
            return kind
    # A request of an HTTP streaming app.
    is_request = any(hasattr(value, "url") and hasattr(value, "method") for value in values)
    return "http" if is_request else "other"


def _one(value: object) -> object:
    # Of a trigger with `cardinality` many; a list of documents is a class of its own.
    return value[0] if type(value) is list and value else value
