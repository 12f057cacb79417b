"""The page of the host, and the last calls as JSON (host/readme.md, "The page")."""

from __future__ import annotations

import json
import shlex
import time
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Dict, List, Optional, Sequence
from urllib.parse import parse_qs, quote

from werkzeug.wrappers import Response

from .admin import make_sample
from .asgi import Request
from .calls import Call, Calls, LogLine
from .definitions import Function
from .output import escape as escape_controls

_HEADERS = {
    "Cache-Control": "no-store",
    # Allow only the script and the style in the two files below, and no frame around the page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FILES = {"/admin/host/page.css": "text/css", "/admin/host/page.js": "text/javascript"}
# Headers that curl or a browser sets itself.
_OF_THE_CLIENT = {
    "accept-encoding", "accept-language", "connection", "content-length", "dnt", "expect", "host",
    "origin", "priority", "referer", "transfer-encoding", "upgrade-insecure-requests",
    "user-agent",
}  # fmt: skip
_FUNCTIONS = """<section id="functions">
<table>
<thead><tr><th>Function</th><th>Trigger</th><th>Call</th><th></th></tr></thead>
<tbody>
{}
</tbody>
</table>
</section>"""
_CALLS = """<section id="calls" data-last="{last}">
<h2>Last calls</h2>
<p class="faint no-script">Reload the page to see newer calls.</p>
<div class="head"><span>Time</span><span>Status</span><span>Method</span><span>Path</span>\
<span>Function</span><span class="number">Host</span><span class="number">Log: elapsed</span></div>
<ol>{items}</ol>
</section>"""


class Page:
    """Answer requests for the page and its parts. All of them are below `/admin/host`."""

    def __init__(self, functions: Sequence[Function], calls: Calls) -> None:
        self._functions, self._calls = functions, calls

    def answer(self, request: Request, path: str) -> Optional[Response]:
        """Return None for any other path."""
        path, after = path.lower().rstrip("/"), _read_after(request)
        if request.method not in ("GET", "HEAD"):
            return None
        if path == "/admin/host/page":
            return self.show(request, after)
        if path == "/admin/host/calls":
            calls = [_to_json(call) for call in self._calls.find_newer(after)]
            return _respond(json.dumps(calls), "application/json")
        if path in _FILES:
            return _respond(_read(path.rpartition("/")[2]), _FILES[path])
        return None

    def show(self, request: Request, after: str = "") -> Response:
        """Return the page, or only the calls after an ID."""
        address = f"{request.scheme}://{request.host}"
        items = "".join(_render_item(call, address) for call in self._calls.find_newer(after))
        calls = _CALLS.format(last=self._calls.last_id, items=items)
        if self._calls.is_of_this_process(after):
            return _respond(calls, "text/html")
        functions = _FUNCTIONS.format("\n".join(map(render_function, self._functions)))
        page = Template(_read("page.html")).substitute(functions=functions, calls=calls)
        return _respond(page, "text/html")


def _read_after(request: Request) -> str:
    return "".join(parse_qs(request.split().query).get("after", [])[:1])


def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _respond(text: str, mimetype: str) -> Response:
    # Half of a surrogate pair has no bytes.
    body = text.encode(errors="backslashreplace")
    return Response(body, headers=_HEADERS, content_type=f"{mimetype}; charset=utf-8")


def render_function(function: Function) -> str:
    """Return the row of a function, with a button that fills in the form."""
    name, kind = escape(function.name), escape(function.trigger.type)
    method, path, headers, body = "POST", f"/admin/functions/{function.name}", "", ""
    if function.route is None:
        headers, body = "Content-Type: application/json", make_sample(function)
        call = f'<span class="faint">POST</span> {escape(path)}'
    else:
        path = f"/{function.route.template}"
        methods = function.methods or ["GET"]
        method = "GET" if function.accepts("GET") else "".join(methods[:1])
        call = _render_call(function, path)
    values = {"method": method, "path": path, "headers": headers, "body": body}
    data = " ".join(f'data-{key}="{escape(value)}"' for key, value in values.items())
    button = f'<button class="script" data-act="fill" {data}>Try</button>'
    cells = "".join(f"<td>{cell}</td>" for cell in (name, kind, call, button))
    return f'<tr id="function-{name}">{cells}</tr>'


def _render_call(function: Function, path: str) -> str:
    methods = "any method" if function.methods is None else ", ".join(function.methods)
    link = escape(path)
    if "{" not in path and function.accepts("GET"):
        link = f'<a href="{escape(quote(path))}">{link}</a>'
    return f'<span class="faint">{escape(methods or "no method")}</span> {link}'


def _render_item(call: Call, address: str) -> str:
    elapsed = "" if call.log.elapsed is None else f"{call.log.elapsed * 1000:.3f} ms"
    status, kind = str(call.status), "good" if call.status < 400 else "other"
    if call.failed or call.status >= 500:
        # A trigger by hand gets 202 even if the function raised.
        status, kind = f"{status} failed" if call.status < 400 else status, "failed"
    cells = [
        ("time", time.strftime("%H:%M:%S", time.localtime(call.time))),
        (f"status {kind}", status),
        ("method", call.method),
        ("path", escape_controls(call.target)),
        ("function", call.function or "none"),
        ("number host", f"{call.elapsed * 1000:.1f} ms"),
        ("number elapsed", elapsed),
    ]
    spans = "".join(f'<span class="{name}">{escape(text)}</span>' for name, text in cells)
    return (
        f'<li data-id="{call.id}"><details><summary>{spans}</summary>'
        f"<div>{_render_details(call, address)}</div></details></li>"
    )


def _render_details(call: Call, address: str) -> str:
    kind = "outcome failed" if call.failed else "outcome"
    log = [_format_line(line) for line in list(call.log.lines)]
    log += [f"({call.log.missing} more lines)"] if call.log.missing else []
    texts = {
        "timing": f"Server-Timing: {call.server_timing}" if call.server_timing else "",
        kind: "\n".join(call.lines),
        "log": "\n".join(log),
        "curl": make_curl(call, address),
    }
    parts = [
        f'<pre class="{name}">{escape(escape_controls(text))}</pre>' for name, text in texts.items()
    ]
    acts = {} if _get_text(call) is None else {"again": "Send again", "copy": "Copy curl"}
    parts += [
        f'<button class="script" data-act="{act}">{label}</button> ' for act, label in acts.items()
    ]
    return "".join(parts)


def _format_line(line: LogLine) -> str:
    texts = {name: f"{v:.6f}" if isinstance(v, float) else v for name, v in line.fields.items()}
    fields = "".join(f" {name}={text}" for name, text in texts.items())
    message = line.message.replace("\n", "\n    ")
    return f"{line.logger}: {line.level}: {message}{fields and f'  [{fields[1:]}]'}"


def make_curl(call: Call, address: str) -> str:
    """Return a command that sends a request again, or why there is no such command."""
    body = _get_text(call)
    if body is None or escape_controls(body) != body.replace("\r\n", "\n"):
        # A pasted control character could end the command and begin another.
        return "no curl: the body is longer than 32 KiB, not text, or was not kept"
    words = ["curl", *{"GET": [], "HEAD": ["--head"]}.get(call.method, ["-X", call.method])]
    words += ["--globoff"] if set("[]{}") & set(call.target) else []
    words.append(f"{address}{call.target}")
    for name, value in call.headers.items():
        is_default = name in _OF_THE_CLIENT or (name, value) == ("accept", "*/*")
        if not is_default and not name.startswith("sec-"):
            words += ["-H", f"{name}: {value}"]
    if body:
        # Without a Content-Type header, curl would add the type of a form.
        words += [] if "content-type" in call.headers else ["-H", "Content-Type:"]
        words += ["--data-raw", body]
    return " ".join(map(shlex.quote, words))


def _get_text(call: Call) -> Optional[str]:
    try:
        return None if call.body is None else call.body.decode()
    except UnicodeDecodeError:
        return None


def _to_json(call: Call) -> Dict[str, Any]:
    log: List[Dict[str, Any]] = [line._asdict() for line in list(call.log.lines)]
    return {
        "id": call.id,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(call.time)),
        "function": call.function,
        "method": call.method,
        "target": call.target,
        "headers": call.headers,
        "body": _get_text(call),
        "status": call.status,
        "failed": call.failed,
        "host_ms": round(call.elapsed * 1000, 3),
        "elapsed": call.log.elapsed,
        "server_timing": call.server_timing or None,
        "lines": call.lines,
        "log": log,
        "log_lines_missing": call.log.missing,
    }
