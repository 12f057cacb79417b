"""The result of an invocation as text for people."""

from __future__ import annotations

from pathlib import Path
from typing import List

from .definitions import Function
from .errors import HostError, find_frames, user_frames
from .worker import Outcome

_DURABLE_ADVICE = (
    "The input of this trigger comes from the Durable Functions extension of Microsoft's host. "
    "Run the app with func start or in the container."
)


def describe_outcome(root: Path, function: Function, outcome: Outcome) -> List[str]:
    """Return lines about a function's exception, and about its outputs."""
    types = {binding.name: binding.type for binding in function.bindings}
    lines = [] if outcome.error is None else _describe_error(root, function, outcome.error)
    lines += [
        f"output {name} ({types[name]}), not sent: {output.value}"
        for name, output in outcome.outputs.items()
        if types.get(name, "http") != "http"
    ]
    if "$return" in outcome.outputs and "$return" not in types:
        lines.append(f"returned to its trigger: {outcome.outputs['$return'].value}")
    return lines


def _describe_error(root: Path, function: Function, error: BaseException) -> List[str]:
    lines = user_frames(error, root)
    # The host's own errors already name the function.
    if find_frames(error, root) or isinstance(error, (HostError, TimeoutError)):
        return lines
    bindings = ", ".join(f"{binding.name} ({binding.type})" for binding in function.bindings)
    where = f"outside of the code of function {function.name}, with bindings {bindings}:"
    return [where, *lines, *_advise(function, error)]


def _advise(function: Function, error: BaseException) -> List[str]:
    if function.trigger.type in ("orchestrationTrigger", "entityTrigger"):
        return [_DURABLE_ADVICE]
    if "http" in [binding.type for binding in function.bindings] and isinstance(error, TypeError):
        return ["An HTTP response is a func.HttpResponse or a str."]
    return []
