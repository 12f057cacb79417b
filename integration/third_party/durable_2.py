"""The messages between Microsoft's host and Durable Functions 2.x: protobuf in Base64."""

from __future__ import annotations

import base64
from typing import Any, Dict, Tuple

from durabletask.internal import orchestrator_service_pb2 as protos

# Every app has this orchestrator. It can only run inside another orchestration, so here it must
# fail with this message.
_BUILT_IN = "BuiltIn__HttpPollOrchestrator"


def _orchestrate(function: str) -> str:
    started = protos.ExecutionStartedEvent(
        name=function, orchestrationInstance=protos.OrchestrationInstance(instanceId="1")
    )
    events = [
        protos.HistoryEvent(orchestratorStarted=protos.OrchestratorStartedEvent()),
        protos.HistoryEvent(executionStarted=started),
    ]
    return _encode(protos.OrchestratorRequest(instanceId="1", newEvents=events))


def _operate() -> str:
    operation = protos.OperationRequest(requestId="1", operation="add", input={"value": "2"})
    return _encode(
        protos.EntityBatchRequest(
            instanceId="@counter@1", entityState={"value": "40"}, operations=[operation]
        )
    )


def _encode(message: Any) -> str:
    return base64.b64encode(message.SerializeToString()).decode()


# Function → its input, and a pattern of its output.
CALLS: Dict[str, Tuple[str, str]] = {
    "orchestrate": (_orchestrate("orchestrate"), r'name: "greet"\s+input \{\s+value: "\\"Ada\\""'),
    "greet": ('"Ada"', r"Hello, Ada\."),
    "counter": (_operate(), r'entityState \{\s+value: "42"'),
    _BUILT_IN: (_orchestrate(_BUILT_IN), f"{_BUILT_IN} can only run as a sub-orchestration"),
}


def read_output(function: str, output: str) -> str:
    """Return an output of a function as text."""
    if function == "greet":
        return output
    kind = protos.EntityBatchResult if function == "counter" else protos.OrchestratorResponse
    return str(kind.FromString(base64.b64decode(output)))
