"""HTTP requests and responses, as an ASGI server passes them."""

from __future__ import annotations

import asyncio
import re
from functools import lru_cache
from time import time
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, Iterable, List, Optional, Tuple
from urllib.parse import SplitResult, unquote, urlsplit

from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    HTTPException,
    HTTPVersionNotSupported,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestTimeout,
    RequestURITooLarge,
)
from werkzeug.http import http_date
from werkzeug.wrappers import Response

Receive = Callable[[], Awaitable[Dict[str, Any]]]
Send = Callable[[Dict[str, Any]], Awaitable[None]]

_HOST = re.compile(r"[0-9A-Za-z.\-_~%!$&'()*+,;=:\[\]]*")
# The limits of Kestrel, Microsoft's web server: bytes of the request line, and of the headers.
MAX_LINE, MAX_HEADERS = 8_192, 32_768
_MAX_BODY = 104_857_600
# Seconds that a client may pause in the middle of a body.
_BODY_TIMEOUT = 30.0


class Request:
    """
    A request whose body may still be arriving.

    Attributes:
        target: The path and query, as they were sent.

        shown: The target for people, with the path decoded.

        headers: The values by name in lower case. Several values of one name are joined.

        refusal: The exception that ended `parts()`, or None.

        body: The body that `read()` returned.
    """

    def __init__(self, scope: Dict[str, Any], receive: Receive) -> None:
        self.method: str = scope["method"]
        self.scheme: str = scope["scheme"]
        self.headers: Dict[str, str] = join_values(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in scope["headers"]
        )
        self._headers_size = sum(len(b"%b: %b\r\n" % header) for header in scope["headers"])
        self.host = self.headers.get("host") or "{}:{}".format(*scope["server"])
        self.is_chunked = "transfer-encoding" in self.headers
        self.refusal: Optional[HTTPException] = None
        self.body = b""
        self._version, self._receive = scope["http_version"], receive
        query = scope["query_string"].decode("latin-1")
        end = f"?{query}" if query else ""
        self.target, self.shown = scope["raw_path"].decode("latin-1") + end, scope["path"] + end

    def split(self) -> SplitResult:
        """Return the parts of the target, as they were sent."""
        parts: SplitResult = urlsplit(self.target)
        return parts

    def decode_path(self) -> str:
        """
        Return the path to match with routes.

        It is decoded, except for an encoded slash. Dot segments are removed (RFC 3986, section
        5.2.4).
        """
        raw = self.split().path
        path = unquote(raw.replace("%2F", "%252F").replace("%2f", "%252f")) or "/"
        return _remove_dot_segments(path) if "/." in path else path

    def check(self) -> None:
        """
        Refuse requests that h11 accepts and Kestrel, the server of Microsoft's host, does not.

        See RFC 9110, section 7.2, and RFC 9112, sections 3.2 and 6.3.
        """
        if self._version not in ("1.0", "1.1"):
            raise HTTPVersionNotSupported
        if len(f"{self.method} {self.target} HTTP/1.1\r\n") > MAX_LINE:
            raise RequestURITooLarge
        if self._headers_size > MAX_HEADERS:
            raise RequestHeaderFieldsTooLarge
        if not _HOST.fullmatch(self.headers.get("host", "")):
            raise BadRequest
        if self.is_chunked and "content-length" in self.headers:
            raise BadRequest
        try:
            path = self.split().path
        except ValueError:
            raise BadRequest from None
        if "%00" in path:
            raise BadRequest

    async def read(self) -> bytes:
        """Return the whole body. Raises the errors of `parts()`."""
        has_body = self.is_chunked or self.headers.get("content-length", "0") != "0"
        self.body = b"".join([part async for part in self.parts()]) if has_body else b""
        return self.body

    async def parts(self) -> AsyncIterator[bytes]:
        """
        Yield the body as it arrives.

        Raises:
            HTTPException: The body is too long, or the client is too slow or gone.
        """
        try:
            async for part in self._receive_parts():
                yield part
        except HTTPException as error:
            self.refusal = error
            raise

    async def _receive_parts(self) -> AsyncIterator[bytes]:
        length = int(self.headers.get("content-length", 0))
        _check_size(length)
        has_more, size = length > 0 or self.is_chunked, 0
        while has_more:
            try:
                message = await asyncio.wait_for(self._receive(), _BODY_TIMEOUT)
            except asyncio.TimeoutError:
                raise RequestTimeout from None
            if message["type"] == "http.disconnect":
                raise ClientDisconnected
            size += len(message["body"])
            _check_size(size)
            has_more = message.get("more_body", False)
            yield message["body"]

    async def wait_until_gone(self) -> None:
        """Wait until the client has its response or has hung up. Call this after `parts()`."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _remove_dot_segments(path: str) -> str:
    start, *segments = path.split("/")
    kept: List[str] = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    # A directory ends in a slash.
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join([start, *kept])


def _check_size(size: int) -> None:
    if size > _MAX_BODY:
        raise RequestEntityTooLarge(f"The body is longer than {_MAX_BODY} bytes.")


async def send_response(request: Request, response: Response, send: Send) -> None:
    """Send a response. Its body may be an asynchronous iterator."""
    is_whole, headers = response.is_sequence, [_encode(*header) for header in response.headers]
    names = {name.lower() for name, _ in headers}
    body = response.get_data() if is_whole else b""
    if response.status_code in (204, 304):
        body, headers = b"", [item for item in headers if item[0].lower() != b"content-length"]
    elif is_whole and b"content-length" not in names:
        headers.append((b"Content-Length", b"%d" % len(body)))
    if b"date" not in names:
        headers.append((b"Date", _format_date(int(time()))))
    start = {"type": "http.response.start", "status": response.status_code, "headers": headers}
    await send(start)
    if not is_whole:
        parts: Any = response.response
        try:
            async for part in parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except ConnectionError:
            # The server then closes the connection of the unfinished response.
            return
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})


@lru_cache(maxsize=1)
def _format_date(now: int) -> bytes:
    return http_date(now).encode()


def _encode(name: str, value: str) -> Tuple[bytes, bytes]:
    return name.encode("latin-1"), value.strip().encode("latin-1")


def join_values(pairs: Iterable[Tuple[str, str]]) -> Dict[str, str]:
    """Join the values of each name with a comma, as Microsoft's host does."""
    values: Dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values
