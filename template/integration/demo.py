"""
Call the sample app once on the embedded host, and show the response and the log.

The smoke test of a release runs this with the wheel from the index.
"""

import logging
import sys
from pathlib import Path
from typing import List

from functions_host.client import load_app

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "v2"
EXPECTED = ["Hello, Ada.", "HttpTrigger starts", "HttpTrigger has returned"]


def main() -> int:
    """Return 0 only if the response and the log are as expected."""
    log = Log()
    with load_app(SAMPLE) as app:
        logging.basicConfig(level=logging.INFO, handlers=[log])
        response = app.client.get("/api/HttpTrigger?name=Ada")
    shown = [response.text, *log.lines]
    print("\n".join(shown))
    missing = [line for line in EXPECTED if line not in shown]
    print(f"error: this is missing: {', '.join(missing)}" if missing else "OK")
    return bool(missing)


class Log(logging.Handler):
    """The texts of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


if __name__ == "__main__":
    sys.exit(main())
