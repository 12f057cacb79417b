"""Triggers by hand: each event has everything that the SDK's class for its type reads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict

import azure.functions as func
import pytest
from functions_host.client import LoadedApp
from functions_host.definitions import Binding
from functions_host.manual_triggers import make_trigger
from host_apps import v1
from host_fixtures import LoadFiles

needs_fields = pytest.mark.skipif(
    func.__version__ == "1.7.0",
    reason="azure-functions 1.7.0 has no blob length, timer schedule or batch of Kafka events",
)
OUT = {"type": "queue", "direction": "out", "name": "$return", "queueName": "r"}
EVENT = {"id": "1", "topic": "t", "subject": "s", "eventType": "e", "dataVersion": "1", "data": 5}
SYSTEM_PROPERTIES = ["EnqueuedTimeUtc", "Offset", "PartitionKey", "SequenceNumber"]
MESSAGES = ("serviceBusTrigger", "eventHubTrigger", "kafkaTrigger")
TYPES = [
    "activityTrigger",
    "blobTrigger",
    "cosmosDBTrigger",
    "eventGridTrigger",
    "eventHubTrigger",
    "kafkaTrigger",
    "queueTrigger",
    "serviceBusTrigger",
    "someNewTrigger",
    "timerTrigger",
    "warmupTrigger",
]
# The SDK warns about the input of an activity.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:azure")


def trigger(type_: str, **settings: Any) -> Dict[str, Any]:
    return {"type": type_, "direction": "in", "name": "event", **settings}


README = Path(__file__).parents[1] / "readme.md"
ROW = re.compile(r"^\| (.+) \| .+ \| `(\{.+\})` \|$", re.MULTILINE)
NAMED = {
    "Timer, warm-up": [trigger("timerTrigger"), trigger("warmupTrigger")],
    "Queue": [trigger("queueTrigger")],
    "Blob": [trigger("blobTrigger")],
    "Service Bus, Event Hubs, Kafka": [trigger(type_) for type_ in MESSAGES],
    "the same with cardinality many": [trigger(type_, cardinality="many") for type_ in MESSAGES],
    "Event Grid": [trigger("eventGridTrigger")],
    "Cosmos DB": [trigger("cosmosDBTrigger")],
    "SQL, MySQL": [trigger("sqlTrigger"), trigger("mysqlTrigger")],
    "MCP tool": [trigger("mcpToolTrigger")],
    "Durable activity": [trigger("activityTrigger")],
    "generic, and any other": [trigger("someNewTrigger")],
}


def run(load_files: LoadFiles, binding: Dict[str, Any], shown: str, text: str) -> Any:
    """Return the JSON value of an expression in a function that is triggered by hand."""
    code = f"import json\ndef main(event) -> str:\n    return json.dumps({shown}, default=str)\n"
    app = load_files(v1("Runs", code, binding, OUT))
    assert app.problems == []
    return json.loads(post(app, text)["$return"])


def post(app: LoadedApp, text: str) -> Dict[str, Any]:
    response = app.client.post("/admin/functions/Runs", json={"input": text})
    outcome = app.requests[-1].outcome
    assert response.status_code == 202
    assert outcome is not None
    assert outcome.error is None, repr(outcome.error)
    return {name: output.value for name, output in outcome.outputs.items()}


@pytest.mark.parametrize(
    ("binding", "shown", "text", "expected"),
    [
        (
            trigger("queueTrigger"),
            "[event.get_body().decode(), event.dequeue_count, len(event.id)]",
            "hé",
            ["hé", 1, 36],
        ),
        pytest.param(
            trigger("blobTrigger", path="samples/{name}.txt"),
            "[event.read().decode(), event.name, event.length]",
            "hé",
            ["hé", "samples/name.txt", 3],
            marks=needs_fields,
        ),
        pytest.param(
            trigger("timerTrigger"),
            "[event.past_due, event.schedule]",
            "",
            [False, {"AdjustForDST": True}],
            marks=needs_fields,
        ),
        (
            trigger("eventGridTrigger"),
            "[event.id, event.topic, event.subject, event.event_type, event.get_json()]",
            json.dumps(EVENT),
            ["1", "t", "s", "e", 5],
        ),
        (
            trigger("cosmosDBTrigger"),
            "[one['id'] for one in event]",
            '[{"id": "1"}, {"id": "2"}]',
            ["1", "2"],
        ),
        (trigger("cosmosDBTrigger"), "[one['id'] for one in event]", '{"id": "1"}', ["1"]),
        (trigger("warmupTrigger"), "event is not None", "", True),
        (trigger("someNewTrigger"), "event", "text", "text"),
        (
            trigger("eventHubTrigger"),
            "[event.get_body().decode(), event.sequence_number, event.offset, event.partition_key, "
            "event.enqueued_time.year > 2000, sorted(event.metadata['SystemProperties'])]",
            "hello",
            ["hello", 0, "0", "manual", True, SYSTEM_PROPERTIES],
        ),
        (
            trigger("kafkaTrigger"),
            "[event.get_body().decode(), event.topic, event.partition, event.offset, event.key]",
            "hello",
            ["hello", "manual", 0, 0, "manual"],
        ),
        (trigger("activityTrigger"), "event", '{"a": [1]}', {"a": [1]}),
        (trigger("activityTrigger"), "event", '"Tokyo"', "Tokyo"),
    ],
    ids=[
        "queue",
        "blob",
        "timer",
        "event grid",
        "documents",
        "document",
        "warm-up",
        "new",
        "event hub",
        "kafka",
        "activity",
        "activity text",
    ],
)
def test_single_event_is_complete(
    load_files: LoadFiles, binding: Dict[str, Any], shown: str, text: str, expected: Any
) -> None:
    assert run(load_files, binding, shown, text) == expected


@pytest.mark.parametrize("cardinality", [{}, {"cardinality": "one"}, {"cardinality": "ONE"}])
@pytest.mark.parametrize("text", ["hello", '["a", "b"]'])
def test_one_message_has_metadata(
    load_files: LoadFiles, cardinality: Dict[str, str], text: str
) -> None:
    shown = (
        "[event.get_body().decode(), event.user_properties, event.delivery_count, "
        "event.enqueued_time_utc.year > 2000, len(event.message_id), "
        "len(event.metadata['LockToken'])]"
    )

    values = run(load_files, trigger("serviceBusTrigger", **cardinality), shown, text)

    assert values == [text, {}, 1, True, 32, 36]


@pytest.mark.parametrize(
    ("type_", "shown", "expected"),
    [
        (
            "serviceBusTrigger",
            "one.get_body().decode(), one.user_properties, one.delivery_count, "
            "len(one.message_id), one.sequence_number, one.enqueued_time_utc.year > 2000",
            [["a", {}, 1, 32, 0, True], ['{"b": 1}', {}, 1, 32, 1, True]],
        ),
        (
            "eventHubTrigger",
            "one.get_body().decode(), one.sequence_number, one.partition_key, "
            "one.enqueued_time.year > 2000",
            [["a", 0, "manual", True], ['{"b": 1}', 1, "manual", True]],
        ),
        pytest.param(
            "kafkaTrigger",
            "one.get_body().decode(), one.topic, one.partition, one.offset, one.key",
            [["a", "manual", 0, 0, "manual"], ['{"b": 1}', "manual", 0, 1, "manual"]],
            marks=needs_fields,
        ),
    ],
)
def test_batch_has_arrays(load_files: LoadFiles, type_: str, shown: str, expected: Any) -> None:
    binding = trigger(type_, cardinality="Many")

    values = run(load_files, binding, f"[[{shown}] for one in event]", '["a", {"b": 1}]')

    assert values == expected


@pytest.mark.parametrize("text", ["hello", "", "[", "[]", '{"a": 1}', "[" * 100_000])
def test_other_text_is_a_batch_of_one(load_files: LoadFiles, text: str) -> None:
    binding = trigger("serviceBusTrigger", cardinality="many")

    assert run(load_files, binding, "[one.get_body().decode() for one in event]", text) == [text]


@needs_fields
@pytest.mark.parametrize("cardinality", ["one", "many"])
@pytest.mark.parametrize("type_", TYPES)
def test_sample_runs_the_function(load_files: LoadFiles, type_: str, cardinality: str) -> None:
    binding = trigger(type_, cardinality=cardinality)
    app = load_files(v1("Runs", "def main(event):\n    assert event is not None\n", binding))

    described = app.client.get("/admin/functions/Runs").json

    assert described is not None
    sample = json.loads(described["test_data"])
    assert list(sample) == ["input"]
    # An activity returns a value to its orchestrator, even None.
    assert post(app, sample["input"]) in ({}, {"$return": "null"})


@needs_fields
def test_bodies_of_the_readme_run(load_files: LoadFiles) -> None:
    bodies = dict(ROW.findall(README.read_text(encoding="utf-8")))
    assert list(bodies) == list(NAMED)
    bindings = [(body, binding) for name, body in bodies.items() for binding in NAMED[name]]
    code = "def main(event):\n    assert event is not None\n"
    files: Dict[str, str] = {}
    for number, (_, binding) in enumerate(bindings):
        files.update(v1(f"Runs{number}", code, binding))
    app = load_files(files)

    for number, (body, _) in enumerate(bindings):
        path, type_ = f"/admin/functions/Runs{number}", "application/json"
        assert app.client.post(path, data=body, content_type=type_).status_code == 202

    outcomes = [record.outcome for record in app.requests if record.outcome is not None]
    assert [outcome.error for outcome in outcomes] == [None] * len(bindings)


METADATA = {
    "blobTrigger": "BlobTrigger Metadata: Properties: Uri",
    "eventHubTrigger": (
        "EnqueuedTimeUtc: Offset PartitionKey Properties: SequenceNumber: SystemProperties:"
    ),
    "kafkaTrigger": "Headers: Key: Offset: Partition: Timestamp: Topic",
    "queueTrigger": (
        "DequeueCount: ExpirationTime: Id InsertionTime: NextVisibleTime: PopReceipt QueueTrigger"
    ),
    "serviceBusTrigger": (
        "ApplicationProperties: DeliveryCount: EnqueuedTime: EnqueuedTimeUtc: ExpiresAt: "
        "ExpiresAtUtc: LockToken MessageId SequenceNumber: UserProperties:"
    ),
    "timerTrigger": "",
    "unknownTrigger": "",
}


@pytest.mark.parametrize("kind", list(METADATA))
def test_metadata_has_names_and_types(kind: str) -> None:
    """A colon after the name marks JSON. Other values are text."""
    trigger = make_trigger(Binding("x", kind, "in", {}), "grüß")

    names = (f"{name}{':' * (one.type == 'json')}" for name, one in trigger.metadata.items())
    assert " ".join(sorted(names)) == METADATA[kind]
    assert all(one.value for one in trigger.metadata.values())
    assert trigger.value.type == ("json" if kind == "timerTrigger" else "string")


def test_blob_has_its_place_and_size() -> None:
    metadata = make_trigger(Binding("x", "blobTrigger", "in", {}), "grüß").metadata

    assert metadata["BlobTrigger"].value == "samples/blob"
    assert metadata["Uri"].value.endswith("/devstoreaccount1/samples/blob")
    properties = json.loads(metadata["Properties"].value)
    assert (properties["ContentLength"], properties["LastModified"][-1]) == (6, "Z")


def test_events_have_times() -> None:
    timer = json.loads(make_trigger(Binding("x", "timerTrigger", "in", {}), "").value.value)
    queue = make_trigger(Binding("x", "queueTrigger", "in", {}), "").metadata

    assert sorted(timer["ScheduleStatus"]) == ["Last", "LastUpdated", "Next"]
    assert queue["ExpirationTime"].value[:11] > queue["InsertionTime"].value[:11]
