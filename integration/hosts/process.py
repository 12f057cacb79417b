"""Hosts that run as a process on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import List, Mapping, Optional

from integration.hosts.readiness import StartingHost

# The app's local.settings.json or the class of the host sets these, not the environment of the
# tests.
_DECIDED_BY_APP = (
    "AzureWebJobs", "CONTAINER_NAME", "FUNCTIONS_HOST_", "PYTHON_ENABLE_", "WEBSITE_",
)  # fmt: skip


class ProcessHost(StartingHost):
    """A host that runs an app with the Python of these tests and prints to a file."""

    _process: Optional[subprocess.Popen[bytes]] = None

    @property
    def _log(self) -> Path:
        return self._folder / "host.log"

    def run(self, command: List[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Run the command of the host in a folder."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(_DECIDED_BY_APP)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=str(folder),
                env={**inherited, **environment},
                # The pipe closes when this process ends, even if it is killed.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Stop the processes that this process started, too.
                start_new_session=True,
            )

    def find_exit_code(self) -> Optional[int]:
        assert self._process
        return self._process.poll()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _send_signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        _send_signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
        assert process.stdin
        process.stdin.close()

    def output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")


def _send_signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
