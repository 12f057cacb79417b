"""Hosts that are a process on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Callable, Dict, List

from integration.hosts.protocol import Host, HostError
from integration.hosts.readiness import NotReadyError, wait_until_ready

# An app's own local.settings.json decides about these, not the environment of the tests.
_DECIDED_BY_APP = ("AzureWebJobs", "CONTAINER_NAME", "PYTHON_ENABLE_", "WEBSITE_")


class ProcessHost(Host):
    """A host that runs an app with the Python of these tests, and prints to a file."""

    _process: subprocess.Popen[bytes]

    @property
    def _log(self) -> Path:
        return self._folder / "host.log"

    def run(self, command: List[str], folder: Path, environment: Dict[str, str]) -> None:
        """
        Run the command of the host in a folder.
        """
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(_DECIDED_BY_APP)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=str(folder),
                env={**inherited, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # The process may start others, which are stopped with it.
                start_new_session=True,
            )

    def wait(self, find_problem: Callable[[], str]) -> None:
        """
        Wait until the host is ready.

        Raises:
            HostError: It ended, or is not ready in time.
        """
        try:
            wait_until_ready(find_problem, self._options.ready_within, self._check_alive)
        except NotReadyError as last:
            self.stop()
            raise HostError(
                f"{self.name} did not serve its app in {self._options.ready_within:g} s: {last}. "
                f"Raise --ready-within, or read its log:\n{self.output()}"
            ) from None

    def stop(self) -> None:
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        self._process.wait()

    def output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _check_alive(self) -> None:
        code = self._process.poll()
        if code is not None:
            self.stop()
            raise HostError(
                f"{self.name} ended with exit code {code} before it served its app. Its log:\n"
                f"{self.output()}"
            )

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
