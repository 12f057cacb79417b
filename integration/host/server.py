"""The socket, and what stops the host."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from pathlib import Path
from typing import Any, Optional
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .app import App, Served, load
from .errors import HostError, UsageError
from .interrupt import finish_first
from .settings import local_port, local_settings
from .terminal import Terminal

_DEFAULT_PORT = 7071


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
        server = make_server(
            host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno()
        )
        finish_first(app.in_flight.finish)
        _in_background(server)
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


def _in_background(server: BaseWSGIServer) -> None:
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def parse_request(self) -> bool:
        """
        Return whether a request could be read; the answer to any other is sent.
        """
        if not super().parse_request():
            return False
        # The standard library drops a line that is no header, and all the headers after it.
        wrong = "Malformed header" if self.headers.defects else _wrong_target(self.path)
        if wrong:
            self.send_error(400, wrong)
        return not wrong

    def run_wsgi(self) -> None:
        """
        Answer a request that has been read.
        """
        app: Any = self.server.app
        with app.in_flight.request():
            super().run_wsgi()

    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """
        Print nothing: the app reports each request itself, with its function.
        """

    def log(self, *args: Any, **kwargs: Any) -> None:
        """
        Print nothing, either, of a request that could not be read: its client is told.
        """


def _wrong_target(target: str) -> str:
    try:
        urlsplit(target)
    except ValueError as error:
        return str(error)
    return ""
