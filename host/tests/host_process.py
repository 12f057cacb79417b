"""The embedded host as a process, with its output."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Callable, List, Tuple
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]

# Exit code, standard output, standard error.
Run = Tuple[int, str, str]


class _Reader:
    """Read a stream to its end: a full pipe would block the host."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        for line in self._stream:
            self._lines.put(line.decode())
        self._stream.close()
        self._lines.put("")

    def next_line(self) -> str:
        return self._lines.get(timeout=30)

    def rest(self) -> str:
        self._thread.join(30)
        lines = []
        while not self._lines.empty():
            lines.append(self._lines.get())
        return "".join(lines)


class Process:
    """
    A running host, until `stop()`.

    If `stdout` is a file, the host writes to it instead of a pipe.
    """

    def __init__(
        self, root: Path, *options: str, stdout: int = subprocess.PIPE, **environment: str
    ) -> None:
        command = [sys.executable, "-m", "functions_host", str(root), "--port", "0", *options]
        # If this process is killed, the host's standard input ends, and so the host ends.
        command.append("--stop-at-eof")
        self._process = subprocess.Popen(
            command,
            cwd=str(ROOT),
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        assert self._process.stdin
        assert self._process.stderr
        self._in = self._process.stdin
        # If standard output is a file, there is no pipe to read.
        self._out = _Reader(self._process.stdout or io.BytesIO())
        self._err = _Reader(self._process.stderr)
        self.banner: List[str] = []
        for line in iter(self._err.next_line, ""):
            self.banner.append(line.rstrip("\n"))
            if line.startswith("Ready on "):
                break
        self.address = self.banner[-1].split()[2].rstrip(".")

    def get(self, path: str) -> int:
        try:
            with urlopen(self.address + path) as response:
                return int(response.status)
        except HTTPError as error:
            with error:
                return error.code

    def stop(self, number: int = signal.SIGTERM) -> Run:
        self.signal(number)
        return self.wait()

    def wait(self) -> Run:
        """Return exit code, standard output and standard error, after a signal."""
        code = self._process.wait(30)
        self._in.close()
        return code, self._out.rest(), self._err.rest()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def ask(self, request: bytes) -> bytes:
        """Send bytes unchanged, and return the answer."""
        with self.connect() as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(4096), b""))

    def connect(self) -> socket.socket:
        address = ("127.0.0.1", int(self.address.rpartition(":")[2]))
        return socket.create_connection(address, timeout=30)

    def next_line(self) -> str:
        """Return the next line on standard error."""
        return self._err.next_line()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._in.close()
        self._out.rest(), self._err.rest()


Serve = Callable[..., Process]
