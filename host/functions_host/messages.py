"""
HTTP as functions see it: requests on their way in, responses on their way out.

Follows host-contract sections 3.3 to 3.6 (GrpcMessageConversionExtensions.cs, HttpBinding.cs,
RawScriptResult.cs of host 4.1037).
"""

from __future__ import annotations

import json
import re
from http.cookies import Morsel, SimpleCookie
from typing import Any, Dict, Iterable, List, Mapping
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from azure.functions.meta import Datum
from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Request, Response

from .bindings import Trigger

_MAX_BODY = 104_857_600
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_COOKIE_ATTRIBUTES = ("expires", "max-age", "domain", "path", "secure", "samesite", "httponly")


def path_of(request: Request) -> str:
    """
    Return the path that routes are matched with: decoded, but for an encoded slash.
    """
    raw = _target(request).path
    return unquote(raw.replace("%2F", "%252F").replace("%2f", "%252f")) or "/"


def http_trigger(request: Request, route_values: Mapping[str, str]) -> Trigger:
    """
    Return a request as the host sends it to the worker.
    """
    value = {
        "method": _text(request.method),
        "url": _text(_url(request)),
        "headers": {name.lower(): _text(value) for name, value in request.headers.items()},
        "query": {name: _text(value) for name, value in _query(request).items()},
        "params": {name: _text(value) for name, value in route_values.items()},
        "body": Datum(_body(request), "bytes"),
    }
    return Trigger(Datum(value, "http"), {})


def http_response(outputs: Iterable[Datum]) -> Response:
    """
    Return what the host answers, from what the function sent to its HTTP output.

    Args:
        outputs: None if the function has no HTTP output, or set none.

    Raises:
        ValueError: It is nothing that could be sent.
    """
    for output in outputs:
        is_http = output.type == "http"
        return _checked(_from_http(output.value) if is_http else _from_text(output.value))
    return Response(status=204)


def _checked(response: Response) -> Response:
    if not 200 <= response.status_code <= 999:
        raise ValueError(f"{response.status_code} is no status of a response")
    for name, value in response.headers.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header (RFC 9110, section 5.1)")
        if not value.isprintable():
            raise ValueError(f"header {name!r} has a character that cannot be sent: {value!r}")
        try:
            f"{name}{value}".encode("latin-1")
        except UnicodeError:
            raise ValueError(f"header {name!r} is no latin-1: {value!r}") from None
    # Raises what `response()` would, once it was reported as sent.
    iri_to_uri(response.headers.get("Location", ""))
    # How the body is framed is for the server to say.
    response.headers.remove("Transfer-Encoding")
    return response


def _from_http(value: Dict[str, Any]) -> Response:
    headers = Headers()
    for name, header in value["headers"].items():
        headers.set(name, header.value)
    for cookies in value.get("cookies") or ():
        for header in _set_cookies(cookies):
            headers.add("Set-Cookie", header)
    return Response(
        value["body"].value, status=_status(value["status_code"].value), headers=headers
    )


def _from_text(text: str) -> Response:
    """A text is taken for JSON first, and then for a whole response if it looks like one."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _plain(text)
    if isinstance(value, dict):
        fields = {name.lower(): field for name, field in value.items()}
        if "body" in fields:
            return _from_fields(fields)
    if isinstance(value, (dict, list)):
        return _plain(json.dumps(value, indent=2, ensure_ascii=False))
    return _plain("" if value is None else str(value))


def _from_fields(fields: Mapping[str, Any]) -> Response:
    body = fields["body"]
    response = _plain(body if isinstance(body, str) else json.dumps(body, indent=2))
    response.status_code = _status(fields.get("status", fields.get("statuscode", 200)))
    for name, value in (fields.get("headers") or {}).items():
        response.headers[name] = str(value)
    return response


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain", content_type="text/plain; charset=utf-8")


def _status(value: Any) -> int:
    try:
        return int(value)
    except (OverflowError, TypeError, ValueError):
        return 200


def _set_cookies(cookies: SimpleCookie) -> List[str]:
    return [_set_cookie(morsel) for morsel in cookies.values() if morsel.value]


def _set_cookie(morsel: Morsel[str]) -> str:
    parts = [f"{morsel.key}={morsel.coded_value}"]
    for name in _COOKIE_ATTRIBUTES:
        # Domain and path are always there, empty or not (ASP.NET, host-contract 3.6).
        if name in ("secure", "httponly"):
            parts += [name] if morsel[name] else []
        elif morsel.get(name) or name in ("domain", "path"):
            parts.append(f"{name}={morsel[name]}")
    return "; ".join(parts)


def _target(request: Request) -> SplitResult:
    try:
        return urlsplit(str(request.environ.get("REQUEST_URI") or request.full_path))
    except ValueError:
        raise BadRequest from None


def _url(request: Request) -> str:
    target = _target(request)
    query = f"?{target.query}" if target.query else ""
    return f"{request.scheme}://{request.host}{target.path}{query}"


def _query(request: Request) -> Dict[str, str]:
    query = _target(request).query
    values: Dict[str, List[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    joined = {name: ",".join(several) for name, several in values.items()}
    return {name: value for name, value in joined.items() if value}


def _body(request: Request) -> bytes:
    # A chunked request has no Content-Length, and arrives empty (host issues 4926, 7930).
    length = request.environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()):
        raise BadRequest
    # Python reads no number of more than 4300 digits.
    digits = length.lstrip("0")
    if not digits:
        return b""
    if len(digits) > len(str(_MAX_BODY)) or int(digits) > _MAX_BODY:
        raise RequestEntityTooLarge
    return request.get_data()


def _text(value: str) -> Datum:
    return Datum(value, "string")
