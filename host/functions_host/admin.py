"""The host's own addresses: `/`, and those below `/admin` that tests use (host-contract 4.1)."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from werkzeug.wrappers import Request, Response

from .bindings import Trigger, by_hand
from .functions import Function
from .homepage import LastCall, homepage
from .settings import is_true

_FUNCTION = re.compile(r"/admin/functions/([^/]+)/?", re.IGNORECASE)


def front(functions: Sequence[Function], last_calls: Mapping[str, LastCall]) -> Response:
    """
    Return the answer to `/`.
    """
    if is_true("AzureWebJobsDisableHomepage"):
        return Response(status=204)
    page = homepage(functions, last_calls)
    headers = {"Cache-Control": "no-store"}
    return Response(page, content_type="text/html; charset=utf-8", headers=headers)


def named(functions: Sequence[Function], method: str, path: str) -> Optional[Function]:
    """
    Return the function that a request asks to run by its name, if it does.
    """
    match = _FUNCTION.fullmatch(path)
    if match is None or method != "POST":
        return None
    name = match.group(1).lower()
    return next((function for function in functions if function.name.lower() == name), None)


def trigger_of(function: Function, request: Request) -> Union[Trigger, Response]:
    """
    Return what a body such as `{"input": "text"}` sets off, or the answer to one that is not.
    """
    if function.route is not None:
        return Response(f"{function.name} is an HTTP function. Call its URL.\n", status=400)
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("input", ""), str):
        return Response('The body must be JSON such as {"input": "text"}.\n', status=400)
    return by_hand(function, body.get("input", ""))


def answer(functions: Sequence[Function], method: str, path: str) -> Response:
    """
    Return the answer to any other request below `/admin`.
    """
    path = path.lower().rstrip("/")
    if path == "/admin/host/ping" and method in ("GET", "POST"):
        return Response(status=200)
    if path == "/admin/host/status" and method == "GET":
        return _json({"state": "Running"})
    if path == "/admin/functions" and method == "GET":
        return _json([_described(function) for function in functions])
    return Response(status=404)


def _described(function: Function) -> Dict[str, Any]:
    return {
        "name": function.name,
        "language": "python",
        "isDisabled": False,
        "config": {
            "bindings": [binding.settings for binding in function.definition.bindings],
        },
    }


def _json(value: Any) -> Response:
    return Response(json.dumps(value), content_type="application/json; charset=utf-8")
