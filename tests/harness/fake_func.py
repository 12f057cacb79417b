"""
STAND-IN for Azure Functions Core Tools: `func start --port N` runs the embedded host.

It checks how the suite starts the `func` on PATH, and that the suite reads its log format. It
proves nothing about Microsoft's host.
"""

import logging
import os
import runpy
import sys


class CoreToolsFormatter(logging.Formatter):
    """Put the time before each line of the text, and write no level."""

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        return "\n".join(f"[2026-11-25T12:00:00.123Z] {line}" for line in lines)


if __name__ == "__main__":
    start, option, port = sys.argv[1:]
    assert (start, option) == ("start", "--port"), sys.argv
    assert os.environ["languageWorkers:python:defaultExecutablePath"] == sys.executable
    sys.stderr.write("STAND-IN for func: the embedded host\n")
    # The embedded host does not change logging that is already set up.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CoreToolsFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.argv[1:] = [".", "--port", port]
    runpy.run_module("functions_host", run_name="__main__", alter_sys=True)
