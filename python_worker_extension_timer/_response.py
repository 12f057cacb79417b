"""
Putting an elapsed time on an `HttpResponse` without breaking it.

What must not be touched follows RFC 9110: sections 15.2 to 15.4 (statuses without
a body, partial content), 8.4 (content codings) and 8.8 (validators of the bytes).
"""

from __future__ import annotations

from typing import List, Optional

from azure.functions import HttpResponse

_STATUSES_WITHOUT_TEXT = {204, 205, 206, 304}
_HEADERS_ABOUT_THE_BYTES = (
    "Content-Encoding",
    "Content-MD5",
    "Content-Digest",
    "Repr-Digest",
    "Digest",
    "ETag",
)
_STRUCTURED_TEXT = ("json", "xml", "javascript")


def append_elapsed(response: HttpResponse, elapsed: float) -> None:
    """
    Append ` (TimeElapsed: N sec)` to the body, if it is text that can take it.

    The text goes out in the response's charset. A `Content-Length` that the
    function set is corrected. Any other response stays as it is, byte for byte.

    Args:
        elapsed: Seconds.
    """
    if not _can_take_text(response):
        return
    body = _with_suffix(response, f" (TimeElapsed: {elapsed:.6f} sec)")
    if body is not None:
        _replace_body(response, body)


def add_server_timing(response: HttpResponse, elapsed: float) -> None:
    """
    Add a Server-Timing entry, in milliseconds (W3C Server Timing, section 3.1).

    The function's own entries stay, all in one header: the host keeps only the
    last one of a repeated header.

    Args:
        elapsed: Seconds.
    """
    entries = [*_values(response, "Server-Timing"), f"app;dur={elapsed * 1000:.3f}"]
    response.headers["Server-Timing"] = ", ".join(entries)


def _can_take_text(response: HttpResponse) -> bool:
    status = _status(response)
    return (
        status >= 200
        and status not in _STATUSES_WITHOUT_TEXT
        and _is_plain_text(response)
        and not any(name in response.headers for name in _HEADERS_ABOUT_THE_BYTES)
        and not _announces_a_body_it_has_not(response)
    )


def _announces_a_body_it_has_not(response: HttpResponse) -> bool:
    # A function's answer to HEAD: no body, and the length that GET would have.
    length = str(response.headers.get("Content-Length", "0"))
    return not response.get_body() and length != "0"


def _status(response: HttpResponse) -> int:
    try:
        return int(response.status_code)
    except (TypeError, ValueError):
        # The host sends 200 for a status that is no number (HttpBinding.cs, host 4.1037).
        return 200


def _is_plain_text(response: HttpResponse) -> bool:
    kind, _, subtype = _content_type(response).partition(";")[0].strip().lower().partition("/")
    return kind == "text" and subtype.rpartition("+")[2] not in _STRUCTURED_TEXT


def _content_type(response: HttpResponse) -> str:
    # A Content-Type header wins over the mimetype (azure.functions.http.HttpResponseConverter).
    return str(response.headers.get("Content-Type", response.mimetype))


def _charset(response: HttpResponse) -> str:
    for parameter in _content_type(response).split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return str(response.charset)


def _with_suffix(response: HttpResponse, suffix: str) -> Optional[bytes]:
    body, charset = response.get_body(), _charset(response)
    try:
        encoded = suffix.encode(charset)
        if encoded == suffix.encode("ascii"):
            return body + encoded
        # A charset with byte order marks takes them at the start of the whole text only.
        return (body.decode(charset) + suffix).encode(charset)
    except (LookupError, ValueError):
        return None


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
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(body))


def _values(response: HttpResponse, name: str) -> List[str]:
    headers = response.headers
    # Headers are a werkzeug multi-dict since azure-functions 1.12, a plain mapping before.
    values = headers.getlist(name) if hasattr(headers, "getlist") else [headers.get(name)]
    return [str(value) for value in values if value]
