from __future__ import annotations

from typing import Any, Dict, Optional

import pytest
from functions_host.definitions import parse_definition
from functions_host.functions import Function
from functions_host.homepage import LastCall, homepage
from functions_host.routes import Route


def function(name: str, route: Optional[str], **settings: Any) -> Function:
    kind = "timerTrigger" if route is None else "httpTrigger"
    trigger: Dict[str, Any] = {"type": kind, "direction": "in", "name": "req", **settings}
    definition = parse_definition(name, {"bindings": [trigger]})
    return Function(definition, None if route is None else Route(route), None)


@pytest.mark.parametrize(
    ("shown", "listed"),
    [
        (function("A", "api/A"), '<a href="/api/A">/api/A</a>'),
        (function("A", "api/a b&c"), '<a href="/api/a%20b%26c">/api/a b&amp;c</a>'),
        (function("A", "api/A", methods=["get", "post"]), '<a href="/api/A">/api/A</a>'),
        (function("A", "api/A", methods=["post", "put"]), "<td>POST or PUT /api/A</td>"),
        (function("A", "api/{id}"), "<td>/api/{id}</td>"),
        (function("A", None), "<td>POST /admin/functions/A</td>"),
    ],
)
def test_function_is_linked_to_if_a_browser_can_call_it(shown: Function, listed: str) -> None:
    assert listed in homepage([shown], {})


@pytest.mark.parametrize(
    ("last_call", "shown"),
    [
        (None, ">not called yet<"),
        (LastCall(200, 0.0123456), ">12.3 ms, status 200<"),
        (LastCall(500, 0.001), '<span class="failed">1.0 ms, status 500</span>'),
    ],
)
def test_last_call_is_shown(last_call: Optional[LastCall], shown: str) -> None:
    assert shown in homepage([function("A", "api/A")], {"A": last_call} if last_call else {})
