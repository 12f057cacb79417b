"""
Say what both indexes have under the names of the built files; fail if it is something else.

    python -m integration.release.steps.state SHA256SUMS

Nothing and the same file are fine: the release can be published, or published again. Other bytes
are not, and no later step could replace them. Only the indexes' pages are read, no file is fetched.
"""

from __future__ import annotations

import argparse
import sys
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from integration.release.steps.failure import exit_code
from integration.release.steps.index import INDEXES, PYPI, Found, Pin, burnt, read_pins

PROJECT = "python-worker-extension-timer"


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


def listing(simple: str) -> dict[str, str]:
    """Return file name → SHA-256 of the project's files, as the index's page states them."""
    request = Request(f"{simple.rstrip('/')}/{PROJECT}/", headers={"Accept": "text/html"})
    try:
        with urlopen(request, timeout=30) as answer:
            page = answer.read().decode()
    except HTTPError as error:
        if error.code == 404:
            return {}
        raise
    links = _Links()
    links.feed(page)
    return links.files


def state(pins: list[Pin], listings: dict[str, dict[str, str]]) -> None:
    """Compare the built files with what each index lists."""
    for index, listed in listings.items():
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
    state(pins, {index: listing(simple or PYPI) for index, simple in INDEXES.items()})


if __name__ == "__main__":
    sys.exit(exit_code(main))
