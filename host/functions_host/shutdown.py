"""
The end of the process, once the open connections have their responses: on a signal, or at the end
of standard input.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import sys
import threading
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, Callable, List, NoReturn, Optional, Set

from werkzeug.exceptions import ServiceUnavailable

from .forks import close_in_children, restore_in_children

# Seconds that a stopping host waits for responses, before and after it cancels invocations.
_GRACE = 1.0

_callbacks: List[Callable[[], None]] = []
_last_callbacks: List[Callable[[], None]] = []


def exit_on_signals() -> None:
    """
    Exit with code 0 on SIGINT or SIGTERM: after the callbacks of `call_before_exit()` on the first
    signal, at once on the second.

    Python runs signal handlers on the main thread, which an app may block by a slow import or in an
    async function. The wakeup descriptor works even then.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    restore_in_children(writer.fileno(), _ignore)
    close_in_children(reader)
    close_in_children(writer)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ignore)
    # The thread holds both sockets, which would be closed otherwise.
    target, sockets = _exit_on_second_signal, (reader, writer)
    threading.Thread(target=target, args=sockets, name="signals", daemon=True).start()


def _ignore(number: int, frame: object) -> None:
    """Leave the signal to the wakeup descriptor."""


def exit_at_end_of_input() -> None:
    """
    Exit with code 0, as on a signal, when standard input ends.

    A pipe ends with the process that holds its other end, however that process ends.
    """
    pipe, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    # The app, and the processes that it starts, must not read from the pipe.
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_read_to_end, args=(pipe,), name="input", daemon=True).start()


def _read_to_end(pipe: int) -> None:
    while os.read(pipe, 4096):
        pass
    _call_and_exit()


def _exit_on_second_signal(reader: socket.socket, writer: socket.socket) -> None:
    _wait_for_signal(reader)
    threading.Thread(target=_call_and_exit, name="shutdown", daemon=True).start()
    _wait_for_signal(reader)
    exit_process(0)


def _wait_for_signal(reader: socket.socket) -> None:
    while reader.recv(1)[0] not in (signal.SIGINT, signal.SIGTERM):
        pass


def call_before_exit(callback: Callable[[], None]) -> None:
    """Call something between the first signal and the exit."""
    _callbacks.append(callback)


def call_at_exit(callback: Callable[[], None]) -> None:
    """Call something at the very end of the process, whatever ends it but a crash."""
    _last_callbacks.append(callback)
    atexit.register(callback)


def _call_and_exit() -> None:
    for callback in _callbacks:
        callback()
    exit_process(0)


def exit_process(code: int) -> NoReturn:
    """Exit without waiting for threads, in which functions may run."""
    for stream in filter(None, (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)):
        # A stream may be closed, or its file a broken pipe.
        with suppress(OSError, ValueError):
            stream.flush()
    for callback in _last_callbacks:
        callback()
    os._exit(code)


class OpenConnections:
    """Track open connections so that shutdown can drain them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._invocations: Set[Future[Any]] = set()
        self._is_stopping = False
        self._may_answer = threading.Event()
        self._may_answer.set()

    def add(self) -> None:
        with self._changed:
            self._count += 1

    def remove(self) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_for(self, invocation: Future[Any], timeout: Optional[float]) -> Any:
        """
        Return the result of an invocation, or raise ServiceUnavailable if the host stops.

        Raises:
            concurrent.futures.TimeoutError: After `timeout` seconds; the invocation is cancelled.
        """
        with self._changed:
            if self._is_stopping:
                invocation.cancel()
            self._invocations.add(invocation)
        try:
            return invocation.result(timeout)
        except CancelledError:
            raise ServiceUnavailable from None
        finally:
            # Nothing waits for it any longer.
            invocation.cancel()
            with self._changed:
                self._invocations.discard(invocation)

    def hold(self) -> None:
        """
        Hold all responses and answer new invocations with 503.

        A client that waits for its response does not connect again while the host still listens.
        """
        with self._changed:
            self._is_stopping = True
            self._may_answer.clear()

    def release(self) -> None:
        """Send the responses that were held."""
        self._may_answer.set()

    def wait_until_released(self) -> None:
        self._may_answer.wait()

    def drain(self) -> None:
        """Wait until every connection has its response; after a second, the rest get a 503."""
        self._may_answer.wait()
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, _GRACE)
            for invocation in self._invocations:
                invocation.cancel()
            self._changed.wait_for(lambda: self._count == 0, _GRACE)
