"""
Download the built files from an index, and wait until it shows them.

    python -m release.steps.fetch testpypi SHA256SUMS FOLDER

An index shows a new file seconds to minutes after the upload, and may be down meanwhile. This waits
up to RELEASE_DEADLINE seconds (30 minutes if unset), but fails at once on a different file. Each
attempt of pip is stopped after two minutes, or at the deadline.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Literal

from release.steps.checksums import check
from release.steps.index import Found, Pin, download, name_taken, read_pins
from release.steps.step import ReleaseError, run_step

_PATIENCE = 120.0
# pip cannot download anything in less.
_SHORTEST = 1.0


def fetch_files(index: str, pins: list[Pin], folder: Path, deadline: float) -> None:
    """Download files into `folder`; wait for the index for up to `deadline` seconds."""
    end = time.monotonic() + deadline
    pause = 1.0
    missing = list(pins)
    while missing := [pin for pin in missing if not _fetch(index, pin, folder, end)]:
        if time.monotonic() + pause > end - _SHORTEST:
            raise _late(index, missing, deadline)
        time.sleep(pause)
        pause = min(2 * pause, 30)


def _fetch(index: str, pin: Pin, folder: Path, end: float) -> bool:
    patience = max(_SHORTEST, min(_PATIENCE, end - time.monotonic()))
    found, output = download(index, pin, folder, patience)
    if found is Found.OTHER:
        raise name_taken(index, pin)
    if found is Found.SAME:
        sys.stdout.write(f"{index} has {pin.filename}, sha256 {pin.sha256}\n")
    else:
        sys.stderr.write(output)
    return found is Found.SAME


def _late(index: str, missing: list[Pin], deadline: float) -> ReleaseError:
    names = " and ".join(pin.filename for pin in missing)
    return ReleaseError(
        f"{index} did not serve {names} within {deadline:g} s; pip's output is above. "
        f"When its page shows the missing files, re-run the failed jobs."
    )


def main(index: Literal["testpypi", "pypi"], sums: Path, folder: Path) -> None:
    """Fetch every file that the checksums name, and check that these and no others are there."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        # pip would not download a file that is already there.
        raise ReleaseError(f"{folder} is not empty. Remove it, or name a new folder.")
    fetch_files(index, read_pins(sums), folder, _deadline())
    check(folder, sums)


def _deadline() -> float:
    stated = os.environ.get("RELEASE_DEADLINE", "1800")
    try:
        return float(stated)
    except ValueError:
        raise ReleaseError(
            f"RELEASE_DEADLINE is {stated!r}. Set it to a number of seconds, or unset it."
        ) from None


if __name__ == "__main__":
    sys.exit(run_step(main))
