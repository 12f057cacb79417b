"""The page at `/`: what the host serves, for a person with a browser."""

from __future__ import annotations

from html import escape
from typing import List, Mapping, NamedTuple, Optional, Sequence
from urllib.parse import quote

from .functions import Function

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif }
body { margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem }
h1 { font-size: 1.5rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ccc; padding: .4rem .8rem .4rem 0; text-align: left }
td.time { font-variant-numeric: tabular-nums; white-space: nowrap }
.failed { color: #b00020 }
"""


class LastCall(NamedTuple):
    """
    What became of the last invocation of a function.

    `elapsed` is in seconds, by the host's clock, so a little more than what the timer measures.
    """

    status: int
    elapsed: float


def homepage(functions: Sequence[Function], last_calls: Mapping[str, LastCall]) -> str:
    """
    Return a page that proves that the host runs, with a link to each function it can link to.
    """
    title = "Your function app is up and running, on a host that is not Microsoft's."
    rows = "\n".join(_row(function, last_calls.get(function.name)) for function in functions)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<table>
<thead><tr><th>Function</th><th>Call</th><th>Last call</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p>The time of the last call is the host's. What the timer measured is in the log, and in the
response if the app asks for it.</p>
</body>
</html>
"""


def _row(function: Function, last_call: Optional[LastCall]) -> str:
    return (
        f'<tr id="{escape(function.name)}"><td>{escape(function.name)}</td>'
        f'<td>{_call(function)}</td><td class="time">{_took(last_call)}</td></tr>'
    )


def _call(function: Function) -> str:
    if function.route is None:
        return escape(f"POST /admin/functions/{function.name}")
    place = f"/{function.route.template}"
    methods = function.methods
    if "{" not in place and function.takes("GET"):
        return f'<a href="{escape(quote(place))}">{escape(place)}</a>'
    return escape(" ".join([_either(methods), place]).strip())


def _either(methods: Optional[List[str]]) -> str:
    return " or ".join(methods or ())


def _took(last_call: Optional[LastCall]) -> str:
    if last_call is None:
        return "not called yet"
    text = f"{last_call.elapsed * 1000:.1f} ms, status {last_call.status}"
    return f'<span class="failed">{text}</span>' if last_call.status >= 500 else text
