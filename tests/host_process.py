"""The embedded host as a process, and what it prints."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Callable, List, Tuple
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]

# Exit code, standard output, standard error.
Run = Tuple[int, str, str]


class Process:
    """
    A host that runs, until it is told to stop.
    """

    def __init__(self, root: Path) -> None:
        command = [sys.executable, "-m", "integration.host", str(root), "--port", "0"]
        self._process = subprocess.Popen(
            command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self._process.stderr
        self.banner: List[str] = []
        for line in self._process.stderr:
            self.banner.append(line.decode().rstrip("\n"))
            if line.startswith(b"Ready on "):
                break
        self.address = self.banner[-1].split()[2].rstrip(".")

    def get(self, path: str) -> int:
        try:
            with urlopen(self.address + path) as response:
                return int(response.status)
        except OSError as error:
            return int(getattr(error, "code", 0))

    def stop(self, number: int = signal.SIGTERM) -> Run:
        self._process.send_signal(number)
        out, err = self._process.communicate(timeout=30)
        return self._process.returncode, out.decode(), err.decode()

    def ask(self, request: bytes) -> bytes:
        """Send bytes as they are, and return the answer."""
        with self.connect() as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(4096), b""))

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", int(self.address.rpartition(":")[2])))

    def next_line(self) -> str:
        """Return the next line on standard error."""
        assert self._process.stderr
        return self._process.stderr.readline().decode()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


Serve = Callable[[Path], Process]
