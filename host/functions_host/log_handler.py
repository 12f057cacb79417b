"""The selection and the format of an app's log lines."""

from __future__ import annotations

import logging
from functools import partial

from .host_json import LogLevels
from .settings import read_switch

# `func start` shows only their warnings and errors by default (docs/host-contract.md#44-logs).
_SYSTEM_LOGGERS = ("azure_functions_worker", "azure.functions")


def configure_log_handler(handler: logging.Handler, levels: LogLevels) -> int:
    """Let a handler show the lines at these levels, and return the level for the root logger."""
    debugs = read_switch("PYTHON_ENABLE_DEBUG_LOGGING")
    user = (logging.DEBUG if debugs else logging.INFO) if levels.user is None else levels.user
    system = logging.WARNING if levels.system is None else levels.system
    handler.setFormatter(_Formatter("%(name)s: %(levelname)s: %(message)s"))
    handler.addFilter(_check_format)
    handler.addFilter(partial(_is_shown, user, system))
    # Core Tools switch the worker's debug logging on unless the app sets it.
    return logging.DEBUG if user <= logging.DEBUG and debugs is not False else logging.INFO


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
