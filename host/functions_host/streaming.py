"""
Requests to the web server inside an HTTP streaming app.

Microsoft's host forwards a request to that server, with the invocation id, and streams the answer
back (DefaultHttpProxyService.cs, host 4.1037).
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, AsyncIterator, Tuple
from urllib.parse import urlsplit

import h11
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from .asgi import Request

# Headers about one connection only (RFC 9110, section 7.6.1), which are not forwarded.
_CONNECTION_HEADERS = {
    "connection", "expect", "keep-alive", "proxy-connection", "trailer", "transfer-encoding",
    "upgrade",
}  # fmt: skip
_SERVER_HEADERS = {"date", "server"}
# Seconds until the server must listen, and until a function must answer (Azure's limit).
_CONNECT_TIMEOUT = 10.0
_ANSWER_TIMEOUT = 230.0


async def forward(server: str, request: Request, invocation_id: str) -> Response:
    """Send a request and return the response. Its body arrives while it is read."""
    exchange = _Exchange(*await _connect(server))
    exchange.start(request, invocation_id)
    try:
        head = await asyncio.wait_for(exchange.read_event(), _ANSWER_TIMEOUT)
    except BaseException:
        exchange.close()
        raise
    response = Response(status=head.status_code)
    response.headers = Headers(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in head.headers.raw_items()
        if name.decode().lower() not in _CONNECTION_HEADERS | _SERVER_HEADERS
    )
    response.response = exchange.read_body()  # type: ignore[assignment]  # asynchronous
    response.call_on_close(exchange.close)
    return response


def discard(forwarding: asyncio.Future[Response]) -> None:
    """Close the connection of a request whose response is not needed any more."""
    if not forwarding.cancel() and not forwarding.cancelled() and not forwarding.exception():
        forwarding.result().close()


class _Exchange:
    """A connection for one request and its response."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._connection = h11.Connection(h11.CLIENT)

    def start(self, request: Request, invocation_id: str) -> None:
        target = urlsplit(request.target)
        headers = [(n, v) for n, v in request.headers.items() if n not in _CONNECTION_HEADERS]
        headers += [("X-MS-Invocation-Id", invocation_id)]
        headers += [("Transfer-Encoding", "chunked")] if request.is_chunked else []
        path = f"{target.path}?{target.query}" if target.query else target.path
        self._send(h11.Request(method=request.method, target=path, headers=headers))
        self._sending = asyncio.ensure_future(self._send_body(request))

    async def _send_body(self, request: Request) -> None:
        try:
            with suppress(HTTPException, OSError):
                async for part in request.parts():
                    self._send(h11.Data(data=part))
                    await self._writer.drain()
                self._send(h11.EndOfMessage())
                await request.wait_until_gone()
        finally:
            self._writer.close()

    def _send(self, event: Any) -> None:
        self._writer.write(self._connection.send(event) or b"")

    async def read_event(self) -> Any:
        while True:
            event = self._connection.next_event()
            if event is h11.NEED_DATA:
                self._connection.receive_data(await self._reader.read(65_536))
            elif not isinstance(event, h11.InformationalResponse):
                return event

    async def read_body(self) -> AsyncIterator[bytes]:
        while True:
            try:
                event = await self.read_event()
            except h11.RemoteProtocolError as error:
                raise ConnectionError(error) from None
            if not isinstance(event, h11.Data):
                return
            yield bytes(event.data)

    def close(self) -> None:
        self._sending.cancel()
        self._writer.close()


async def _connect(server: str) -> Tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    # Try again: the server may not listen yet.
    url, deadline = urlsplit(server), time.monotonic() + _CONNECT_TIMEOUT
    while True:
        try:
            return await asyncio.open_connection(url.hostname, url.port)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.01)
