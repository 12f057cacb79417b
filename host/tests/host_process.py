"""The embedded host as a process, and what it prints."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Callable, List, Tuple
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]

# Exit code, standard output, standard error.
Run = Tuple[int, str, str]


class _Reader:
    """Read a stream to its end, line by line, before anybody asks for it."""

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
    A host that runs, until it is told to stop.
    """

    def __init__(self, root: Path) -> None:
        command = [sys.executable, "-m", "functions_host", str(root), "--port", "0"]
        self._process = subprocess.Popen(
            command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self._process.stdout
        assert self._process.stderr
        # A pipe that nobody reads would stop the host once it is full.
        self._out, self._err = _Reader(self._process.stdout), _Reader(self._process.stderr)
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
        except OSError as error:
            return int(getattr(error, "code", 0))

    def stop(self, number: int = signal.SIGTERM) -> Run:
        self.signal(number)
        return self.stop_has_begun()

    def stop_has_begun(self) -> Run:
        """Return what `stop()` does, after a signal that was sent before."""
        code = self._process.wait(30)
        return code, self._out.rest(), self._err.rest()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def ask(self, request: bytes) -> bytes:
        """Send bytes as they are, and return the answer."""
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
        self._out.rest(), self._err.rest()


Serve = Callable[[Path], Process]
