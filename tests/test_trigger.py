import datetime
from typing import Any, Dict

import azure.functions as func
import pytest
from azure.functions import timer
from python_worker_extension_timer._trigger import trigger_of


class StreamingRequest:
    """Stands in for starlette's request; the real one is in `integration/third_party`."""

    url, method = "http://localhost/api/hello", "GET"


REQUEST = func.HttpRequest("GET", "http://localhost/api/hello", body=b"")
EVENT = func.EventGridEvent(
    id="1",
    data={},
    topic="t",
    subject="s",
    event_type="e",
    event_time=datetime.datetime(2026, 11, 24),
    data_version="1",
)


@pytest.mark.parametrize(
    ("arguments", "trigger"),
    [
        ({"req": REQUEST}, "http"),
        ({"req": StreamingRequest()}, "http"),
        ({"timer": timer.TimerRequest(past_due=False)}, "timer"),
        ({"message": func.QueueMessage(body=b"x")}, "pubsub"),
        ({"event": EVENT}, "pubsub"),
        ({"events": [EVENT, EVENT]}, "pubsub"),
        ({"events": []}, "other"),
        ({"documents": func.DocumentList()}, "datasource"),
        ({"req": REQUEST, "documents": func.DocumentList()}, "http"),
        ({"message": "text"}, "other"),
        ({}, "other"),
    ],
)
def test_trigger_is_told_by_what_the_function_was_given(
    arguments: Dict[str, Any], trigger: str
) -> None:
    assert trigger_of(arguments) == trigger
