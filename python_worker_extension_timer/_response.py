"""
Put an elapsed time on an `HttpResponse` without breaking it.

RFC 9110 says which responses must not change. These are responses without a body or with partial
content (sections 15.2 to 15.4), with content codings (8.4), and with validators of the bytes (8.8).
"""

from __future__ import annotations

import codecs
from functools import lru_cache
from threading import Lock
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from azure.functions import HttpRequest, HttpResponse

# Called with the response, the elapsed seconds, the invocation's arguments and its `since_start`.
ResponseEditor = Callable[[object, float, Mapping[Any, object], Optional[float]], None]

_STATUSES_WITHOUT_TEXT = {204, 205, 206, 304}
_DIGESTS = {"content-md5", "content-digest", "digest", "etag", "repr-digest"}
_HEADERS_ABOUT_THE_BYTES = {"content-encoding", "content-range", "transfer-encoding", *_DIGESTS}
# If the subtype of text/* contains one of these, the suffix would be a syntax error.
_STRICT_SUBTYPES = ("json", "xml", "script", "event-stream")

# The attributes of a response for its body and its headers. They have no setter. Replace each in
# one step: another invocation may return the same object, and a worker may encode it, at any time.
_SAMPLE = HttpResponse(b"sample")
_ATTRIBUTES = {id(value): name for name, value in vars(_SAMPLE).items()}
_BODY = _ATTRIBUTES.get(id(_SAMPLE.get_body()), "")
_HEADERS = _ATTRIBUTES.get(id(_SAMPLE.headers), "")

# Keys in the response's `__dict__`: the length or value before the edit, and the value after it. A
# function may return the same object again.
_BODIES = "_python_worker_extension_timer_bodies"
_TIMINGS = "_python_worker_extension_timer_timings"
# For headers: two invocations that edit one object must not lose each other's headers.
_editing = Lock()

# Decode this many bytes at a time: a large body as text would take up to four times its memory.
_CHUNK = 1 << 16


def append_elapsed(
    response: object, elapsed: float, arguments: Mapping[Any, object], since_start: object = None
) -> None:
    """
    Append ` (TimeElapsed: N sec)` to the body of an `HttpResponse`, if the text allows it.

    A `Content-Length` is corrected. Any other response stays as it is, byte for byte.
    """
    if not isinstance(response, HttpResponse):
        return
    # The get_body() of a subclass would override the body that is set here.
    if not _BODY or type(response).get_body is not HttpResponse.get_body:
        return
    headers = {name.lower(): str(value) for name, value in _list_headers(response.headers)}
    # A Content-Type header wins over the mimetype (azure.functions.http.HttpResponseConverter).
    is_loose_text, charset = _parse(headers.get("content-type", str(response.mimetype)))
    if not is_loose_text or not _can_take_text(response, headers) or _is_head(arguments):
        return
    suffix = f" (TimeElapsed: {elapsed:.6f} sec)"
    is_longer = _append(response, suffix, str(response.charset) if charset is None else charset)
    if is_longer and "content-length" in headers:
        with _editing:
            _replace_header(response, "Content-Length", str(len(response.get_body())))


def _append(response: HttpResponse, suffix: str, charset: str) -> bool:
    # Read both in one step, so that the body matches its record.
    state = vars(response).copy()
    body: bytes = state[_BODY]
    length, after = state.get(_BODIES, (0, None))
    if body != after:
        length = len(body)
    tail = _encode_after(body, length, suffix, charset)
    if tail is not None:
        longer = b"".join((memoryview(body)[:length], tail))
        vars(response).update({_BODY: longer, _BODIES: (length, longer)})
    return tail is not None


def _encode_after(body: bytes, length: int, suffix: str, charset: str) -> Optional[bytes]:
    """Return the bytes of the suffix after a body; None if the body is not text in this charset."""
    try:
        # Some codecs do not encode text.
        suffix.encode(charset)
        decode = codecs.getincrementaldecoder(charset)().decode
        encode = codecs.getincrementalencoder(charset)().encode
        done, chunks = 0, range(0, length - _CHUNK, _CHUNK)
        for start in chunks:
            piece = encode(decode(body[start : start + _CHUNK]))
            if not body.startswith(piece, done, length):
                return None
            done += len(piece)
        last = decode(body[len(chunks) * _CHUNK : length], True)
        end = encode(last + suffix, True)
    except (LookupError, ValueError):
        return None
    rest = body[done:length]
    return end[len(rest) :] if end.startswith(rest) else None


def add_server_timing(
    response: Any, elapsed: float, arguments: object, since_start: Optional[float] = None
) -> None:
    """
    Add a Server-Timing entry, in milliseconds (W3C Server Timing, section 3.1).

    The response is an `HttpResponse` or, in an HTTP streaming app, starlette's. The function's own
    entries stay, in one header: the host keeps only the last of a repeated header.
    """
    if not isinstance(response, HttpResponse) and not _is_streaming(response):
        return
    entry = f"app;dur={elapsed * 1000:.3f}"
    if since_start is not None:
        entry += f', init;dur={since_start * 1000:.3f};desc="cold"'
    with _editing:
        headers, state = response.headers, vars(response)
        pairs = _list_headers(headers)
        own = [str(value) for name, value in pairs if name.lower() == "server-timing" and value]
        now, (before, after) = ", ".join(own), state.get(_TIMINGS, (None, None))
        original = before if now == after else now
        timing = f"{original}, {entry}" if original else entry
        # Change it in place: no worker encodes a response before its first edit.
        if before is None:
            headers["Server-Timing"] = timing
        else:
            _replace_header(response, "Server-Timing", timing)
        state[_TIMINGS] = (original, timing)


def _replace_header(response: Any, name: str, value: str) -> None:
    headers = response.headers
    # The headers of starlette, and of azure-functions before 1.12, are safe to change in place.
    if _HEADERS and hasattr(headers, "to_wsgi_list"):
        headers = type(headers)(headers.to_wsgi_list())
    headers[name] = value
    if headers is not response.headers:
        setattr(response, _HEADERS, headers)


def _list_headers(headers: Any) -> List[Tuple[str, Any]]:
    # Copy werkzeug's headers in one step: a worker that encodes them adds and removes some.
    werkzeug_list = getattr(headers, "to_wsgi_list", None)
    return werkzeug_list() if werkzeug_list else list(headers.items())


def _is_streaming(response: Any) -> bool:
    # Only HTTP streaming apps have starlette, so do not import it. Responses of HTTP clients have
    # raw headers, too, but cannot be changed.
    return hasattr(response, "raw_headers") and hasattr(response.headers, "__setitem__")


def _can_take_text(response: HttpResponse, headers: Dict[str, str]) -> bool:
    status: object = response.status_code
    try:
        number = int(status if isinstance(status, int) else str(status))
    except ValueError:
        # The worker sends the status as text. If it is not a whole number, the host sends 200
        # (HttpBinding.cs, host 4.1037).
        number = 200
    is_allowed = number >= 200 and number not in _STATUSES_WITHOUT_TEXT
    return is_allowed and _HEADERS_ABOUT_THE_BYTES.isdisjoint(headers)


def _is_head(arguments: Mapping[Any, object]) -> bool:
    requests = [value for value in arguments.values() if isinstance(value, HttpRequest)]
    return "HEAD" in [request.method for request in requests]


@lru_cache(maxsize=128)
def _parse(content_type: str) -> Tuple[bool, Optional[str]]:
    """Return whether text may be appended to this content type, and its charset."""
    media_type, *parameters = content_type.split(";")
    kind, _, subtype = media_type.strip().lower().partition("/")
    is_text = kind == "text" and subtype != ""
    is_loose = is_text and not any(word in subtype for word in _STRICT_SUBTYPES)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return is_loose, value.strip().strip('"')
    return is_loose, None
