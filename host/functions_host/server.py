"""Serve an app: choose the address, listen, and print the ready line."""

from __future__ import annotations

import asyncio
import errno
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import List, Optional

from .app import load
from .errors import HostError, UsageError
from .forks import close_in_children
from .http_server import HttpServer
from .local_settings import read_local_settings
from .report import make_report
from .settings import apply_settings
from .shutdown import call_before_exit
from .terminal import Terminal

_DEFAULT_HOST, _DEFAULT_PORT = "127.0.0.1", 7071


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
        app = await load(root, settings, terminal.print_request, inputs)
        app.host_name = host
        if app.problems:
            raise HostError(*app.problems)
        server = HttpServer(app)
        await server.start(listener)
        call_before_exit(server.stop)
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
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        # asyncio sends small parts of responses without a delay only if the protocol is stated.
        listener = socket.socket(family, kind, protocol)
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
