"""The socket on which the host listens."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import Optional

from .errors import UsageError
from .forks import close_in_children
from .local_settings import read_local_settings

DEFAULT_HOST, _DEFAULT_PORT = "127.0.0.1", 7071


def open_listener(root: Path, host: Optional[str], port: Optional[int]) -> socket.socket:
    """
    Listen at an address.

    Args:
        host: None for the address in `local.settings.json`, or else 127.0.0.1.

        port: None for the port in `local.settings.json`, or else 7071; 0 for a free one.
    """
    local = read_local_settings(root)
    if port is None:
        port = local.port or _DEFAULT_PORT
    return _bind(host or local.address or DEFAULT_HOST, port)


def inherit_listener(descriptor: int) -> socket.socket:
    """Return the socket on which the parent process listens."""
    # Processes that the app starts must not keep the port.
    os.set_inheritable(descriptor, False)
    listener = socket.socket(fileno=descriptor)
    close_in_children(listener)
    return listener


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
