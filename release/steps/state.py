"""
Compare the built files with the files of the same names on both indexes, before publishing.

    python -m release.steps.state SHA256SUMS

The step fails if an index has a different file under one of the names, as no later step could
replace it. A missing file and the same file are fine: the release can be published, or published
again. An index that does not answer within a minute is only a warning: this looks ahead, and the
files are compared again after they are published.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from release.steps.failure import exit_code
from release.steps.index import INDEXES, Found, Pin, download, name_taken, read_pins

_PATIENCE = 60.0


def state(pins: list[Pin]) -> None:
    """Print what each index has under the names of the built files."""
    asked = [(index, pin) for index in INDEXES for pin in pins]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor() as pool:
        answers = pool.map(lambda one: download(*one, Path(scratch, one[0]), _PATIENCE), asked)
        for (index, pin), (found, output) in zip(asked, answers, strict=True):
            warning = "::warning::" if found is Found.SILENCE else ""
            sys.stdout.write(f"{warning}{index}: {found.value} under the name {pin.filename}\n")
            if found is Found.SILENCE:
                sys.stdout.write(output)
            if found is Found.OTHER:
                raise name_taken(index, pin)


def main() -> None:
    """Compare the files that the checksums name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sums", type=Path)
    state(read_pins(parser.parse_args().sums))


if __name__ == "__main__":
    sys.exit(exit_code(main))
