"""The host's own addresses: `/` and those below `/admin` (docs/host-contract.md#41-addresses)."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any, Mapping, Optional, Sequence, Union
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from .bindings import Trigger, manual_trigger
from .definitions import Function
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


def find_function(functions: Sequence[Function], method: str, path: str) -> Optional[Function]:
    """Return the function that a request names to run it, None for any other request."""
    match = _FUNCTION.fullmatch(path)
    if match is None or method != "POST":
        return None
    name = match.group(1).lower()
    return next((function for function in functions if function.name.lower() == name), None)


def read_trigger(function: Function, request: Request) -> Union[Trigger, Response]:
    """Return the event that a body such as `{"input": "text"}` stands for, or an error response."""
    if function.route is not None:
        return Response(f"{function.name} is an HTTP function. Call its URL.\n", status=400)
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("input", ""), str):
        return Response('The body must be JSON such as {"input": "text"}.\n', status=400)
    return manual_trigger(function.trigger.type, body.get("input", ""))


def handle(functions: Sequence[Function], method: str, path: str) -> Response:
    """Return the answer to any other request below `/admin`."""
    path = path.lower().rstrip("/")
    if path == "/admin/host/ping" and method in ("GET", "POST"):
        return Response(status=200)
    if path == "/admin/host/status" and method == "GET":
        return _make_json({"state": "Running"})
    if path == "/admin/functions" and method == "GET":
        return _make_json([_describe(function) for function in functions])
    return Response(status=404)


def _describe(function: Function) -> Mapping[str, Any]:
    return {
        "name": function.name,
        "language": "python",
        "isDisabled": False,
        "config": {"bindings": [binding.settings for binding in function.bindings]},
    }


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
