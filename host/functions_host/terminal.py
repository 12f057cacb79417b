"""The host's output: requests on standard output, everything else on standard error."""

from __future__ import annotations

import json
import logging
import sys
from time import strftime

from .calls import keep_record
from .errors import HostError
from .host_json import LogLevels
from .log_handler import configure_log_handler
from .output import Output, escape_line
from .report import Report, to_json, to_lines
from .worker import RequestRecord

# Seconds to wait for a slow terminal.
_PATIENCE = 0.5


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
        handler = logging.StreamHandler(self._notes)
        level = configure_log_handler(handler, levels)
        handler.addFilter(keep_record)
        logging.basicConfig(level=level, handlers=[handler])
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
        name = record.function.name if record.function else "-"
        self._requests.write(
            f"{strftime('%H:%M:%S')}  {record.method:<5} {escape_line(record.path):<24} "
            f"{record.status}  {escape_line(name):<12} {record.elapsed * 1000:.1f} ms\n"
        )
        for line in record.lines:
            self._note(f"  {escape_line(line)}")
        if record.note:
            self._note(f"  note: {escape_line(record.note)}")
        # When a client has its response, the lines must be printed.
        await self._output.wait(_PATIENCE)

    def _note(self, line: str) -> None:
        self._notes.write(f"{line}\n")


def _conclude(report: Report) -> str:
    if report.is_ok:
        return "The app can be served."
    count = len(report.faults)
    faults = f"{count} fault{'s' * (count > 1)}" if count else "0 functions"
    return f"The app cannot be served: {faults}."
