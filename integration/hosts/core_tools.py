"""
Azure Functions Core Tools, `func start`, whichever is on PATH.

    python -m integration.hosts.core_tools [OPTION OF PYTEST…]     the suite there: tox -e coretools
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Dict, Mapping, Optional, Tuple

from integration.hosts.ports import free_port
from integration.hosts.ready import PROBES, NotReadyError, wait_until_ready
from integration.hosts.unavailable import unavailable

MISSING = "func is not on PATH. Install Azure Functions Core Tools 4, or open the dev container."


class CoreToolsError(Exception):
    """Raised when `func start` cannot be had or does not serve its app; the text says why."""


class CoreToolsHost:
    """
    `func start` in a copy of an app, with the Python of these tests.

    Args:
        environment: What the app's settings do not say, without what they should.

        ready_within: How many seconds it has until it serves.
    """

    name = "core-tools"
    python: Tuple[int, int] = sys.version_info[:2]
    shows_system_logs = True
    has_storage = False
    admin_headers: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self, app: Path, folder: Path, environment: Dict[str, str], ready_within: float
    ) -> None:
        self._app, self._folder, self._environment = app, folder, environment
        self._ready_within = ready_within
        self._log = folder / "host.log"
        self._process: Optional[subprocess.Popen[bytes]] = None

    def start(self) -> str:
        """
        Return the address that the app is served at.

        Raises:
            CoreToolsError: It is not; the text says why.
        """
        func = shutil.which("func")
        if func is None:
            raise CoreToolsError(MISSING)
        # func adds files to the folder that it serves.
        app = self._folder / "app"
        shutil.copytree(str(self._app), str(app), ignore=shutil.ignore_patterns("__pycache__"))
        port = free_port()
        command = [func, "start", "--port", str(port)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=str(app),
                env={**self._environment, **_python_of_these_tests()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its workers are stopped with it.
                start_new_session=True,
            )
        address = f"http://127.0.0.1:{port}"
        self._wait(address + PROBES[self._app.name])
        return address

    def stop(self) -> None:
        assert self._process is not None
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def output(self) -> str:
        """
        Return all that it has printed.
        """
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _wait(self, probe: str) -> None:
        try:
            wait_until_ready(probe, self._ready_within, self._check_alive)
        except NotReadyError as last:
            self.stop()
            raise CoreToolsError(
                f"func start did not serve its app in {self._ready_within:g} s: {last}. "
                f"Give it longer with --ready-within, or look at its log:\n{self.output()}"
            ) from None

    def _check_alive(self) -> None:
        assert self._process is not None
        code = self._process.poll()
        if code is not None:
            self._signal(signal.SIGKILL)
            raise CoreToolsError(
                f"func start ended with exit code {code} before it served. Its log:\n"
                f"{self.output()}"
            )

    def _signal(self, number: int) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _python_of_these_tests() -> Dict[str, str]:
    # Of its own accord, func takes another one on PATH where it does not know this one
    # (facts on Core Tools 4.8, which dropped 3.7 and 3.8), and that has not the wheel.
    folder = str(Path(sys.executable).parent)
    return {
        "PATH": os.pathsep.join([folder, os.environ.get("PATH", os.defpath)]),
        "languageWorkers:python:defaultExecutablePath": sys.executable,
        "FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT": "1",
    }


def main() -> int:
    """Run the suite on `func start`."""
    if shutil.which("func") is None:
        return unavailable(f"the suite on func start: {MISSING}")
    suite = [sys.executable, "-m", "pytest", "integration", "--functions-host=core-tools"]
    return subprocess.run([*suite, *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
