"""
Rehearse a release without faults, and print the results of its jobs.

    python -m release.rehearsal FOLDER
"""

import argparse
import sys
import time
from pathlib import Path

from release.rehearsal import record
from release.rehearsal.rehearsal import rehearsal
from release.steps.commands import note_uncommitted


def main() -> int:
    """Rehearse in a new folder, and return 0 only if every job succeeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new folder, for the fault tests to start from")
    folder = parser.parse_args().folder.resolve()
    if " " in str(folder):
        parser.error(
            f"act cannot run jobs below {folder}, because the path has a space. Choose another "
            "folder for the environments of tox, for example with tox --workdir /tmp/tox -e release"
        )
    note_uncommitted()
    with rehearsal(folder) as green:
        started = time.monotonic()
        run = green.push_tag()
        for leg in run.legs.values():
            print(f"{leg.result:10}{leg.job} {leg.name}")
        print(f"{time.monotonic() - started:.1f} s in all")
        for index in (green.testpypi, green.pypi):
            for file, digest in index.files().items():
                print(f"{index.name:10}{digest}  {file}")
        record.save(run, folder, green.testpypi, green.pypi)
    return 0 if set(run.results.values()) == {"success"} else 1


if __name__ == "__main__":
    sys.exit(main())
