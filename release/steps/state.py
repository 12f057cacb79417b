"""
Say what both indexes have under the names of the built files; fail if it is something else.

    python -m release.steps.state SHA256SUMS

Nothing and the same file are fine: the release can be published, or published again. Other bytes
are not, and no later step could replace them. An index that cannot be asked, or not within a
minute, stops nothing here: this only looks ahead, and the files are compared again after they were
published.

Only the indexes' pages are read, no file is fetched.
"""

from __future__ import annotations

import argparse
import sys
import threading
from concurrent.futures import Future, wait
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import urllib3

from release.steps.failure import exit_code
from release.steps.index import INDEXES, PYPI, Found, Pin, burnt, read_pins

PROJECT = "python-worker-extension-timer"
_AGAIN = urllib3.Retry(3, backoff_factor=0.2, status_forcelist=[429, 500, 502, 503, 504])
_PATIENCE = 60.0


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note file name and SHA-256 of a link, as PEP 503 has them."""
        link = urlsplit(dict(attrs).get("href") or "")
        if tag == "a":
            name = PurePosixPath(link.path).name
            self.files[name] = link.fragment.removeprefix("sha256=")


class SilentError(Exception):
    """Raised when an index gives no page; the text says what it gave."""


def listing(simple: str) -> dict[str, str]:
    """
    Return file name → SHA-256 of the project's files, as the index's page states them.

    Raises:
        SilentError: the index could not be asked, three times over, or took too long altogether.
    """
    page = f"{simple.rstrip('/')}/{PROJECT}/"
    try:
        answer = _get(page)
    except urllib3.exceptions.HTTPError as error:
        raise SilentError(str(error)) from error
    if answer.status == 404:
        return {}
    if answer.status != 200:
        raise SilentError(f"{page} answers {answer.status} {answer.reason}")
    links = _Links()
    links.feed(answer.data.decode())
    return links.files


def _get(page: str) -> urllib3.BaseHTTPResponse:
    """Return the answer. urllib3 bounds each read, but not how many there are, nor the pauses."""
    future: Future[urllib3.BaseHTTPResponse] = Future()

    def ask() -> None:
        try:
            answer = urllib3.request(
                "GET", page, headers={"Accept": "text/html"}, retries=_AGAIN, timeout=30
            )
            future.set_result(answer)
        except Exception as error:
            future.set_exception(error)

    # Nobody waits for a daemon, not even Python when it ends.
    threading.Thread(target=ask, daemon=True).start()
    if wait([future], _PATIENCE).not_done:
        raise SilentError(f"{page} did not come within {_PATIENCE:g} s")
    return future.result()


def state(index: str, simple: str, pins: list[Pin]) -> None:
    """Compare the built files with what an index lists."""
    try:
        listed = listing(simple)
    except SilentError as error:
        sys.stdout.write(f"::warning::{index} cannot be asked now, so nothing is known: {error}\n")
        return
    for pin in pins:
        found = _found(pin, listed)
        sys.stdout.write(f"{index} has {found.value} under the name {pin.filename}\n")
        if found is Found.OTHER:
            raise burnt(index, pin)


def _found(pin: Pin, listed: dict[str, str]) -> Found:
    if pin.filename not in listed:
        return Found.NOTHING
    return Found.SAME if listed[pin.filename] == pin.sha256 else Found.OTHER


def main() -> None:
    """Ask for the files that the checksums name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sums", type=Path)
    pins = read_pins(parser.parse_args().sums)
    for index, simple in INDEXES.items():
        state(index, simple or PYPI, pins)


if __name__ == "__main__":
    sys.exit(exit_code(main))
