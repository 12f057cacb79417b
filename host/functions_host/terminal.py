"""What the host prints: requests on standard output, everything else on standard error."""

from __future__ import annotations

import logging
import platform
import sys
from datetime import datetime
from typing import TYPE_CHECKING, List, Optional, TextIO

import azure.functions as func

from . import extensions
from .errors import user_frames
from .settings import is_true

if TYPE_CHECKING:
    from .app import App, Served

# System logs: `func start` shows warnings and errors of them only (host-contract 4.4).
_SYSTEM = ("azure_functions_worker", "azure.functions")


class Terminal:
    """
    Print for a person.

    Args:
        requests: Gets one line for each request.

        notes: Gets everything else.
    """

    def __init__(self, requests: TextIO = sys.stdout, notes: TextIO = sys.stderr) -> None:
        self._requests, self._notes = requests, notes

    def show_logs(self) -> None:
        """
        Show the log lines of the app, and what it prints, where they don't mix with requests.
        """
        handler = logging.StreamHandler(self._notes)
        handler.setFormatter(logging.Formatter("%(name)s: %(levelname)s: %(message)s"))
        handler.addFilter(_is_shown)
        is_verbose = is_true("PYTHON_ENABLE_DEBUG_LOGGING")
        logging.basicConfig(level=logging.DEBUG if is_verbose else logging.INFO, handlers=[handler])
        sys.stdout = self._notes

    def error(self, message: str) -> None:
        """
        Say why the host stops.
        """
        self._note(f"error: {message}")

    def started(self, app: App, address: str) -> None:
        """
        Say what is served, and where; the last line is only printed when it is.
        """
        versions = [
            f"azure-functions {func.__version__}",
            app.worker.runtime,
            f"Python {platform.python_version()}",
            f"extensions: {_extensions()}",
        ]
        self._note("Functions host (not Microsoft's): " + ", ".join(filter(None, versions)))
        rows = _rows(app, address)
        widths = [max([len(row[column]) for row in rows], default=0) for column in (0, 1)]
        self._note("")
        for name, kind, where in rows:
            self._note(f"  {name:{widths[0]}}  {kind:{widths[1]}}  {where}")
        self._note("")
        self._note(f"Ready on {address}. Press CTRL+C to stop.")

    def served(self, served: Served, app: App) -> None:
        """
        Print a request's line, and what its function raised or sent.
        """
        time = datetime.now().strftime("%H:%M:%S")
        name = served.function.name if served.function else "-"
        self._requests.write(
            f"{time}  {served.method:<5} {served.path:<24} {served.status}  {name:<12} "
            f"{served.elapsed * 1000:.1f} ms\n"
        )
        self._requests.flush()
        if served.outcome is None or served.function is None:
            return
        if served.outcome.error is not None:
            for line in user_frames(served.outcome.error, app.root):
                self._note(f"  {line}")
        for binding in served.function.definition.bindings:
            if binding.type != "http" and binding.name in served.outcome.outputs:
                sent = served.outcome.outputs[binding.name].value
                self._note(f"  sent to {binding.name} ({binding.type}), which is not there: {sent}")
        names = [binding.name for binding in served.function.definition.bindings]
        if "$return" in served.outcome.outputs and "$return" not in names:
            self._note(f"  returned to its trigger: {served.outcome.outputs['$return'].value}")

    def _note(self, line: str) -> None:
        self._notes.write(f"{line}\n")
        self._notes.flush()


def _is_shown(record: logging.LogRecord) -> bool:
    if record.name.startswith(_SYSTEM):
        return record.levelno in (logging.WARNING, logging.ERROR)
    return True


def _extensions() -> str:
    names = ", ".join(extensions.registered())
    if not names:
        return "none"
    if extensions.are_called():
        return names
    if sys.version_info >= (3, 13):
        return f"{names} (the worker calls none itself: Python 3.13 or newer)"
    return f"{names} (the worker calls none itself: set {extensions.FLAG}=1)"


def _methods(methods: Optional[List[str]]) -> str:
    if methods is None:
        return "any method"
    return ",".join(methods) or "no method"


def _rows(app: App, address: str) -> List[List[str]]:
    rows = []
    for function in app.functions:
        if function.route is not None:
            methods = _methods(function.methods)
            rows.append([function.name, methods, f"{address}/{function.route.template}"])
        else:
            kind = function.definition.trigger.type[: -len("Trigger")]
            where = f"POST {address}/admin/functions/{function.name}"
            rows.append([function.name, kind, where])
    return rows
