"""The HTTP server: uvicorn, on the loop that runs the async functions of the app."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from contextvars import Context
from typing import Any, Optional

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from .app import App
from .asgi import MAX_HEADERS, MAX_LINE
from .forks import close_in_children

# The limits of Kestrel, Microsoft's web server: seconds until the request line and the headers have
# arrived, and seconds between two requests.
_HEAD_TIMEOUT = 30.0
_KEEP_ALIVE = 130
# Seconds that a stopping host waits for responses, before and after it cancels invocations.
_GRACE = 1.0
_MOST_AT_ONCE = 65_536
# Seconds that busy clients get to connect while their responses are held.
_SETTLING = 0.05
_UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
# Show only this host's own exceptions: the answer tells the client what is wrong with a request.
_LOGGER = logging.getLogger(__name__)
_LOGGER.addFilter(lambda record: bool(record.exc_info))

# uvicorn needs a phrase for each status, and lacks these.
STATUS_PHRASES.update(dict.fromkeys(range(600, 1000), b""))


class HttpServer:
    """
    Serve an app on the running loop until `stop()`.

    Args:
        has_successor: Whether another process serves the socket after that.
    """

    def __init__(self, app: App, *, has_successor: bool = False) -> None:
        self._has_successor = has_successor
        self._app, self._loop, self._state = app, asyncio.get_running_loop(), ServerState()
        self._config = Config(
            app,
            interface="asgi3",
            lifespan="off",
            ws="none",
            log_config=None,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
            h11_max_incomplete_event_size=MAX_LINE + MAX_HEADERS,
        )
        self._config.load()

    async def start(self, listener: socket.socket) -> None:
        """Accept connections at a socket."""
        starting = self._loop.create_server(self._make_protocol, sock=listener)
        # Invocations must not see context variables that the app set during its import.
        self._server = await Context().run(asyncio.ensure_future, starting)

    def _make_protocol(self) -> asyncio.Protocol:
        return _Protocol(self._config, self._state)

    def stop(self) -> None:
        """Answer each open connection. Call this in a thread other than the loop's."""
        draining = asyncio.run_coroutine_threadsafe(self._drain(), self._loop)
        with suppress(FutureTimeout):
            draining.result(_SETTLING + 2 * _GRACE + 0.5)
        # An async function may block the loop, or ignore its cancellation.
        for connection in self._state.connections.copy():
            connection.give_up()  # type: ignore[union-attr]  # all are of _Protocol

    async def _drain(self) -> None:
        await (self._hand_over() if self._has_successor else self._refuse())
        await self._wait_for_clients()
        self._app.cancel_invocations()
        await self._wait_for_clients()

    async def _hand_over(self) -> None:
        # The successor accepts the connections that wait at the socket. If the server closed now,
        # asyncio would reset the connections that it has just accepted.
        for listener in self._server.sockets:
            self._loop.remove_reader(listener.fileno())
        self._app.close_connections()
        # The requests of new connections may still arrive.
        await asyncio.sleep(_SETTLING)
        self._server.close()
        self._app.hold()
        self._app.release()
        for connection in self._state.connections.copy():
            connection.shutdown()

    async def _refuse(self) -> None:
        # A client that waits for its response does not reconnect while the host still listens.
        self._app.hold()
        # The system has already accepted the connections that wait at the socket.
        await asyncio.sleep(_SETTLING)
        self._server.close()
        self._app.release()
        for connection in self._state.connections.copy():
            # The request of a new connection may still arrive.
            if connection.cycle is not None:  # type: ignore[union-attr]  # all are of _Protocol
                connection.shutdown()

    async def _wait_for_clients(self) -> None:
        deadline = self._loop.time() + _GRACE
        while self._state.connections and self._loop.time() < deadline:
            await asyncio.sleep(0.01)


class _Transport:
    """Send the head of a response together with the first part of its body."""

    def __init__(self, transport: Any, protocol: H11Protocol) -> None:
        self._transport, self._protocol = transport, protocol
        self._cycle: Any = None
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        cycle: Any = self._protocol.cycle
        if cycle is not self._cycle and cycle.response_started:
            self._cycle, self._head = cycle, data
            return
        if len(data) > _MOST_AT_ONCE:
            self.flush()
        self._head += data
        self.flush()

    def flush(self) -> None:
        data, self._head = self._head, b""
        self._transport.write(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()


class _Protocol(H11Protocol):
    """A connection. It is closed if the head of a request takes too long."""

    def __init__(self, config: Config, state: ServerState) -> None:
        super().__init__(config, state, {})
        # An HTTP streaming app has a uvicorn of its own, which configures uvicorn's loggers.
        self.logger, self.access_log = _LOGGER, False
        self._head_timer: Optional[asyncio.TimerHandle] = None

    def connection_made(self, transport: Any) -> None:
        sender: Any = _Transport(transport, self)
        super().connection_made(sender)
        close_in_children(self)
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Optional[Exception]) -> None:
        super().connection_lost(exc)
        self._stop_timer()

    def _watch_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_timer()
        elif self._head_timer is None:
            close = self.timeout_keep_alive_handler
            self._head_timer = self.loop.call_later(_HEAD_TIMEOUT, close)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def send_400_response(self, msg: str) -> None:
        # The request's body may break off after the response has begun.
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()

    def give_up(self) -> None:
        """Answer 503 without the loop, if no response has begun."""
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_started:
            with suppress(OSError):
                os.write(self.fileno(), _UNAVAILABLE)

    def fileno(self) -> int:
        return int(self.transport.get_extra_info("socket").fileno())
