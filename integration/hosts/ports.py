"""Free ports of this machine."""

from __future__ import annotations

import socket


def find_free_port() -> int:
    """Return a port that is free on loopback now. Nothing reserves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
