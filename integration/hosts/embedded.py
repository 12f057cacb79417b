"""
The hosts that the suite runs on; a test must not know which one it has.

To add one, give it `start()`, `stop()`, `output()` and what stands before them below, and a name in
`conftest.py`. `func start` is in `core_tools.py`, the official image in `container/host.py`.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Dict, Mapping, Optional, Tuple, Union

from integration.hosts.core_tools import CoreToolsHost

if TYPE_CHECKING:
    from integration.hosts.container.host import ContainerHost

ROOT = Path(__file__).parents[2]
APPS: Dict[str, Path] = {
    app.name: app
    for parent in (ROOT / "samples", ROOT / "integration" / "apps")
    for app in sorted(parent.iterdir())
}
Version = Tuple[int, int]

_READY = re.compile(r"^Ready on (http://\S+)\. Press CTRL\+C to stop\.$", re.MULTILINE)


class EmbeddedHost:
    """`python -m functions_host`, as a process of its own."""

    name = "embedded"
    python: Version = sys.version_info[:2]
    # Whether warnings and errors of the worker itself can be read, not the app's only.
    shows_system_logs = True
    # Whether queues can be reached; the embedded host shows what would be sent there.
    has_storage = True
    # What lets a request set off a function that is no HTTP function.
    admin_headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, app: str, folder: Path) -> None:
        self._app = app
        self._log = folder / "host.log"
        self._process: Optional[subprocess.Popen[bytes]] = None

    def start(self) -> str:
        """
        Return the address that the app is served at.
        """
        command = [sys.executable, "-m", "functions_host", str(APPS[self._app]), "--port", "0"]
        # The host ends if this process is killed: then its standard input ends.
        command.append("--stop-at-eof")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=str(ROOT),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment(),
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            ready = _READY.search(self.output())
            if ready:
                return ready.group(1)
            time.sleep(0.01)
        self.stop()
        raise AssertionError(f"{' '.join(command)} did not get ready:\n{self.output()}")

    def stop(self) -> None:
        assert self._process is not None
        assert self._process.stdin
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdin.close()

    def output(self) -> str:
        """
        Return all that the host has printed.
        """
        return self._log.read_text(encoding="utf-8", errors="replace")


class UrlHost:
    """Any host that serves the app already; what it prints is out of reach."""

    name = "url"
    shows_system_logs = True
    has_storage = True
    admin_headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, address: str, python: Version) -> None:
        self._address = address
        self.python = python

    def start(self) -> str:
        return self._address.rstrip("/")

    def stop(self) -> None:
        """
        Leave it running: somebody else started it.
        """

    def output(self) -> None:
        return None


Host = Union[EmbeddedHost, UrlHost, CoreToolsHost, "ContainerHost"]


def environment() -> Dict[str, str]:
    """
    Return this process's environment, without what decides about an app.
    """
    # The app's own local.settings.json decides, not what this shell happens to have set.
    decided_by_app = ("AzureWebJobs", "CONTAINER_NAME", "PYTHON_ENABLE_", "WEBSITE_")
    return {k: v for k, v in os.environ.items() if not k.startswith(decided_by_app)}
