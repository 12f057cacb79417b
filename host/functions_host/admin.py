"""The addresses of Microsoft's host below `/admin` (docs/host-contract.md#41-addresses)."""

from __future__ import annotations

import json
import re
from typing import Any, Mapping, Optional, Sequence, Union

from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from .asgi import Request
from .bindings import Trigger
from .definitions import Function
from .manual_triggers import make_trigger
from .sample_inputs import sample_input

_FUNCTION = re.compile(r"/admin/functions/([^/]+)/?", re.IGNORECASE)


def find_function(functions: Sequence[Function], path: str) -> Optional[Function]:
    """Return the function in an admin path, None for any other path."""
    match = _FUNCTION.fullmatch(path)
    name = match.group(1).lower() if match else None
    return next((function for function in functions if function.name.lower() == name), None)


async def read_trigger(function: Function, request: Request) -> Union[Trigger, Response]:
    """Return the event for a body such as `{"input": "text"}`, or an error response."""
    try:
        if function.route is not None:
            raise BadRequest(f"{function.name} is an HTTP function. Call its URL.")
        return make_trigger(function.trigger, await _read_input(function, request))
    except HTTPException as error:
        return Response(f"{error.description}\n", status=error.code)


async def _read_input(function: Function, request: Request) -> str:
    body = await request.read()
    content_type, _ = parse_options_header(request.headers.get("content-type"))
    # Refuse other types: a page of another origin can send them without asking this host.
    if body and content_type.lower() != "application/json":
        raise UnsupportedMediaType("Send the body with Content-Type: application/json.")
    advice = f"The body must be JSON such as {make_sample(function)}."
    try:
        fields = json.loads(body)
        text = {name.lower(): value for name, value in fields.items()}.get("input", "")
        # Half of a surrogate pair cannot be sent to a worker.
        str(text).encode()
    except (AttributeError, ValueError, RecursionError):
        raise BadRequest(advice) from None
    if not isinstance(text, str):
        raise BadRequest(f"The input must be a string. {advice}")
    return text


def handle(functions: Sequence[Function], method: str, path: str) -> Response:
    """Return the answer to any other request below `/admin`."""
    path = path.lower().rstrip("/")
    if path == "/admin/host/ping" and method in ("GET", "POST"):
        return Response(status=200)
    if path == "/admin/host/status" and method == "GET":
        return _make_json({"state": "Running"})
    if path == "/admin/functions" and method == "GET":
        return _make_json([_describe(function) for function in functions])
    function = find_function(functions, path)
    if function is not None and method == "GET":
        return _make_json(_describe(function))
    return Response(status=404)


def _describe(function: Function) -> Mapping[str, Any]:
    return {
        "name": function.name,
        "language": "python",
        "isDisabled": False,
        "config": {"bindings": [binding.settings for binding in function.bindings]},
        "test_data": make_sample(function) if function.route is None else "",
    }


def make_sample(function: Function) -> str:
    """Return a request body that runs a function without an HTTP trigger."""
    return json.dumps({"input": sample_input(function.trigger)})


def _make_json(value: Any) -> Response:
    return Response(json.dumps(value), content_type="application/json; charset=utf-8")
