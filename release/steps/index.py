"""
Compare the built files with the files of the same names on both indexes, before publishing.

    python -m release.steps index SHA256SUMS

The step fails if an index has a different file under one of the names, because no later step could
replace it. A missing file is fine, and so is the same file: the release can be published, or
published again. If an index does not answer within a minute, the step only warns: the files are
compared again after publishing.
"""

import contextlib
import hashlib
import http.client
import json
import os
import signal
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from release.steps.checksums import read_sums
from release.steps.step import ReleaseError

_PATIENCE = 60.0
_TESTPYPI = "https://test.pypi.org/simple/"
# PyPI has the same pages at TestPyPI's address without "test.". The rehearsal sets the variables to
# the addresses of two local indexes.
INDEXES = {
    "testpypi": os.environ.get("TESTPYPI_SIMPLE", _TESTPYPI),
    "pypi": os.environ.get("PYPI_SIMPLE", _TESTPYPI.replace("test.", "", 1)),
}
# https://packaging.python.org/en/latest/specifications/simple-repository-api/
_HEADERS = {
    "Accept": "application/vnd.pypi.simple.v1+json, */*;q=0.1",
    "User-Agent": "release.steps",
}


class NoAnswerError(Exception):
    """Raised when an index does not answer a request, or not in time."""


def find_file(index: str, name: str, digest: str, patience: float) -> str | None:
    """
    Return the address of a built file on an index, or None if the index does not have it yet.

    Raises:
        NoAnswerError: the index did not answer within `patience` seconds.
        ReleaseError: the index has a different file under the name.
    """
    project = name.split("-")[0].replace("_", "-")
    page = f"{INDEXES[index]}{project}/"
    try:
        listed = json.loads(_read(page, patience) or '{"files": []}')["files"]
        known = {file["filename"]: (file["url"], file["hashes"]["sha256"]) for file in listed}
    except (KeyError, TypeError, ValueError) as error:
        raise NoAnswerError(f"{page} is not a JSON page of an index: {error!r}") from None
    if name not in known:
        return None
    address, stated = known[name]
    if stated != digest:
        raise _name_taken(index, name, digest)
    return str(urllib.parse.urljoin(page, address))


def download(index: str, name: str, digest: str, patience: float) -> bytes | None:
    """
    Return the content of a built file on an index.

    Arguments and errors are as in `find_file()`.
    """
    address = find_file(index, name, digest, patience)
    content = _read(address, patience) if address else None
    if content is not None and hashlib.sha256(content).hexdigest() != digest:
        raise _name_taken(index, name, digest)
    return content


def _name_taken(index: str, name: str, digest: str) -> ReleaseError:
    return ReleaseError(
        f"{index} has a different file under the name {name} (ours: sha256 {digest}). "
        f"An index accepts each name once: raise the version and release that."
    )


def _read(address: str, patience: float) -> bytes | None:
    """Return the content at an address, or None after a 404."""
    request = urllib.request.Request(address, headers=_HEADERS)
    try:
        with _limit(patience), urllib.request.urlopen(request) as answer:
            content: bytes = answer.read()
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError) and error.code == 404:
            return None
        raise NoAnswerError(f"{address}: {error}") from None
    return content


@contextlib.contextmanager
def _limit(patience: float) -> Iterator[None]:
    """
    Raise a TimeoutError if the block takes longer.

    A socket's timeout applies to each read, so an index that sends a byte now and then would never
    reach it.
    """

    def stop(*_: object) -> None:
        raise TimeoutError(f"stopped after {patience:.0f} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, patience)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main(sums: Path) -> None:
    """Compare the files in the checksums with both indexes, and print the results."""
    for name, digest in read_sums(sums).items():
        for index in INDEXES:
            try:
                found = find_file(index, name, digest, _PATIENCE)
            except NoAnswerError as error:
                sys.stdout.write(f"::warning::{index}: no answer on {name} ({error})\n")
            else:
                sys.stdout.write(f"{index}: {'the same' if found else 'no'} file {name}\n")
