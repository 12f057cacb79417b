"""
Azure Functions Core Tools: the `func start` on PATH.

    python -m integration.hosts.core_tools [OPTION OF PYTEST…]     the suite there: tox -e coretools
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from integration.catalog import PROBES
from integration.hosts import logs
from integration.hosts.availability import report_missing
from integration.hosts.ports import find_free_port
from integration.hosts.process import ProcessHost
from integration.hosts.protocol import Feature, HostError
from integration.hosts.readiness import find_url_problem, read_until_quiet

_MISSING = "func is not on PATH. Install Azure Functions Core Tools 4, or open the dev container."


class CoreToolsHost(ProcessHost):
    """`func start` in a copy of an app."""

    name = "core-tools"
    lacks = (Feature.LOG_LEVELS, Feature.STORAGE)
    read_log = staticmethod(logs.read_core_tools)

    def start(self) -> str:
        func = shutil.which("func")
        if func is None:
            raise HostError(_MISSING)
        # func adds files to the folder of the app.
        app = self._folder / "app"
        shutil.copytree(str(self._app), str(app), ignore=shutil.ignore_patterns("__pycache__"))
        port = find_free_port()
        address = f"http://127.0.0.1:{port}"
        # From 4.8 on, func does not know Python 3.7 and 3.8. It would take another Python from
        # PATH, which does not have the wheel.
        environment = {
            "PATH": os.pathsep.join(
                [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
            ),
            "languageWorkers:python:defaultExecutablePath": sys.executable,
            "FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT": "1",
        }
        # func does not end by itself if the tests are killed.
        supervisor = [sys.executable, str(Path(__file__).with_name("supervisor.py"))]
        self.run([*supervisor, func, "start", "--port", str(port)], app, environment)
        self.wait_until_ready(lambda: find_url_problem(address + PROBES[self._app.name]))
        return address

    def output(self) -> str:
        return read_until_quiet(super().output)


def main() -> int:
    """Run the suite on `func start`."""
    if shutil.which("func") is None:
        return report_missing(f"the suite on func start: {_MISSING}")
    suite = [sys.executable, "-m", "pytest", "integration", "--functions-host=core-tools"]
    # A host that hangs or never answers costs many seconds for each test.
    return subprocess.run([*suite, "--maxfail=10", *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
