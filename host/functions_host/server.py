"""The HTTP server, from the socket to its last response."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import threading
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from email.message import Message
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, List, Optional
from urllib.parse import urlsplit

from werkzeug.exceptions import BadRequest
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .app import load
from .cookies import TOKEN
from .errors import HostError, UsageError
from .forks import close_in_children
from .local_settings import read_local_settings
from .report import make_report
from .settings import apply_settings
from .shutdown import OpenConnections, call_before_exit
from .terminal import Terminal

_DEFAULT_HOST, _DEFAULT_PORT = "127.0.0.1", 7071
# The parser also reports defects of a multipart body, which it does not get.
_HEADER_DEFECTS = (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
_REQUEST_LINE = re.compile(rf"{TOKEN.pattern} \S+ HTTP/1\.[01]")
_HOST = re.compile(r"[0-9A-Za-z.\-_~%!$&'()*+,;=:\[\]]*")
# Seconds between checks whether to stop.
_POLL_INTERVAL = 0.05


async def serve(
    root: Path,
    host: Optional[str],
    port: Optional[int],
    terminal: Terminal,
    inputs: Optional[Path] = None,
) -> None:
    """
    Serve an app from this thread's loop, forever.

    Args:
        host: None for the address in `local.settings.json`, or else 127.0.0.1.

        port: None for the port in `local.settings.json`, or else 7071; 0 for a free one.

        inputs: The folder with the values of input bindings.
    """
    local = read_local_settings(root)
    host = host or local.address or _DEFAULT_HOST
    if port is None:
        port = local.port or _DEFAULT_PORT
    with _bind(host, port) as listener:
        address, port = listener.getsockname()[:2]
        settings = apply_settings(root, port)
        terminal.show_logs(settings.host.levels)
        app = await load(root, settings, partial(terminal.print_request, root), inputs)
        if app.problems:
            raise HostError(*app.problems)
        server = _Server(host, port, app, _Handler, fd=listener.fileno())
        close_in_children(server.socket)
    # The server has a duplicate of the listener, and must be the only one to close it.
    arguments = (_POLL_INTERVAL,)
    threading.Thread(target=server.serve_forever, args=arguments, name="http", daemon=True).start()
    call_before_exit(server.finish)
    report = make_report(app)
    for note in [*report.notes, *_warn_of_admin(address)]:
        terminal.print_note(note)
    terminal.print_banner(report, f"http://{f'[{host}]' if ':' in host else host}:{port}")
    await asyncio.Event().wait()


def _warn_of_admin(address: str) -> List[str]:
    if ip_address(address.partition("%")[0]).is_loopback:
        return []
    return [
        f"Listening on {address}: anyone who can reach it can run every function, because /admin "
        "needs no key here."
    ]


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        close_in_children(listener)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except UnicodeError:
        raise UsageError(f"{host!r} is not a host name. Pass --host 127.0.0.1.") from None
    except OSError as error:
        raise UsageError(_explain(host, port, error)) from None
    return listener


def _explain(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken. Stop what uses it, or pass --port 0 for a free one."
    if error.errno == errno.EACCES:
        return f"port {port} is not allowed for this user. Pass --port with 1024 or more."
    return (
        f"cannot listen on {host!r}: {error.strerror}. Pass --host with an address of this machine."
    )


class _Server(ThreadedWSGIServer):
    """One thread per connection; each connection is answered before the host stops."""

    # `handle_request()` must not wait for a connection.
    timeout = 0

    @property
    def connections(self) -> OpenConnections:
        # werkzeug has a type for any WSGI application; ours is an App.
        return self.app.connections  # type: ignore[attr-defined, no-any-return]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add()
        close_in_children(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.connections.remove()

    def finish(self) -> None:
        """Stop listening, and answer the connections that are open."""
        self.connections.hold()
        self.shutdown()
        self.connections.drain()

    def server_close(self) -> None:
        # The connections that wait at the socket were accepted by the system.
        for _ in range(self.request_queue_size):
            self.handle_request()
        super().server_close()
        self.connections.release()


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        try:
            _validate_request(self.requestline, self.path, self.headers)
        except BadRequest as error:
            self.send_error(400, error.description)
            return False
        return True

    def send_error(self, *args: Any, **kwargs: Any) -> None:
        # Without a version that can be read, the answer would be one of HTTP/0.9: a body only.
        self.request_version = self.protocol_version
        super().send_error(*args, **kwargs)

    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Don't log: the app reports each request, with its function."""

    def log(self, *args: Any, **kwargs: Any) -> None:
        """Don't log malformed requests either; the client gets the error."""


def _validate_request(line: str, target: str, headers: Message) -> None:
    # Microsoft's host, on Kestrel, refuses what the standard library accepts here: RFC 9110,
    # sections 5.5, 7.2 and 9.1, and RFC 9112, sections 3, 5 and 6.3.
    # First, because from Python 3.15 on a request without a version has no real headers.
    if not _REQUEST_LINE.fullmatch(line):
        raise BadRequest("Malformed request line")
    hosts = headers.get_all("Host", [])
    lengths = set(headers.get_all("Content-Length", []))
    # At a line that is not a header, the standard library drops it and all headers after it.
    # It takes a first line such as "From me" for the start of a mail.
    if headers.get_unixfrom() or any(isinstance(one, _HEADER_DEFECTS) for one in headers.defects):
        raise BadRequest("Malformed header")
    if any("\0" in value for value in headers.values()):
        raise BadRequest("Malformed header")
    if not hosts and line.endswith("HTTP/1.1"):
        raise BadRequest("No Host header")
    if len(hosts) > 1 or not all(_HOST.fullmatch(host) for host in hosts):
        raise BadRequest("Malformed Host header")
    if len(lengths) > 1 or (lengths and "Transfer-Encoding" in headers):
        raise BadRequest("More than one length")
    try:
        urlsplit(target)
    except ValueError as error:
        raise BadRequest(str(error)) from None
