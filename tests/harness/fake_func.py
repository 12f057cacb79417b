"""
STAND-IN for Azure Functions Core Tools: `func start --port N` that is the embedded host.

It shows that the suite starts the `func` on PATH as Core Tools expects to be started, and reads its
log format. It shows nothing about Microsoft's host.
"""

import logging
import os
import runpy
import sys


class CoreToolsFormatter(logging.Formatter):
    """The time before each line of the text, and no level."""

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        return "\n".join(f"[2026-11-25T12:00:00.123Z] {line}" for line in lines)


if __name__ == "__main__":
    start, option, port = sys.argv[1:]
    assert (start, option) == ("start", "--port"), sys.argv
    assert os.environ["languageWorkers:python:defaultExecutablePath"] == sys.executable
    sys.stderr.write("STAND-IN for func: the embedded host\n")
    # The embedded host leaves logging as it is.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CoreToolsFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.argv[1:] = [".", "--port", port]
    runpy.run_module("functions_host", run_name="__main__", alter_sys=True)
