"""
Putting an elapsed time on an `HttpResponse` without breaking it.

What must not be touched follows RFC 9110: sections 15.2 to 15.4 (statuses without
a body, partial content), 8.4 (content codings) and 8.8 (validators of the bytes).
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any, Dict, List, Mapping, Optional, Tuple, TypeVar

from azure.functions import HttpRequest, HttpResponse

Content = TypeVar("Content", bytes, str)

_STATUSES_WITHOUT_TEXT = {204, 205, 206, 304}
_HEADERS_ABOUT_THE_BYTES = {
    "content-encoding",
    "content-md5",
    "content-digest",
    "content-range",
    "digest",
    "etag",
    "repr-digest",
    "transfer-encoding",
}
# Parts of subtypes of text/* whose readers would take the suffix for an error.
_STRICT_SUBTYPES = ("json", "xml", "script", "event-stream")

# In the response's own `__dict__`: what it was before, and what it was made into. A function may
# return the same object again.
_BODIES = "_python_worker_extension_timer_bodies"
_TIMINGS = "_python_worker_extension_timer_timings"
# Two invocations may return one object at once.
_marking = Lock()


def append_elapsed(response: object, elapsed: float, arguments: Mapping[str, object]) -> None:
    """
    Append ` (TimeElapsed: N sec)` to the body of an `HttpResponse`, if it is text that can take it.

    The text goes out in the response's charset. A `Content-Length` that the
    function set is corrected. Any other response stays as it is, byte for byte.

    Args:
        elapsed: Seconds.

        arguments: What the function was called with; the answer to HEAD has no body.
    """
    if not isinstance(response, HttpResponse) or _makes_its_body(response):
        return
    headers = _lower_names(response)
    # A Content-Type header wins over the mimetype (azure.functions.http.HttpResponseConverter).
    is_loose_text, charset = _parsed(headers.get("content-type", str(response.mimetype)))
    if not is_loose_text or not _can_take_text(response, headers) or _is_head(arguments):
        return
    with _marking:
        _append(response, headers, charset, elapsed)


def _makes_its_body(response: HttpResponse) -> bool:
    # It would make the one with the suffix into another one.
    return type(response).get_body is not HttpResponse.get_body


def _append(
    response: HttpResponse, headers: Dict[str, str], charset: Optional[str], elapsed: float
) -> None:
    original = _before(response, _BODIES, response.get_body())
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

    To an `HttpResponse`, and to what an HTTP streaming app returns (starlette's `Response`).

    The function's own entries stay, all in one header: the host keeps only the
    last one of a repeated header.

    Args:
        elapsed: Seconds.
    """
    if not isinstance(response, HttpResponse) and not _is_of_streaming_app(response):
        return
    with _marking:
        original = _before(response, _TIMINGS, ", ".join(_values(response, "Server-Timing")))
        entry = f"app;dur={elapsed * 1000:.3f}"
        timing = f"{original}, {entry}" if original else entry
        response.headers["Server-Timing"] = timing
        response.__dict__[_TIMINGS] = (original, timing)


def _is_of_streaming_app(response: Any) -> bool:
    # Without an import of starlette, which only such apps have. Responses of HTTP clients have raw
    # headers, too, but none to set.
    return hasattr(response, "raw_headers") and hasattr(response.headers, "__setitem__")


def _before(response: HttpResponse, key: str, now: Content) -> Content:
    before, after = response.__dict__.get(key, (None, None))
    return now if before is None or now != after else before


def _can_take_text(response: HttpResponse, headers: Dict[str, str]) -> bool:
    status = _status(response)
    return (
        status >= 200
        and status not in _STATUSES_WITHOUT_TEXT
        and _HEADERS_ABOUT_THE_BYTES.isdisjoint(headers)
    )


def _status(response: HttpResponse) -> int:
    status: object = response.status_code
    try:
        return int(status if isinstance(status, int) else str(status))
    except ValueError:
        # The worker sends it as text, the host 200 for what is no whole number (HttpBinding.cs,
        # host 4.1037).
        return 200


def _is_head(arguments: Mapping[str, object]) -> bool:
    return any(
        isinstance(value, HttpRequest) and value.method == "HEAD" for value in arguments.values()
    )


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


def _lower_names(response: HttpResponse) -> Dict[str, str]:
    return {name.lower(): str(value) for name, value in response.headers.items()}


def _with_suffix(body: bytes, charset: str, suffix: str) -> Optional[bytes]:
    """Return None if the body is no text in its charset, or would not stay as it is in front."""
    try:
        longer = (body.decode(charset) + suffix).encode(charset)
    except (LookupError, ValueError):
        return None
    return longer if longer.startswith(body) else None


def _replace_body(response: HttpResponse, body: bytes) -> None:
    # The body has no setter; the public constructor on the same object is the one way
    # that every azure-functions from 1.7 on has.
    HttpResponse.__init__(
        response,
        body,
        status_code=response.status_code,
        headers=response.headers,
        mimetype=response.mimetype,
        charset=response.charset,
    )


def _values(response: HttpResponse, name: str) -> List[str]:
    headers = response.headers
    # Headers are a werkzeug multi-dict since azure-functions 1.12, a plain mapping before.
    values = headers.getlist(name) if hasattr(headers, "getlist") else [headers.get(name)]
    return [str(value) for value in values if value]
