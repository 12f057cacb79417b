"""
Download the built files from an index, and wait until it shows them.

    python -m release.steps fetch testpypi SHA256SUMS FOLDER

An index shows a new file seconds to minutes after the upload, and may be down meanwhile. This step
waits up to RELEASE_DEADLINE seconds (30 minutes if unset). It fails at once on a different file.
Each request is stopped after two minutes, or at the deadline.
"""

import os
import sys
import time
from pathlib import Path
from typing import Literal

from release.steps.checksums import check, read_sums
from release.steps.index import NoAnswerError, download
from release.steps.step import ReleaseError

_PATIENCE = 120.0
_SHORTEST = 1.0


def fetch_files(index: str, sums: dict[str, str], folder: Path, deadline: float) -> None:
    """Download files into `folder`. Wait up to `deadline` seconds for the index."""
    end = time.monotonic() + deadline
    pause = 1.0
    missing = list(sums)
    while missing := [name for name in missing if not _fetch(index, name, sums[name], folder, end)]:
        if time.monotonic() + pause > end - _SHORTEST:
            raise ReleaseError(
                f"{index} did not serve {' and '.join(missing)} within {deadline:g} s. "
                f"When its page shows the missing files, re-run the failed jobs."
            )
        time.sleep(pause)
        pause = min(2 * pause, 30)


def _fetch(index: str, name: str, digest: str, folder: Path, end: float) -> bool:
    patience = max(_SHORTEST, min(_PATIENCE, end - time.monotonic()))
    try:
        content = download(index, name, digest, patience)
    except NoAnswerError as error:
        sys.stderr.write(f"no answer: {error}\n")
        return False
    if content is None:
        sys.stderr.write(f"{index} does not have {name} yet\n")
        return False
    (folder / name).write_bytes(content)
    sys.stdout.write(f"{index} has {name}, sha256 {digest}\n")
    return True


def main(index: Literal["testpypi", "pypi"], sums: Path, folder: Path) -> None:
    """Fetch every file in the checksums, and check that the folder has no others."""
    folder.mkdir(exist_ok=True)
    expected = read_sums(sums)
    fetch_files(index, expected, folder, _deadline())
    check(folder, expected)


def _deadline() -> float:
    stated = os.environ.get("RELEASE_DEADLINE", "1800")
    try:
        return float(stated)
    except ValueError:
        raise ReleaseError(
            f"RELEASE_DEADLINE is {stated!r}. Set it to a number of seconds, or unset it."
        ) from None
