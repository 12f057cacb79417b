"""Serve an app: choose the address, listen, and print the ready line."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import List, Optional

from .app import load
from .errors import HostError
from .http_server import HttpServer
from .listener import DEFAULT_HOST
from .report import make_report
from .settings import apply_settings
from .shutdown import call_before_exit
from .terminal import Terminal


async def serve(
    root: Path,
    host: Optional[str],
    listener: socket.socket,
    terminal: Terminal,
    inputs: Optional[Path] = None,
    *,
    is_reloaded: bool = False,
) -> None:
    """
    Serve an app from this thread's loop, forever.

    Args:
        host: The address to show, as the user wrote it. None for the default.

        listener: A socket from `open_listener()`.

        inputs: The folder with the values of input bindings.

        is_reloaded: Whether another process serves the socket after this process.
    """
    address, port = listener.getsockname()[:2]
    settings = apply_settings(root, port)
    terminal.show_logs(settings.host.levels)
    app = await load(root, settings, terminal.print_request, inputs)
    app.host_name = host = host or settings.local.address or DEFAULT_HOST
    if app.problems:
        raise HostError(*app.problems)
    server = HttpServer(app, has_successor=is_reloaded)
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
