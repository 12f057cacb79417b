"""
Get the built files back from an index, however long it takes to show them.

    python -m integration.release.steps.fetch testpypi SHA256SUMS FOLDER

An index shows a new file seconds to minutes after it took it, and may be down meanwhile. This waits
for both, RELEASE_DEADLINE seconds (30 minutes if unset), but not one second for a file with other
bytes.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from integration.release.steps.checksums import check
from integration.release.steps.failure import ReleaseError, exit_code
from integration.release.steps.index import INDEXES, Found, Pin, ask, burnt, read_pins


def back(index: str, pin: Pin, folder: Path, deadline: float) -> None:
    """Download a file into `folder`, however long the index takes, up to `deadline` seconds."""
    started = time.monotonic()
    pause = 1.0
    while (answer := ask(index, pin, folder))[0] is not Found.SAME:
        if answer[0] is Found.OTHER:
            raise burnt(index, pin)
        if time.monotonic() - started + pause > deadline:
            sys.stderr.write(answer[1])
            raise _late(index, pin, deadline)
        time.sleep(pause)
        pause = min(2 * pause, 30)
    sys.stdout.write(f"{index} gave back {pin.filename}, sha256 {pin.sha256}\n")


def _late(index: str, pin: Pin, deadline: float) -> ReleaseError:
    return ReleaseError(
        f"{index} did not give {pin.filename} within {deadline:g} s; pip's last words are above. "
        f"When its page shows the file, re-run the failed jobs."
    )


def main() -> None:
    """Fetch every file that the checksums name, and check that these and no others are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", choices=sorted(INDEXES))
    parser.add_argument("sums", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    deadline = float(os.environ.get("RELEASE_DEADLINE", "1800"))
    with ThreadPoolExecutor() as pool:
        fetching = [
            pool.submit(back, arguments.index, pin, folder, deadline)
            for pin in read_pins(arguments.sums)
        ]
    for fetched in fetching:
        fetched.result()
    check(folder, arguments.sums)


if __name__ == "__main__":
    sys.exit(exit_code(main))
