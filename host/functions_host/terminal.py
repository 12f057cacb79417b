"""The host's output: requests on standard output, everything else on standard error."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from functools import partial

from .calls import keep_record
from .errors import HostError
from .host_json import LogLevels
from .output import Output, escape_line
from .report import Report, to_json, to_lines
from .settings import read_switch
from .worker import RequestRecord

# Seconds to wait for a slow terminal.
_PATIENCE = 0.5
# `func start` shows only their warnings and errors by default (docs/host-contract.md#44-logs).
_SYSTEM_LOGGERS = ("azure_functions_worker", "azure.functions")


class Terminal:
    """
    Print one line for each request, and everything else as notes.

    Text from a client or an app cannot start a new line, except text that the app prints.
    """

    def __init__(self) -> None:
        self._output = Output(sys.stdout, sys.stderr)
        self._requests, self._notes = self._output.out, self._output.err

    def show_logs(self, levels: LogLevels) -> None:
        """Show the app's log lines at these levels, and the app's own output, among the notes."""
        debugs = read_switch("PYTHON_ENABLE_DEBUG_LOGGING")
        user = (logging.DEBUG if debugs else logging.INFO) if levels.user is None else levels.user
        system = logging.WARNING if levels.system is None else levels.system
        handler = logging.StreamHandler(self._notes)
        handler.setFormatter(_Formatter("%(name)s: %(levelname)s: %(message)s"))
        handler.addFilter(_check_format)
        handler.addFilter(partial(_is_shown, user, system))
        handler.addFilter(keep_record)
        logging.basicConfig(level=logging.INFO if user > 10 else logging.DEBUG, handlers=[handler])
        sys.stdout = sys.stderr = self._notes

    def finish(self) -> None:
        """Wait a short time until everything is shown."""
        self._output.drain(_PATIENCE)

    def print_error(self, error: HostError) -> None:
        """Print why the host stops."""
        self._note(f"error: {error.describe()}")

    def print_note(self, message: str) -> None:
        """Print what the user should know before the first request."""
        self._note(f"note: {message}")

    def print_banner(self, report: Report, address: str) -> None:
        """Print versions, functions and address. Call this once the host listens."""
        for line in [*to_lines(report, address), f"Ready on {address}. Press CTRL+C to stop."]:
            self._note(line)

    def print_check(self, report: Report, as_json: bool) -> None:
        """Print the result of a check on standard output."""
        lines = [json.dumps(to_json(report), indent=2)]
        if not as_json:
            lines = to_lines(report, "")
            lines += [f"note: {note}" for note in report.notes]
            lines += [f"error: {fault.describe()}" for fault in report.faults]
            lines.append(_conclude(report))
        self._requests.write("\n".join([*lines, ""]))

    async def print_request(self, record: RequestRecord) -> None:
        """Print a request's line, and its function's exception or outputs."""
        time = datetime.now().strftime("%H:%M:%S")
        name = record.function.name if record.function else "-"
        self._requests.write(
            f"{time}  {record.method:<5} {escape_line(record.path):<24} {record.status}  "
            f"{escape_line(name):<12} {record.elapsed * 1000:.1f} ms\n"
        )
        for line in record.lines:
            self._note(f"  {escape_line(line)}")
        if record.note:
            self._note(f"  note: {escape_line(record.note)}")
        # When a client has its response, the lines must be printed.
        await self._output.wait(_PATIENCE)

    def _note(self, line: str) -> None:
        self._notes.write(f"{line}\n")


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # A record with line breaks must not look like several records.
        return super().format(record).rstrip().replace("\n", "\n    ")


def _check_format(record: logging.LogRecord) -> bool:
    # The worker formats records outside logging's error handling (logging.py, worker 4.34). So a
    # record that cannot be formatted raises in the call that logs it.
    record.getMessage()
    return True


def _is_shown(user: int, system: int, record: logging.LogRecord) -> bool:
    if not record.name.startswith(_SYSTEM_LOGGERS):
        return record.levelno >= user
    # Microsoft's host logs system records at CRITICAL as information (GrpcWorkerChannel.cs,
    # 4.1037).
    level = logging.INFO if record.levelno >= logging.CRITICAL else record.levelno
    return level >= max(system, logging.INFO)


def _conclude(report: Report) -> str:
    if report.is_ok:
        return "The app can be served."
    count = len(report.faults)
    faults = f"{count} fault{'s' * (count > 1)}" if count else "0 functions"
    return f"The app cannot be served: {faults}."
