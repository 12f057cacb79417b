"""End the process on a signal, or at the end of standard input."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Callable, List, NoReturn

from .forks import close_in_children, restore_in_children

_callbacks: List[Callable[[], None]] = []
_last_callbacks: List[Callable[[], None]] = []


def exit_on_signals() -> None:
    """
    Exit with code 0 on SIGINT or SIGTERM.

    On the first signal, the callbacks of `call_before_exit()` run before the exit: `server.py` adds
    `HttpServer.stop()`. The second signal exits at once.

    Python runs signal handlers on the main thread. An app may block that thread by a slow import or
    an async function. The wakeup descriptor works even then. But an app may replace the descriptor,
    for example by `loop.add_signal_handler()`. Then the handler must do.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    wakeup_fd = writer.fileno()
    signal.set_wakeup_fd(wakeup_fd, warn_on_full_buffer=False)

    def handle(number: int, frame: object) -> None:
        if signal.set_wakeup_fd(wakeup_fd, warn_on_full_buffer=False) != wakeup_fd:
            writer.send(bytes([number]))

    restore_in_children(wakeup_fd, handle)
    close_in_children(reader)
    close_in_children(writer)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)
    # The thread keeps both sockets open.
    target, sockets = _exit_on_second_signal, (reader, writer)
    threading.Thread(target=target, args=sockets, name="signals", daemon=True).start()


def exit_at_end_of_input() -> None:
    """
    Exit with code 0, as on a signal, when standard input ends.

    A pipe ends with the process that holds its other end, however that process ends.
    """
    pipe, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    # The app, and the processes that it starts, must not read from the pipe.
    os.dup2(nothing, 0)
    os.close(nothing)
    exit_at_end_of(pipe)


def exit_at_end_of(pipe: int) -> None:
    """Exit with code 0, as on a signal, when this pipe ends."""
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
    """Register a callback to run between the first signal and the exit."""
    _callbacks.append(callback)


def call_at_exit(callback: Callable[[], None]) -> None:
    """Register a callback to run at the very end of the process, unless it crashes."""
    _last_callbacks.append(callback)
    atexit.register(callback)


def _call_and_exit() -> None:
    for callback in _callbacks:
        callback()
    exit_process(0)


def exit_process(code: int) -> NoReturn:
    """Exit without waiting for threads: functions may still run in them."""
    for stream in filter(None, (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)):
        # A stream may be closed, or its pipe may be broken.
        with suppress(OSError, ValueError):
            stream.flush()
    for callback in _last_callbacks:
        callback()
    os._exit(code)
