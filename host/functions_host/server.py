"""The socket, and what stops the host."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from pathlib import Path
from typing import Any, Optional

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .app import App, Served, load
from .errors import HostError, UsageError
from .in_flight import InFlight
from .interrupt import finish_first
from .malformed import whats_wrong
from .settings import local_port, local_settings
from .terminal import Terminal

_DEFAULT_PORT = 7071
# Seconds until the host notices that it is to stop.
_POLL_INTERVAL = 0.05


async def serve(root: Path, host: str, port: Optional[int], terminal: Terminal) -> None:
    """
    Serve an app from this thread's loop, for ever.

    Args:
        port: None for the one of `local.settings.json`, or else 7071; 0 for a free one.

    Raises:
        UsageError: The address can't be had.

        HostError: The app can't be served.
    """
    if port is None:
        port = local_port(local_settings(root)) or _DEFAULT_PORT
    with _bound(host, port) as listener:
        port = listener.getsockname()[1]
        terminal.show_logs()
        app = await _load(root, port, terminal)
        server = _Server(host, port, app, _Handler, fd=listener.fileno())
    # The server has a duplicate of the listener, which alone is to close it.
    _in_background(server)
    finish_first(server.finish)
    terminal.started(app, f"http://{f'[{host}]' if ':' in host else host}:{port}")
    await asyncio.Event().wait()


async def _load(root: Path, port: int, terminal: Terminal) -> App:
    def report(served: Served) -> None:
        terminal.served(served, app)

    app, problems = await load(root, port, report)
    if problems:
        *others, last = problems
        for problem in others:
            terminal.error(problem)
        raise HostError(last)
    return app


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except UnicodeError:
        raise UsageError(f"{host!r} is no name of a host. Pass --host 127.0.0.1.") from None
    except OSError as error:
        raise UsageError(_cannot_bind(host, port, error)) from None
    return listener


def _cannot_bind(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken. Stop what uses it, or pass --port 0 for a free one."
    if error.errno == errno.EACCES:
        return f"port {port} is not for this user. Pass --port with one from 1024 on."
    return (
        f"cannot listen on {host!r}: {error.strerror}. Pass --host with an address of this machine."
    )


def _in_background(server: _Server) -> None:
    threading.Thread(
        target=server.serve_forever, args=(_POLL_INTERVAL,), name="http", daemon=True
    ).start()


class _Server(ThreadedWSGIServer):
    """
    A thread for each connection, each of which is answered before the host stops.
    """

    # Of `handle_request()`: whether there is a connection, without waiting for one.
    timeout = 0

    @property
    def in_flight(self) -> InFlight:
        """
        The requests of the app.
        """
        # werkzeug has a type for any WSGI application; ours is an App.
        in_flight: InFlight = self.app.in_flight  # type: ignore[attr-defined]
        return in_flight

    def process_request(self, request: Any, client_address: Any) -> None:
        """
        Start the thread of a connection.
        """
        self.in_flight.begin()
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """
        Close a connection.
        """
        super().shutdown_request(request)
        self.in_flight.end()

    def finish(self) -> None:
        """
        Take no more connections, and answer those that are there.
        """
        self.in_flight.hold()
        self.shutdown()
        self.in_flight.finish()

    def server_close(self) -> None:
        """
        Close the socket, after the connections that wait at it were taken.
        """
        for _ in range(self.request_queue_size):
            self.handle_request()
        super().server_close()
        self.in_flight.release()


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def parse_request(self) -> bool:
        """
        Return whether a request could be read; the answer to any other is sent.
        """
        if not super().parse_request():
            return False
        wrong = whats_wrong(self.requestline, self.path, self.headers)
        if wrong:
            self.send_error(400, wrong)
        return not wrong

    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """
        Print nothing: the app reports each request itself, with its function.
        """

    def log(self, *args: Any, **kwargs: Any) -> None:
        """
        Print nothing, either, of a request that could not be read: its client is told.
        """
