"""
Take the picture of the host's page that host/readme.md shows.

    python -m integration.browser.screenshot docs/host.png
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from integration.browser.chromium import opened

_ROOT = Path(__file__).resolve().parents[2]
_HOST = [sys.executable, "-m", "functions_host", "samples/v2", "--port", "0", "--stop-at-eof"]


def take(picture: Path) -> None:
    """
    Serve the sample app, call its function, and photograph the page at `/`.

    Args:
        picture: a PNG file, which is written.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(_HOST, cwd=str(_ROOT), stdin=pipe, stderr=pipe, text=True) as host:
        try:
            address = _wait_until_ready(host)
            urlopen(f"{address}/api/HttpTrigger?name=Ada", timeout=30).close()
            with opened() as browser:
                browser.get(address)
                picture.parent.mkdir(parents=True, exist_ok=True)
                browser.save_screenshot(str(picture))
        finally:
            host.terminate()


def _wait_until_ready(host: subprocess.Popen[str]) -> str:
    assert host.stderr
    said = []
    for line in host.stderr:
        said.append(line)
        if line.startswith("Ready on "):
            return line.split()[2].rstrip(".")
    raise SystemExit("".join(said))


if __name__ == "__main__":
    take(Path(sys.argv[1]))
