"""
HTTP requests as functions receive them, and HTTP responses as functions return them.

Follows GrpcMessageConversionExtensions.cs, HttpBinding.cs and RawScriptResult.cs of host 4.1037
(docs/host-contract.md#33-requests, docs/host-contract.md#34-return-values).
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, Mapping
from urllib.parse import parse_qsl

from azure.functions.meta import Datum
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from .asgi import Request, join_values
from .bindings import Trigger
from .cookies import TOKEN, format_cookie

# The type of a datum with the response of an HTTP streaming app.
FORWARDED = "forwarded"


def make_http_trigger(request: Request, route_values: Mapping[str, str], body: bytes) -> Trigger:
    """Return a request as the host sends it to the worker."""
    target = request.split()
    query = f"?{target.query}" if target.query else ""
    url = f"{request.scheme}://{request.host}{target.path}{query}"
    value = {
        "method": Datum(request.method, "string"),
        "url": Datum(url, "string"),
        "headers": _make_strings(request.headers),
        "query": _make_strings(_parse_query(target.query)),
        "params": _make_strings(route_values),
        "body": Datum(body, "bytes"),
    }
    return Trigger(Datum(value, "http"), {})


def make_response(method: str, outputs: Iterable[Datum]) -> Response:
    """
    Return the host's answer to a value of the function's HTTP output, or to no value.

    Raises:
        ValueError: Kestrel, the server of Microsoft's host, refuses the response.
    """
    for output in outputs:
        response = _convert(output)
        if not 200 <= response.status_code <= 999:
            raise ValueError(f"{response.status_code} is not the status of a response")
        for name, value in response.headers:
            _check_header(name, value)
        # The server, not the app, frames the body.
        response.headers.remove("Transfer-Encoding")
        if method != "HEAD" and response.is_sequence and response.status_code not in (204, 304):
            _check_length(response)
        return response
    return Response(status=204)


def _convert(output: Datum) -> Response:
    if output.type == FORWARDED:
        return output.value  # type: ignore[no-any-return]  # a datum may contain anything
    return _from_http(output.value) if output.type == "http" else _from_text(output.value)


def _check_length(response: Response) -> None:
    length, body = response.headers.get("Content-Length"), response.get_data()
    if length is not None and length != str(len(body)):
        raise ValueError(f"Content-Length is {length}, but the body has {len(body)} bytes")


def _check_header(name: str, value: str) -> None:
    if not TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} is not a header name (RFC 9110, section 5.1)")
    if not value.isprintable():
        raise ValueError(f"header {name!r} has a character that cannot be sent: {value!r}")
    if not value.isascii():
        raise ValueError(f"header {name!r} is not ASCII: {value!r}")


def _from_http(value: Dict[str, Any]) -> Response:
    # Names that differ only in case are the same name.
    pairs = {name.lower(): (name, header.value) for name, header in value["headers"].items()}
    headers = Headers(list(pairs.values()))
    for cookies in value.get("cookies") or ():
        for morsel in cookies.values():
            headers.add("Set-Cookie", format_cookie(morsel))
    status = _parse_status(value["status_code"].value)
    length = headers.get("Content-Length")
    response = Response(value["body"].value, status=status, headers=headers)
    # werkzeug has replaced it.
    if length is not None:
        response.headers["Content-Length"] = length
    return response


def _from_text(text: str) -> Response:
    # The host first parses a text as JSON. An object with a `body` becomes a whole response.
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _make_text(text)
    if isinstance(value, dict):
        fields = {name.lower(): field for name, field in value.items()}
        if "body" in fields:
            return _from_fields(fields)
    if isinstance(value, (dict, list)):
        return _make_text(_format_json(value))
    return _make_text("" if value is None else str(value))


def _from_fields(fields: Mapping[str, Any]) -> Response:
    body = fields["body"]
    response = _make_text(body if isinstance(body, str) else _format_json(body))
    response.status_code = _parse_status(fields.get("status", fields.get("statuscode", 200)))
    for name, value in (fields.get("headers") or {}).items():
        response.headers[name] = str(value)
    return response


def _format_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _make_text(text: str) -> Response:
    return Response(text, mimetype="text/plain", content_type="text/plain; charset=utf-8")


def _parse_status(value: Any) -> int:
    try:
        return int(value)
    except (OverflowError, TypeError, ValueError):
        return 200


def _parse_query(query: str) -> Dict[str, str]:
    values = join_values(parse_qsl(query, keep_blank_values=True))
    return {name: value for name, value in values.items() if value}


def _make_strings(values: Mapping[str, str]) -> Dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}
