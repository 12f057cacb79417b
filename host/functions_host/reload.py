"""
`functions-host --reload`: serve an app in a child process, and restart it when a file changes.

This process keeps the socket open, so clients wait during a restart.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Callable, List, NoReturn, Optional, Sequence

from .shutdown import call_at_exit, call_before_exit
from .watch import Watch

# Seconds that a child may take to end. This is longer than its grace for running requests.
_PATIENCE = 5.0


class Reloader:
    """
    Run a command again after each change of an app.

    Args:
        command: The command of the host. It also gets `--inherit` with two file descriptors, of the
            socket and of a pipe. When the pipe ends, the process must end.

        note: Called with each line for the user.
    """

    def __init__(
        self,
        root: Path,
        command: Sequence[str],
        listener: socket.socket,
        note: Callable[[str], None],
    ) -> None:
        self._root, self._command, self._listener, self._note = root, command, listener, note
        self._lock, self._is_ending, self._pipe = threading.Lock(), False, -1
        self._child: Optional[subprocess.Popen[bytes]] = None

    def run(self) -> NoReturn:
        """Serve until a signal ends this process and its child."""
        call_before_exit(self._end)
        call_at_exit(self._kill)
        watch = Watch(self._root)
        while True:
            before = watch.look()
            self._start()
            names = watch.wait(before)
            self._note(f"{_join(names)} changed. Starting again.")
            self._stop()

    def _start(self) -> None:
        with self._lock:
            if self._is_ending:
                return
            reader, self._pipe = os.pipe()
            descriptors = (self._listener.fileno(), reader)
            command = [*self._command, "--inherit", "{},{}".format(*descriptors)]
            self._child = subprocess.Popen(command, pass_fds=descriptors)
            os.close(reader)
            self._waiting = threading.Thread(target=self._wait, args=(self._child,), daemon=True)
            self._waiting.start()

    def _wait(self, child: subprocess.Popen[bytes]) -> None:
        code = child.wait()
        if self._child is child and not self._is_ending:
            # Otherwise the child has printed why the app cannot be served.
            if code != 1:
                self._note(f"The app ended its process, with code {code}.")
            self._note("Waiting for a change of the app's files, to start again.")

    def _stop(self) -> None:
        with self._lock:
            child, self._child = self._child, None
            if child is None:
                return
            os.close(self._pipe)
            # Not wait() with a timeout: it would poll every 0.05 seconds.
            self._waiting.join(_PATIENCE)
            if self._waiting.is_alive():
                child.kill()
                self._waiting.join()

    def _end(self) -> None:
        self._is_ending = True
        self._stop()

    def _kill(self) -> None:
        child = self._child
        if child is not None:
            child.kill()


def make_command(arguments: Sequence[str]) -> List[str]:
    """Return the command that started this process, without its own options."""
    # Start a console script as a console script again: `python -m` would add the working directory
    # to the import path.
    is_module = Path(sys.argv[0]).name == "__main__.py"
    start = ["-m", str(__package__)] if is_module else [sys.argv[0]]
    passed = [word for word in arguments if word not in ("--reload", "--stop-at-eof")]
    return [sys.executable, *start, *passed]


def _join(names: List[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more files"
