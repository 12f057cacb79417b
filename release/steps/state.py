"""
Compare the built files with the files of the same names on both indexes, before publishing.

    python -m release.steps.state SHA256SUMS

The step fails if an index has a different file under one of the names, as no later step could
replace it. A missing file and the same file are fine: the release can be published, or published
again. An index that does not answer within a minute is only a warning: this looks ahead, and the
files are compared again after they are published.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from release.steps.index import INDEXES, Found, Pin, download, name_taken, read_pins
from release.steps.step import run_step

_PATIENCE = 60.0


def check_index(index: str, pin: Pin) -> None:
    """Print what an index has under the name of a built file; refuse a different file."""
    with tempfile.TemporaryDirectory() as scratch:
        found, output = download(index, pin, Path(scratch), _PATIENCE)
    warning, reason = ("::warning::", output) if found is Found.SILENCE else ("", "")
    sys.stdout.write(f"{warning}{index}: {found.value} under the name {pin.filename}\n{reason}")
    if found is Found.OTHER:
        raise name_taken(index, pin)


def main(sums: Path) -> None:
    """Compare the files that the checksums name."""
    for pin in read_pins(sums):
        for index in INDEXES:
            check_index(index, pin)


if __name__ == "__main__":
    sys.exit(run_step(main))
