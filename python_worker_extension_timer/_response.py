"""
Put an elapsed time on an `HttpResponse` without breaking it.

RFC 9110 decides what must not be touched: sections 15.2 to 15.4 (statuses without a body, partial
content), 8.4 (content codings) and 8.8 (validators of the bytes).
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from azure.functions import HttpRequest, HttpResponse

# A function of the response, the elapsed seconds and the arguments of the invocation.
ResponseEditor = Callable[[object, float, Mapping[str, object]], None]

_STATUSES_WITHOUT_TEXT = {204, 205, 206, 304}
_DIGESTS = {"content-md5", "content-digest", "digest", "etag", "repr-digest"}
_HEADERS_ABOUT_THE_BYTES = {"content-encoding", "content-range", "transfer-encoding", *_DIGESTS}
# Parts of subtypes of text/* in which the suffix would be a syntax error.
_STRICT_SUBTYPES = ("json", "xml", "script", "event-stream")

# In the response's own `__dict__`: its content before and after the edit. A function may return the
# same object again.
_BODIES = "_python_worker_extension_timer_bodies"
_TIMINGS = "_python_worker_extension_timer_timings"
# Two invocations may return one object at once.
_editing = Lock()


def append_elapsed(response: object, elapsed: float, arguments: Mapping[str, object]) -> None:
    """
    Append ` (TimeElapsed: N sec)` to the body of an `HttpResponse`, if it is text that can take it.

    A `Content-Length` is corrected. Any other response stays as it is, byte for byte.
    """
    if not isinstance(response, HttpResponse):
        return
    # The get_body() of a subclass would override the body that is set here.
    if type(response).get_body is not HttpResponse.get_body:
        return
    headers = {name.lower(): str(value) for name, value in response.headers.items()}
    # A Content-Type header wins over the mimetype (azure.functions.http.HttpResponseConverter).
    is_loose_text, charset = _parsed(headers.get("content-type", str(response.mimetype)))
    if not is_loose_text or not _can_take_text(response, headers) or _is_head(arguments):
        return
    with _editing:
        _append(response, headers, charset, elapsed)


def _append(response: HttpResponse, headers: Any, charset: Optional[str], elapsed: float) -> None:
    original = _find_original(response, _BODIES, response.get_body())
    suffix = f" (TimeElapsed: {elapsed:.6f} sec)"
    charset = str(response.charset) if charset is None else charset
    body = _with_suffix(original, charset, suffix)
    if body is not None:
        _replace_body(response, body)
        if "content-length" in headers:
            response.headers["Content-Length"] = str(len(body))
        response.__dict__[_BODIES] = (original, body)


def add_server_timing(response: Any, elapsed: float, arguments: Mapping[str, object]) -> None:
    """
    Add a Server-Timing entry, in milliseconds (W3C Server Timing, section 3.1).

    The response is an `HttpResponse` or, in an HTTP streaming app, starlette's. The function's own
    entries stay, in one header: the host keeps only the last of a repeated header.
    """
    if not isinstance(response, HttpResponse) and not _is_streaming(response):
        return
    with _editing:
        original = _find_original(response, _TIMINGS, ", ".join(_values(response, "Server-Timing")))
        entry = f"app;dur={elapsed * 1000:.3f}"
        timing = f"{original}, {entry}" if original else entry
        response.headers["Server-Timing"] = timing
        response.__dict__[_TIMINGS] = (original, timing)


def _is_streaming(response: Any) -> bool:
    # Only such apps have starlette, so it is not imported. Responses of HTTP clients have raw
    # headers, too, but cannot be changed.
    return hasattr(response, "raw_headers") and hasattr(response.headers, "__setitem__")


def _find_original(response: HttpResponse, key: str, now: Any) -> Any:
    before, after = response.__dict__.get(key, (None, None))
    return now if before is None or now != after else before


def _can_take_text(response: HttpResponse, headers: Dict[str, str]) -> bool:
    status: object = response.status_code
    try:
        number = int(status if isinstance(status, int) else str(status))
    except ValueError:
        # The worker sends it as text; for other than a whole number, the host sends 200
        # (HttpBinding.cs, host 4.1037).
        number = 200
    is_allowed = number >= 200 and number not in _STATUSES_WITHOUT_TEXT
    return is_allowed and _HEADERS_ABOUT_THE_BYTES.isdisjoint(headers)


def _is_head(arguments: Mapping[str, object]) -> bool:
    requests = [value for value in arguments.values() if isinstance(value, HttpRequest)]
    return "HEAD" in [request.method for request in requests]


@lru_cache(maxsize=128)
def _parsed(content_type: str) -> Tuple[bool, Optional[str]]:
    """Return whether text may be appended to this type of content, and the charset it states."""
    media_type, *parameters = content_type.split(";")
    kind, _, subtype = media_type.strip().lower().partition("/")
    is_text = kind == "text" and subtype != ""
    is_loose = is_text and not any(word in subtype for word in _STRICT_SUBTYPES)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return is_loose, value.strip().strip('"')
    return is_loose, None


def _with_suffix(body: bytes, charset: str, suffix: str) -> Optional[bytes]:
    """Return the longer body; None if the original does not decode, or would not be its start."""
    try:
        longer = (body.decode(charset) + suffix).encode(charset)
    except (LookupError, ValueError):
        return None
    return longer if longer.startswith(body) else None


def _replace_body(response: HttpResponse, body: bytes) -> None:
    # The body has no setter, but every azure-functions from 1.7 on has this public constructor.
    make, status, headers = HttpResponse.__init__, response.status_code, response.headers
    mime, charset = response.mimetype, response.charset
    make(response, body, status_code=status, headers=headers, mimetype=mime, charset=charset)


def _values(response: HttpResponse, name: str) -> List[str]:
    headers = response.headers
    # Headers are a werkzeug multi-dict since azure-functions 1.12, a plain mapping before.
    values = headers.getlist(name) if hasattr(headers, "getlist") else [headers.get(name)]
    return [str(value) for value in values if value]
