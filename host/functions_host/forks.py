"""
Processes that an app forks, for instance with `multiprocessing`.

A fork inherits the signal handlers and the sockets of the host. Without these functions, a signal
to it would end the host, and it would keep the port after the host's end.
"""

from __future__ import annotations

import os
import signal
import socket
from typing import Any, Callable, Dict
from weakref import WeakSet

_sockets: WeakSet[Any] = WeakSet()


def close_in_children(one: Any) -> None:
    """Close a socket in every process that is forked from now on."""
    _sockets.add(one)


def restore_in_children(wakeup_fd: int, handler: Callable[..., None]) -> None:
    """
    Give each forked process the signal handlers of now, and close the sockets there.

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
        # Connections of asyncio cannot be detached, and are not closed in the child a second time.
        descriptor = one.detach() if isinstance(one, socket.socket) else one.fileno()
        if descriptor != -1:
            os.close(descriptor)
