"""`functions-host --check`: load an app without serving it."""

from __future__ import annotations

from pathlib import Path

from .app import load
from .errors import HostError
from .report import Report, make_failure_report, make_report
from .settings import apply_settings
from .terminal import Terminal
from .worker import RequestRecord


async def check(root: Path, terminal: Terminal, as_json: bool) -> int:
    """Print what an app has, and return the exit code: 1 if it has a fault or no functions."""
    report = await _load(root, terminal)
    terminal.print_check(report, as_json)
    return 0 if report.is_ok else 1


async def _load(root: Path, terminal: Terminal) -> Report:
    try:
        settings = apply_settings(root, 7071)
        terminal.show_logs(settings.host.levels)
        return make_report(await load(root, settings, _ignore))
    except HostError as error:
        return make_failure_report(root, error)


async def _ignore(record: RequestRecord) -> None:
    """An app that is only checked gets no requests."""
