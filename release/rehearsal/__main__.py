"""
Rehearse a release without faults, and print what became of each job.

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
from release.steps.repository import note_uncommitted


def cache_folder() -> Path:
    """Return the folder that keeps what one rehearsal downloads for the next."""
    return Path(os.environ.get("REHEARSAL_CACHE", ROOT / ".tox" / "rehearsal"))


def main() -> int:
    """Rehearse, print, and return 0 only if both indexes hold what was built."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--keep", type=Path, help="a new folder for what the fault tests start from"
    )
    folder: Path | None = parser.parse_args().keep
    note_uncommitted()
    with rehearsal(cache_folder()) as stage:
        started = time.monotonic()
        run = stage.push_tag()
        seconds = time.monotonic() - started
        print(f"{run.table()}\n\n{seconds:.1f} s in all\n\n{_holdings(stage)}")
        built = record.checksums(run.outputs("build").get("checksums", ""))
        if set(run.results.values()) != {"success"}:
            print("\n" + run.last_words())
            return 1
        if not stage.testpypi.files() == stage.pypi.files() == built:
            print(f"error: the build job reported other files: {built}")
            return 1
        if folder:
            record.save(run, stage, folder)
    return 0


def _holdings(stage: Rehearsal) -> str:
    lines = []
    for name, index in (("TestPyPI", stage.testpypi), ("PyPI", stage.pypi)):
        lines += [f"{name:8}  {digest}  {file}" for file, digest in index.files().items()]
    return "\n".join(lines) or "both indexes are empty"


if __name__ == "__main__":
    sys.exit(main())
