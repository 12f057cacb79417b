"""
Call the sample app once on the embedded host, and show the response and the log.

The smoke test of a release runs this with the wheel from the index.
"""

import sys
from pathlib import Path

from functions_host.client import load_app

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "v2"
EXPECTED = ["Hello, Ada.", "HttpTrigger starts", "HttpTrigger has returned"]


def main() -> int:
    """Return 0 only if the response and the log have what is expected."""
    with load_app(SAMPLE) as app:
        response = app.get("/api/HttpTrigger?name=Ada")
        shown = "\n".join([response.text, *app.logs])
    print(shown)
    missing = [text for text in EXPECTED if text not in shown]
    print(f"error: this is missing: {', '.join(missing)}" if missing else "OK")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
