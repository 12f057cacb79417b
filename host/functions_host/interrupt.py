"""Ending the process on SIGINT or SIGTERM, whatever its threads do."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from typing import Callable, List, NoReturn

_finish: List[Callable[[], None]] = []


def end_on_signals() -> None:
    """
    Let SIGINT and SIGTERM end this process, with exit code 0: the first one after what was given
    to `finish_first()`, the next one at once.

    Python runs signal handlers on the main thread, which an app may hold up: by a slow import, or
    in an async function that blocks. The byte that announces a signal is written at once, though.
    """
    waiting, announcing = socket.socketpair()
    announcing.setblocking(False)
    signal.set_wakeup_fd(announcing.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: None)

    def wait_for_signal() -> None:
        while waiting.recv(1)[0] not in (signal.SIGINT, signal.SIGTERM):
            pass

    def wait() -> None:
        wait_for_signal()
        threading.Thread(target=_finish_and_end, name="finishing", daemon=True).start()
        wait_for_signal()
        # Also keeps the socket alive that announces.
        announcing.close()
        end(0)

    threading.Thread(target=wait, name="signals", daemon=True).start()


def finish_first(finish: Callable[[], None]) -> None:
    """
    Have something done between the first signal and the end.
    """
    _finish.append(finish)


def _finish_and_end() -> None:
    for finish in _finish:
        finish()
    end(0)


def end(code: int) -> NoReturn:
    """
    End this process without waiting for threads: functions may run in them.
    """
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None and not stream.closed:
            stream.flush()
    os._exit(code)
