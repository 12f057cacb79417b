"""
Rehearse a release without faults, and print the results of its jobs.

    python -m release.rehearsal [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from release.rehearsal import record
from release.rehearsal.rehearsal import rehearsal
from release.rehearsal.workflow import ROOT
from release.steps.commands import note_uncommitted


def cache_folder() -> Path:
    """Return the folder that keeps downloads for the next rehearsal."""
    return Path(os.environ.get("REHEARSAL_CACHE", ROOT / ".tox" / "rehearsal"))


def main() -> int:
    """Rehearse, and return 0 only if every job succeeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a new folder, for the fault tests to start from")
    folder: Path | None = parser.parse_args().keep
    note_uncommitted()
    with rehearsal(cache_folder()) as green:
        started = time.monotonic()
        run = green.push_tag()
        seconds = time.monotonic() - started
        print(f"{run.table()}\n\n{seconds:.1f} s in all\n")
        for name, index in (("TestPyPI", green.testpypi), ("PyPI", green.pypi)):
            for file, digest in index.files().items():
                print(f"{name:8}  {digest}  {file}")
        if set(run.results.values()) != {"success"}:
            print(f"\n{run.failure_log()}")
            return 1
        if folder:
            record.save(run, green, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
