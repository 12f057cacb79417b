"""The host's own addresses: `/` and those below `/admin` (docs/host-contract.md#41-addresses)."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any, Mapping, Optional, Sequence, Union
from urllib.parse import quote

from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from .asgi import Request
from .bindings import Trigger
from .definitions import Function
from .manual_triggers import make_trigger, sample_input
from .settings import read_switch
from .worker import RequestRecord

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>Your function app is up and running, on a host that is not Microsoft's.</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif }}
body {{ margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem }}
h1 {{ font-size: 1.5rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #ccc; padding: .4rem .8rem .4rem 0; text-align: left }}
td.time {{ font-variant-numeric: tabular-nums; white-space: nowrap }}
.failed {{ color: #b00020 }}
</style>
</head>
<body>
<h1>Your function app is up and running, on a host that is not Microsoft's.</h1>
<table>
<thead><tr><th>Function</th><th>Call</th><th>Last call</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p>The time of the last call is the host's: from the request to the response.</p>
</body>
</html>
"""

_FUNCTION = re.compile(r"/admin/functions/([^/]+)/?", re.IGNORECASE)


def home(functions: Sequence[Function], last_calls: Mapping[str, RequestRecord]) -> Response:
    """Return the answer to `/`."""
    if read_switch("AzureWebJobsDisableHomepage"):
        return Response(status=204)
    page = render_homepage(functions, last_calls)
    headers = {"Cache-Control": "no-store"}
    return Response(page, content_type="text/html; charset=utf-8", headers=headers)


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
    advice = f"The body must be JSON such as {_make_sample(function)}."
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
        "test_data": _make_sample(function) if function.route is None else "",
    }


def _make_sample(function: Function) -> str:
    return json.dumps({"input": sample_input(function.trigger)})


def _make_json(value: Any) -> Response:
    return Response(json.dumps(value), content_type="application/json; charset=utf-8")


def render_homepage(functions: Sequence[Function], last_calls: Mapping[str, RequestRecord]) -> str:
    """Return a page with a row for each function, with a link if a browser can call it."""
    rows = (_render_row(function, last_calls.get(function.name)) for function in functions)
    return _PAGE.format(rows="\n".join(rows))


def _render_row(function: Function, last_call: Optional[RequestRecord]) -> str:
    return (
        f'<tr id="{escape(function.name)}"><td>{escape(function.name)}</td>'
        f'<td>{_render_call(function)}</td><td class="time">{_render_time(last_call)}</td></tr>'
    )


def _render_call(function: Function) -> str:
    if function.route is None:
        return escape(f"POST /admin/functions/{function.name}")
    path = f"/{function.route.template}"
    if "{" not in path and function.accepts("GET"):
        return f'<a href="{escape(quote(path))}">{escape(path)}</a>'
    return escape(f"{' or '.join(function.methods or ())} {path}".strip())


def _render_time(last_call: Optional[RequestRecord]) -> str:
    if last_call is None:
        return "not called yet"
    text = f"{last_call.elapsed * 1000:.1f} ms, status {last_call.status}"
    return f'<span class="failed">{text}</span>' if last_call.status >= 500 else text
