"""
Processes that an app forks, for instance with `multiprocessing`.

A fork inherits the host's signal handlers and sockets. Without these functions, a signal to the
fork would end the host, and the fork would keep the port open after the host's end.
"""

from __future__ import annotations

import os
import signal
import socket
from typing import Any, Callable, Dict
from weakref import WeakSet

_sockets: WeakSet[Any] = WeakSet()


def close_in_children(one: Any) -> None:
    """Close a socket in every process forked from now on."""
    _sockets.add(one)


def restore_in_children(wakeup_fd: int, handler: Callable[..., None]) -> None:
    """
    Give each forked process the current signal handlers, and close the sockets there.

    The app's own handlers stay: only this wakeup descriptor and this handler are replaced.
    """
    if not hasattr(os, "register_at_fork"):
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    handlers: Dict[int, Any] = {
        number: signal.getsignal(number) or signal.SIG_DFL for number in numbers
    }
    os.register_at_fork(after_in_child=lambda: _restore(wakeup_fd, handler, handlers))


def _restore(wakeup_fd: int, handler: object, handlers: Dict[int, Any]) -> None:
    current = signal.set_wakeup_fd(-1)
    if current not in (wakeup_fd, -1):
        signal.set_wakeup_fd(current)
    for number, earlier in handlers.items():
        if signal.getsignal(number) is handler:
            signal.signal(number, earlier)
    for one in list(_sockets):
        # asyncio's connections cannot be detached, and the child does not close them again.
        descriptor = one.detach() if isinstance(one, socket.socket) else one.fileno()
        if descriptor != -1:
            os.close(descriptor)
