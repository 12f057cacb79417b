"""
The program in the stand-in for an official image: the embedded host, set up like that image.

It listens where `ASPNETCORE_URLS` says, serves `AzureWebJobsScriptRoot`, and logs in the format of
.NET's console logger, without the worker's own logs. It checks no keys. Tests that pass with it
prove nothing about Microsoft's host.
"""

from __future__ import annotations

import logging
import os
import runpy
import sys
from urllib.parse import urlsplit

_LEVELS = {"DEBUG": "dbug", "INFO": "info", "WARNING": "warn", "ERROR": "fail", "CRITICAL": "crit"}


class DotnetFormatter(logging.Formatter):
    """Write level and category on one line, then the indented text."""

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        return "\n      ".join([f"{_LEVELS[record.levelname]}: Function.app.User[0]", *lines])


def is_shown(record: logging.LogRecord) -> bool:
    """Return whether a record is the app's, not the worker's."""
    return not record.name.startswith(("azure_functions_worker", "azure.functions"))


def log_as_dotnet() -> None:
    """Set up logging. The embedded host then leaves it as it is."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DotnetFormatter())
    handler.addFilter(is_shown)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


if __name__ == "__main__":
    sys.stderr.write("STAND-IN for mcr.microsoft.com/azure-functions/python: the embedded host\n")
    log_as_dotnet()
    # In ASP.NET, + means every address.
    where = urlsplit(os.environ["ASPNETCORE_URLS"].replace("+", "0.0.0.0"))
    options = ["--host", str(where.hostname), "--port", str(where.port or 80)]
    sys.argv[1:] = [os.environ["AzureWebJobsScriptRoot"], *options]
    runpy.run_module("functions_host", run_name="__main__", alter_sys=True)
