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
from release.rehearsal.rehearsal import Rehearsal, rehearsal
from release.rehearsal.workflow import ROOT
from release.steps.checksums import parse_sums
from release.steps.commands import note_uncommitted


def cache_folder() -> Path:
    """Return the folder that keeps downloads for the next rehearsal."""
    return Path(os.environ.get("REHEARSAL_CACHE", ROOT / ".tox" / "rehearsal"))


def main() -> int:
    """Rehearse, and return 0 only if both indexes have the built files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a new folder, for the fault tests to start from")
    folder: Path | None = parser.parse_args().keep
    note_uncommitted()
    with rehearsal(cache_folder()) as green:
        started = time.monotonic()
        run = green.push_tag()
        seconds = time.monotonic() - started
        print(f"{run.table()}\n\n{seconds:.1f} s in all\n\n{_list_files(green)}")
        if set(run.results.values()) != {"success"}:
            print(f"\n{run.failure_log()}")
            return 1
        built = parse_sums(run.outputs("build")["checksums"])
        if not green.testpypi.files() == green.pypi.files() == built:
            print(f"error: the job build reported other files: {built}")
            return 1
        if folder:
            record.save(run, green, folder)
    return 0


def _list_files(green: Rehearsal) -> str:
    lines = []
    for name, index in (("TestPyPI", green.testpypi), ("PyPI", green.pypi)):
        lines += [f"{name:8}  {digest}  {file}" for file, digest in index.files().items()]
    return "\n".join(lines) or "both indexes are empty"


if __name__ == "__main__":
    sys.exit(main())
